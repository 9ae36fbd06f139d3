"""The door, the pages and the files of the space, as their reader meets them."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import pytest
import time_machine

from base.private_files import private_storage
from documents.issued import IssuedDocument
from shop.account.rules import MOST_INVITATIONS_A_DAY
from shop.models import Company, Membership
from shop.proposals.actions import withdraw_proposal
from shop.proposals.rules import expires_at
from tests.factories.contracts import sign_now
from tests.factories.users import UserFactory
from tests.shop.account.conftest import KINDS, join, standing_of
from users.models import User

pytestmark = pytest.mark.django_db
HOME, DOOR = "/espace/", "/espace/connexion/"


@pytest.fixture
def inside(client, contact, company):
    client.force_login(contact)
    return client


def enter(client, email):
    """Asks for a code and types it; returns where that leads."""
    answer = client.post(f"{DOOR}?next={HOME}", {"email": email, "next": HOME})
    code = mail.outbox[-1].body.splitlines()[0]
    return client.post(answer.url, {"code": code, "next": HOME})


def test_visitor_without_cookie_is_led_to_the_door_and_keeps_none(client, home):
    response = client.get(HOME)
    assert (response.status_code, response["Location"]) == (302, f"{DOOR}?next={HOME}")
    assert not response.cookies


def test_code_sent_to_the_contact_opens_the_space(client, proposal):
    response = enter(client, "Camille@Example.org")
    assert response["Location"] == HOME
    user = get_user(client)
    assert (user.email, user.has_usable_password()) == ("camille@example.org", False)
    page = client.get(HOME).content.decode()
    for text in ("Atelier d’essai", proposal.number, "À signer", "2\u202f376,00"):
        assert text in page


def test_door_answers_the_same_whoever_asks(home, proposal):
    pages = []
    for email in ("camille@example.org", "inconnu@example.org"):
        visitor = Client()
        answer = visitor.post(DOOR, {"email": email})
        text = visitor.get(answer.url).content.decode().replace(email, "")
        lines = [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]
        pages.append((answer.status_code, answer.url, lines))
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 2
    assert not User.objects.filter(email="inconnu@example.org").exists()


def test_request_that_is_not_issued_yet_is_read_and_founds_no_company(client, ask):
    ask(session=None)
    enter(client, "camille@example.org")
    assert "En préparation" in client.get(HOME).content.decode()
    assert not Company.objects.exists()


def test_fourth_code_in_a_minute_is_refused(home, proposal):
    answers = [Client().post(DOOR, {"email": "camille@example.org"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert len(mail.outbox) == 3


def test_closed_account_is_not_opened_again(client, proposal):
    UserFactory(email="camille@example.org", is_active=False)
    client.post(DOOR, {"email": "camille@example.org"})
    assert mail.outbox[-1].subject == "Aucun compte à cette adresse"


def test_wanted_page_is_never_on_another_site(client, proposal):
    answer = client.post(DOOR, {"email": "camille@example.org", "next": "https://example.net/"})
    assert "example.net" not in answer.url


def test_whoever_is_inside_goes_through_the_door(inside):
    assert inside.get(DOOR)["Location"] == HOME


def test_empty_space_says_how_to_fill_it(client, home):
    client.force_login(UserFactory())
    page = client.get(HOME).content.decode()
    assert "Aucune proposition pour le moment" in page
    assert "documents.zip" not in page
    assert client.get(reverse("space_archive")).status_code == 404


def test_home_sorts_what_waits_for_the_company_first(inside, contact, ask):
    asked, gone = ask(session=None), ask(headcount=1)
    withdraw_proposal(proposal_id=gone.pk, reason="essai", actor="LEXOM", now=timezone.now())
    groups = inside.get(HOME).context["groups"]
    assert [group.title for group in groups] == ["À faire", "En préparation", "Terminées"]
    assert groups[1].lines[0].proposal == asked


def test_home_costs_the_same_whatever_its_length(inside, contact, ask, django_assert_num_queries):
    inside.get(HOME)
    with django_assert_num_queries(17):
        inside.get(HOME)
    ask(headcount=1), ask(session=None)
    with django_assert_num_queries(17):
        inside.get(HOME)


def test_proposal_page_leads_to_where_it_is_accepted(inside, proposal, papers):
    page = inside.get(reverse("space_proposal", args=[proposal.pk])).content.decode()
    for text in (
        proposal.get_absolute_url(), "Lire et accepter", "Dominique Essai", "1 nom à nous donner",
        *KINDS.values(),
    ):  # fmt: skip
        assert text in page


def test_signed_proposal_shows_the_people_as_they_are_named_now(inside, proposal):
    sign_now(proposal)
    page = inside.get(reverse("space_proposal", args=[proposal.pk])).content.decode()
    assert "1 nom donné sur 2" in page
    assert reverse("proposal_people", args=[proposal.token]) in page


def test_expired_proposal_can_be_read_but_not_accepted(inside, proposal):
    with time_machine.travel(expires_at(proposal.valid_until)):
        inside.force_login(User.objects.get(email=proposal.email))
        page = inside.get(reverse("space_proposal", args=[proposal.pk])).content.decode()
    assert "expirée" in page
    assert "Lire et accepter" not in page


def test_file_leaves_as_it_was_stored(inside, proposal, papers):
    paper = papers[2]
    address = reverse("space_paper", args=[proposal.pk, paper.pk])
    response = inside.get(address)
    assert response.content == paper.content()
    assert response["ETag"] == f'"{paper.sha256}"'
    assert inside.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304


def opened(response):
    archive = ZipFile(BytesIO(b"".join(response.streaming_content)))
    assert archive.testzip() is None
    text = archive.read("liste.csv").decode("utf-8-sig")
    return archive, list(csv.reader(StringIO(text), delimiter=";"))[1:]


def test_archive_holds_every_file_and_its_hash(inside, proposal, papers):
    response = inside.get(reverse("space_proposal_archive", args=[proposal.pk]))
    archive, rows = opened(response)
    assert response["Content-Disposition"] == f'attachment; filename="LEXOM-{proposal.number}.zip"'
    assert [archive.read(row[4]) for row in rows] == [paper.content() for paper in papers]
    assert [row[5] for row in rows] == [paper.sha256 for paper in papers]


def test_two_files_of_one_name_are_both_there(inside, proposal, papers):
    same = {field: getattr(papers[0], field) for field in (
        "kind", "title", "file_name", "owner_type", "owner_id", "sha256", "pages",
        "template_version", "issued_at",
    )}  # fmt: skip
    IssuedDocument.append(**same)
    archive, rows = opened(inside.get(reverse("space_archive")))
    assert len(set(archive.namelist())) == len(rows) + 1 == 6


def test_archive_names_the_file_that_was_lost(inside, proposal, papers):
    digest = papers[0].sha256
    private_storage().delete(f"sha256/{digest[:2]}/{digest}")
    archive, rows = opened(inside.get(reverse("space_archive")))
    assert rows[0][6] == "fichier indisponible, demandez-le-nous"
    assert rows[0][4] not in archive.namelist()
    assert len(archive.namelist()) == len(papers)


def test_administrator_invites_and_shows_out(inside, company, run_tasks):
    address = reverse("space_invite", args=[company.pk])
    assert inside.post(address, {"email": "faux", "role": "member"}).status_code == 422
    sent = inside.post(address, {"email": "alix@example.org", "role": "member"})
    assert sent["Location"] == company.get_absolute_url()
    run_tasks()
    invitation = Membership.objects.get(user__email="alix@example.org")
    assert invitation.token in mail.outbox[-1].body

    page = inside.get(company.get_absolute_url()).content.decode()
    assert "alix@example.org" in page
    revocation = reverse("space_revoke", args=[company.pk, invitation.pk])
    for _ in range(2):  # a second click says the same
        assert inside.post(revocation)["Location"] == company.get_absolute_url()
    assert inside.get(revocation)["Location"] == company.get_absolute_url()
    assert "alix@example.org" in inside.get(company.get_absolute_url()).content.decode()
    assert "alix@example.org" not in inside.get(company.get_absolute_url()).content.decode()


def test_name_of_a_guest_is_not_told_before_they_join(inside, company):
    user = UserFactory(email="alix@example.org", first_name="Alix", last_name="Exemple")
    inside.post(reverse("space_invite", args=[company.pk]), {"email": user.email, "role": "member"})
    assert "Exemple" not in inside.get(company.get_absolute_url()).content.decode()


def test_too_many_invitations_are_refused_in_french(inside, company, contact):
    address = reverse("space_invite", args=[company.pk])
    for rank in range(MOST_INVITATIONS_A_DAY + 1):
        last = inside.post(address, {"email": f"essai{rank}@example.org", "role": "member"})
    assert last.status_code == 422
    assert "continuez demain" in last.content.decode()


def test_last_administrator_reads_why_they_stay(inside, company, contact):
    response = inside.post(
        reverse("space_revoke", args=[company.pk, standing_of(company, contact).pk])
    )
    assert response.status_code == 409
    assert "dernier administrateur" in response.content.decode()


def test_guest_joins_in_one_click(home, contact, company, inside):
    inside.post(
        reverse("space_invite", args=[company.pk]), {"email": "alix@example.org", "role": "member"}
    )
    invitation = Membership.objects.get(user__email="alix@example.org")
    guest = Client()
    enter(guest, "alix@example.org")
    assert "Vous êtes invité(e)" in guest.get(HOME).content.decode()
    address = reverse("space_invitation", args=[invitation.token])
    assert company.spaced_siren in guest.get(address).content.decode()
    assert guest.post(address)["Location"] == HOME
    assert guest.get(address)["Location"] == company.get_absolute_url()
    assert "Atelier d’essai" in guest.get(HOME).content.decode()


def test_invitation_that_is_over_says_so(home, contact, company, inside):
    inside.post(
        reverse("space_invite", args=[company.pk]), {"email": "alix@example.org", "role": "member"}
    )
    invitation = Membership.objects.get(user__email="alix@example.org")
    address = reverse("space_invitation", args=[invitation.token])
    guest = Client()
    with time_machine.travel(invitation.ends_at):
        enter(guest, "alix@example.org")
        for response in (guest.get(address), guest.post(address)):
            assert response.status_code == 410
            assert "n’est plus valable" in response.content.decode()


def test_member_changes_their_name(inside, contact):
    address = reverse("space_profile")
    assert inside.post(address, {"first_name": "", "last_name": "Essai"}).status_code == 422
    inside.post(address, {"first_name": "Dominique", "last_name": "Exemple"})
    contact.refresh_from_db()
    assert contact.get_full_name() == "Dominique Exemple"


def test_name_that_changes_leaves_alone_what_changed_meanwhile(inside, contact, monkeypatch):
    def closed_meanwhile(form):
        User.objects.filter(pk=contact.pk).update(is_active=False)

    monkeypatch.setattr("shop.account.forms.ProfileForm.clean", closed_meanwhile)
    inside.post(reverse("space_profile"), {"first_name": "Dominique", "last_name": "Exemple"})
    contact.refresh_from_db()
    assert (contact.get_full_name(), contact.is_active) == ("Dominique Exemple", False)


def test_leaving_everywhere_closes_every_session(inside, contact):
    elsewhere = Client()
    elsewhere.force_login(contact)
    assert inside.post(reverse("space_leave_everywhere"))["Location"] == DOOR
    for client in (inside, elsewhere):
        assert client.get(HOME).status_code == 302


def test_forms_need_the_token_of_the_site(contact, company):
    client = Client(enforce_csrf_checks=True)
    client.force_login(contact)
    for name in ("space_profile", "space_leave_everywhere"):
        assert client.post(reverse(name)).status_code == 403
    assert client.post(reverse("space_invite", args=[company.pk])).status_code == 403


def test_person_of_two_companies_finds_both(client, contact, company, stranger):
    other = stranger.memberships.get().company
    join(other, stranger, contact)
    client.force_login(contact)
    page = client.get(HOME).content.decode()
    assert company.name in page
    assert other.name in page


def test_public_page_tells_of_the_space_without_a_cookie(client, proposal):
    response = client.get(proposal.get_absolute_url())
    assert f'href="{HOME}"' in response.content.decode()
    assert not response.cookies
