"""The client's page of a fund, and what staff do with the answer (CGV 3.3)."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import pytest
from PIL import Image

from base.robots import opening_stamp
from shop.backoffice.to_do import parts_to_do
from shop.funding.actions import Request, request_funding, tell_unpaid
from shop.models import Funding, Proposal
from shop.proposals.following import after_signature
from shop.proposals.rules import ProposalState
from tests.factories.users import UserFactory
from tests.shop.proposals.conftest import ask, request_of, seal_in_force, seal_keys  # noqa: F401  fixtures are used by their names
from users.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TYPED = {"fund": "Akto", "file_number": "D-77", "amount": "1 000,00 €", "subrogated": "on"}


@pytest.fixture(autouse=True)
def _day(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def proposal(ask):  # noqa: F811  the imported fixture itself
    return ask(NOW)


@pytest.fixture
def asked(proposal):
    request = Request("Akto", "D-77", None, subrogated=True)
    return request_funding(proposal_id=proposal.pk, request=request, actor="client", now=NOW)


@pytest.fixture
def signed(proposal, asked):
    Proposal.objects.filter(pk=proposal.pk).update(
        state=ProposalState.SIGNED.value, definitive_at=NOW, seats_held=2
    )
    proposal.refresh_from_db()
    after_signature(proposal, NOW)
    return proposal


@pytest.fixture
def send(client, proposal, time_machine):
    """As somebody who took the time to read the page."""

    def send(**fields):
        opened = opening_stamp()
        time_machine.move_to(NOW + timedelta(seconds=10), tick=False)
        return client.post(
            reverse("proposal_funding", args=[proposal.token]), fields | {"opened_at": opened}
        )

    return send


def photo():
    content = BytesIO()
    Image.new("RGB", (20, 20)).save(content, "PNG")
    return SimpleUploadedFile("accord.png", content.getvalue())


def test_client_says_what_it_asked_for(send, proposal):
    assert send(**TYPED).status_code == 302

    funding = Funding.objects.get(proposal=proposal)
    assert (funding.fund, str(funding.requested), funding.subrogated) == ("Akto", "1000.00", True)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"fund": ""}, "Indiquez le nom de votre OPCO"),
        ({"amount": "mille"}, "Écrivez le montant ainsi"),
        ({"amount": "-5"}, "supérieur à zéro"),
        ({"amount": "99999999999"}, "trop grand"),
        ({"amount": "NaN"}, "Écrivez le montant ainsi"),
    ],
)
def test_bad_input_is_told_and_kept(send, wrong, told):
    answer = send(**TYPED | wrong)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert "D-77" in page
    assert not Funding.objects.exists()


def test_cgv_3_3_agreement_of_the_fund_is_kept_and_saved_by_staff(send, asked, proposal, staff):
    assert send(attestation=photo()).status_code == 302

    answer = staff(Role.SALES).get(reverse("proposal_list:attestation", args=[proposal.pk]))
    assert answer.content.startswith(b"\x89PNG")
    assert answer["Content-Disposition"] == 'attachment; filename="accord-opco-PC-2026-0001.png"'


def test_hostile_file_is_refused(send, asked):
    answer = send(attestation=SimpleUploadedFile("accord.pdf", b"MZ not a PDF"))

    assert answer.status_code == 422
    assert "ni un PDF" in answer.content.decode()
    assert not Funding.objects.get().attestation


def test_form_without_its_file_asks_for_the_file(send, asked):
    page = send().content.decode()
    assert "Choisissez le fichier de l’accord" in page
    assert "Indiquez le nom" not in page


def test_only_what_is_accepted_counts_for_the_limit(send, asked, monkeypatch):
    monkeypatch.setattr("shop.funding.views.SENDINGS_PER_HOUR", 1)
    monkeypatch.setattr("base.robots.FASTEST_HUMAN_SECONDS", -1)
    hostile = {"attestation": SimpleUploadedFile("accord.pdf", b"MZ not a PDF")}
    sent = [hostile, TYPED | {"amount": "mille"}, {"attestation": photo()}, TYPED]
    assert [send(**fields).status_code for fields in sent] == [422, 422, 302, 429]


def test_file_before_the_request_says_what_is_missing(send):
    answer = send(attestation=photo())

    assert answer.status_code == 409
    assert "Dites d’abord" in answer.content.decode()


def test_page_leads_back_to_a_proposal_that_ended(client, proposal):
    Proposal.objects.filter(pk=proposal.pk).update(state=ProposalState.WITHDRAWN.value)

    answer = client.get(reverse("proposal_funding", args=[proposal.token]))

    assert answer["Location"] == proposal.get_absolute_url()


def test_staff_note_the_grant_then_the_refusal(staff, signed):
    client = staff(Role.SALES)
    grant = reverse("proposal_list:grant", args=[signed.pk])
    assert client.post(grant, {"amount": "800,00", "subrogated": "on"}).status_code == 302
    assert str(signed.dues.get(kind="funded").amount) == "800.00"
    assert client.post(grant, {"amount": "0"}).status_code == 422

    refuse = reverse("proposal_list:refuse_funding", args=[signed.pk])
    assert client.post(refuse, {"reason": "Budget épuisé"}).status_code == 302
    assert not signed.dues.filter(kind="funded").exists()
    page = client.get(reverse("proposal_list:inspect", args=[signed.pk])).content.decode()
    assert "Budget épuisé" in page


def test_late_part_is_asked_of_the_client_by_a_person(staff, signed, time_machine):
    staff(Role.SALES).post(
        reverse("proposal_list:grant", args=[signed.pk]), {"amount": "800", "subrogated": "on"}
    )
    part = signed.dues.get(kind="funded")
    late = NOW + timedelta(days=(part.due_on - NOW.date()).days + 1)
    time_machine.move_to(late, tick=False)
    tell_unpaid(late)
    bill = reverse("due:bill_client", args=[part.pk])
    (task,) = next(p for p in parts_to_do(UserFactory(), late) if p.key == "payments").tasks
    assert task.url == bill

    assert staff(Role.ACCOUNTING).post(bill).status_code == 302

    part.refresh_from_db()
    assert part.not_before == late


@pytest.mark.parametrize("name", ["grant", "refuse_funding"])
def test_others_may_not_answer_for_the_fund(staff, signed, name):
    answer = staff(Role.ACCOUNTING).post(reverse(f"proposal_list:{name}", args=[signed.pk]))

    assert answer["Location"] == "/gestion/"
    assert Funding.objects.get().state == "requested"


def test_missing_agreement_is_told_the_week_before(signed):
    week = datetime.combine(signed.starts_on - timedelta(days=6), datetime.min.time(), tzinfo=UTC)

    assert "funding" not in {part.key for part in parts_to_do(UserFactory(), NOW)}
    assert "funding" in {part.key for part in parts_to_do(UserFactory(), week)}
