"""A signed proposal in the back-office: the exception, the list, the changes, what waits."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

import pytest
import time_machine

from courses.models import CourseSession
from mail.models import OutgoingMessage
from shop.backoffice.to_do import parts_to_do
from shop.models import ChangeRequest, Participant, Proposal
from shop.proposals.agreement.actions import conclude
from shop.proposals.agreement.changes import ask_for_change
from shop.proposals.agreement.rules import ChangeKind
from tests.factories.orders import paris
from tests.factories.users import UserFactory
from users.roles import Role

pytestmark = pytest.mark.django_db

ACTIONS = ["conclude", "hold_seats", "settle", "people"]


@pytest.fixture
def post():
    """Opens the page of an action, then sends its form as the page shows it, changed."""

    def post(client, address, pk, **changes):
        url = reverse(address, args=[pk])
        form = client.get(url).context["form"]
        shown = {field.name: field.value() for field in form if field.value() not in (None, False)}
        return client.post(url, shown | changes)

    return post


@pytest.fixture
def change(signed):
    return ask_for_change(
        proposal_id=signed.pk, kind=ChangeKind.PLACE, text="À Valence", asked_by="Alix Essai",
        request_key="cle", now=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def seatless(signed, pay_deposit):
    CourseSession.objects.update(capacity=1)
    pay_deposit(signed)
    return conclude(proposal_id=signed.pk, now=timezone.now())


def page_of(client, proposal):
    return client.get(reverse("proposal_list:inspect", args=[proposal.pk])).content.decode()


def tasks(key):
    parts = {part.key: part.tasks for part in parts_to_do(UserFactory(), timezone.now())}
    return parts.get(key, ())


def test_exception_asks_for_a_reason_and_is_shown(signed, staff, post):
    client = staff(Role.SALES)
    refused = post(client, "proposal_list:conclude", signed.pk, reason="")
    assert refused.status_code == 422

    assert (
        post(client, "proposal_list:conclude", signed.pk, reason="Marché public").status_code == 302
    )

    page = page_of(client, signed)
    assert "Marché public (sales@lexom.example)" in page
    assert "CV-" in page


def test_unsigned_proposal_is_refused_in_words(ask, staff, post):
    response = post(staff(Role.SALES), "proposal_list:conclude", ask().pk, reason="x")
    assert response.status_code == 422
    assert "pas signée" in response.content.decode()


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.EDITING, Role.PUBLISHING])
def test_other_roles_neither_conclude_nor_answer(signed, change, staff, role):
    client = staff(role)
    urls = [reverse(f"proposal_list:{name}", args=[signed.pk]) for name in ACTIONS]
    urls += [reverse(f"change_request:{name}", args=[change.pk]) for name in ("accept", "refuse")]
    for url in urls:
        assert client.post(url, {"reason": "x", "text": "x"}).status_code in (302, 403)
    assert not OutgoingMessage.objects.filter(template="change_answer").exists()
    assert Proposal.objects.get(pk=signed.pk).definitive_at is None


def test_buttons_follow_the_state_and_the_permissions(signed, pay_deposit, staff):
    client = staff(Role.SALES)
    before = page_of(client, signed)
    assert "Conclure sans acompte" in before
    assert "Retenir les places" not in before
    pay_deposit(signed)
    conclude(proposal_id=signed.pk, now=timezone.now())
    after = page_of(client, signed)
    assert "Conclure sans acompte" not in after
    assert "2 sur 2" in after


def test_reader_without_permission_sees_no_button(signed, staff):
    page = page_of(staff(Role.ACCOUNTING), signed)
    assert "en attente de l’acompte" in page
    assert "Conclure sans acompte" not in page


def test_missing_seats_wait_for_somebody_until_they_are_held(seatless, staff, post):
    (task,) = tasks("contracts")
    assert "places manquantes : proposer une autre session" in task.text
    client = staff(Role.SALES)
    assert (
        "n’a pas 2 place" in post(client, "proposal_list:hold_seats", seatless.pk).content.decode()
    )
    CourseSession.objects.update(capacity=5)
    assert post(client, "proposal_list:hold_seats", seatless.pk).status_code == 302
    assert tasks("contracts") == ()
    assert Proposal.objects.get(pk=seatless.pk).seats_held == 2


def test_missing_seats_may_be_settled_otherwise(seatless, staff, post):
    response = post(staff(Role.SALES), "proposal_list:settle", seatless.pk, reason="En intra")
    assert response.status_code == 302
    assert tasks("contracts") == ()


def test_staff_names_after_the_last_day(signed, staff, post):
    with time_machine.travel(paris(signed.starts_on - timedelta(days=1)), tick=False):
        response = name_alix(staff(Role.SALES), post, signed)
    assert response.status_code == 302
    row = Participant.objects.get(first_name="Alix")
    assert row.added_by == "sales@lexom.example"


def name_alix(client, post, proposal):
    return post(
        client, "proposal_list:people", proposal.pk,
        first_name_1="Alix", last_name_1="Essai", email_1="alix@example.org",
    )  # fmt: skip


def test_list_that_the_client_changed_meanwhile_is_shown_as_it_is_now(signed, staff, post):
    client, address = staff(Role.SALES), reverse("proposal_list:people", args=[signed.pk])
    seen = client.get(address).context["form"]["seen"].value()
    assert name_alix(client, post, signed).status_code == 302

    response = client.post(address, {"seen": seen, "last_name_0": "Autre", "first_name_0": "Nom"})
    assert response.status_code == 409
    assert "La liste a changé" in response.content.decode()
    shown = response.context["form"]
    assert (shown["first_name_1"].value(), shown["seen"].value() == seen) == ("Alix", False)


def test_wrong_address_of_a_participant_is_shown_in_the_form(signed, staff, post):
    response = post(staff(Role.SALES), "proposal_list:people", signed.pk, email_0="pas-une-adresse")
    assert response.status_code == 422
    assert "pas complète" in response.content.decode()


def test_change_is_accepted_with_the_number_of_another_proposal(change, ask, staff, post):
    extra = ask(participants=[])
    client = staff(Role.SALES)
    wrong = post(client, "change_request:accept", change.pk, text="Oui", extra="PC-1")
    assert wrong.status_code == 422
    assert "Aucune proposition" in wrong.content.decode()

    post(client, "change_request:accept", change.pk, text="Oui.", extra=extra.number.lower())

    assert ChangeRequest.objects.get().answer.extra == extra
    page = client.get(reverse("change_request:inspect", args=[change.pk])).content.decode()
    assert "acceptée" in page
    again = post(client, "change_request:refuse", change.pk, text="Non")
    assert "déjà reçu une réponse" in again.content.decode()


def test_changes_wait_oldest_first(change, signed):
    ask_for_change(
        proposal_id=signed.pk, kind=ChangeKind.OTHER, text="x", asked_by="Sasha Essai",
        request_key="b", now=timezone.now() - timedelta(days=9),
    )  # fmt: skip
    first, second = tasks("changes")
    assert ("Sasha" in first.text, first.is_urgent) == (True, True)
    assert ("Alix" in second.text, second.is_urgent) == (True, False)


def test_list_of_changes_costs_the_same_whatever_its_length(
    change, signed, staff, django_assert_num_queries
):
    client, url = staff(Role.SALES), reverse("change_request:index")
    client.get(url)
    with django_assert_num_queries(13):
        page = client.get(url).content.decode()
    assert "Atelier d’essai" in page
    for key in "bc":
        ask_for_change(
            proposal_id=signed.pk, kind=ChangeKind.OTHER, text="x", asked_by="Alix",
            request_key=key, now=timezone.now(),
        )  # fmt: skip
    with django_assert_num_queries(13):
        client.get(url)
    assert client.get(url, {"state": "accepted"}).context["object_list"].count() == 0
    rows = client.get(url, {"export": "csv"}).getvalue().decode().splitlines()
    assert "À Valence" in rows[-1]


def test_accounting_reads_the_changes_and_editors_do_not(change, staff):
    url = reverse("change_request:inspect", args=[change.pk])
    assert "Accepter" not in staff(Role.ACCOUNTING).get(url).content.decode()


def test_editors_do_not_read_changes(change, staff):
    url = reverse("change_request:inspect", args=[change.pk])
    assert staff(Role.EDITING).get(url).status_code == 302


def test_unknown_rows_are_not_found(home, staff):
    client = staff(Role.SALES)
    for name in ("proposal_list:conclude", "change_request:accept"):
        assert client.get(reverse(name, args=[999])).status_code == 404
