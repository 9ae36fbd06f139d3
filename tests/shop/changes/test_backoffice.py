"""Staff write a request down, read its cost by the same rule, decide; what waits is in « À faire »."""

from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

import pytest

from shop.backoffice.to_do import parts_to_do
from shop.changes.actions import record_in_writing
from shop.changes.rules import Cause, Wish
from shop.models import Order, Proposal, RequestOutcome, WrittenRequest
from shop.withdrawal.models import DeclarationChannel
from tests.factories.orders import paris
from tests.factories.users import UserFactory
from tests.shop.changes.conftest import ask_now, wanted
from users.roles import Role

D = Decimal
pytestmark = pytest.mark.django_db
ACTIONS = ["decide", "postpone", "set_aside"]


def text_of(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def address(name, row):
    return reverse(name, args=[row.pk])


def tasks(now):
    parts = {part.key: part.tasks for part in parts_to_do(UserFactory(), now)}
    return parts.get("requests", ())


@pytest.fixture
def late_order(confirmed_order, time_machine):
    time_machine.move_to(paris(confirmed_order.withdrawal_last_day + timedelta(days=3)), tick=False)
    return confirmed_order


@pytest.fixture
def letter(late_order):
    now = timezone.now()
    return record_in_writing(
        contract=late_order, wanted=wanted(heads=1, cause=Cause.LEGITIMATE, text="Mutation"),
        channel=DeclarationChannel.POST, sent_at=now - timedelta(days=1), received_at=now,
        actor="Équipe", now=now,
    )  # fmt: skip


def test_letter_is_written_down_then_decided(staff, late_order):
    client, today = staff(Role.SALES), timezone.localdate()
    typed = {
        "wish": "cancel", "cause": "client", "channel": "post", "heads": 1, "asked_by": "Camille",
        "sent_on": f"{today - timedelta(days=1):%d/%m/%Y}", "received_on": f"{today:%d/%m/%Y}",
        "text": "J’annule.",
    }  # fmt: skip
    url = address("order:record_request", late_order)
    assert client.get(url).status_code == 200
    assert client.post(url, typed | {"received_on": typed["sent_on"], "sent_on": typed["received_on"]}).status_code == 422  # fmt: skip
    assert client.post(url, typed).status_code == 302
    asked = WrittenRequest.objects.get()
    assert (asked.is_settled, asked.channel) == (False, "post")
    (task,) = tasks(timezone.now())
    assert task.url == address("written_request:inspect", asked)
    page = text_of(client.get(task.url))
    assert "Décider" in page
    assert "Ne pas donner suite" in page

    url = address("written_request:decide", asked)
    form = text_of(client.get(url))
    assert "Un particulier ne doit jamais le prix entier" in form
    decision = {"cause": "client", "amount": "0,01", "text": "Bien reçu."}
    refused = client.post(url, decision)
    assert refused.status_code == 422
    assert "plafond" in text_of(refused)
    assert client.post(url, decision | {"amount": "0"}).status_code == 302
    assert Order.objects.get().state == "cancelled"
    assert client.post(url, decision).status_code == 422
    assert not tasks(timezone.now())


def test_letter_within_the_withdrawal_period_is_told_to_be_one(staff, confirmed_order):
    today = timezone.localdate()
    typed = {
        "wish": "cancel", "cause": "client", "channel": "email", "heads": 1, "asked_by": "Camille",
        "sent_on": f"{today:%d/%m/%Y}", "received_on": f"{today:%d/%m/%Y}", "text": "J’annule.",
    }  # fmt: skip
    response = staff(Role.SALES).post(address("order:record_request", confirmed_order), typed)
    assert response.status_code == 422
    assert "renoncez au contrat" in text_of(response)


def test_company_letter_is_applied_at_the_figure_of_the_terms(staff, contract, before_start):
    now = before_start(contract, 10)
    today = timezone.localdate(now)
    client = staff(Role.SALES)
    typed = {
        "wish": "cancel", "cause": "client", "channel": "email", "heads": 4, "asked_by": "Camille",
        "sent_on": f"{today - timedelta(days=8):%d/%m/%Y}", "text": "Nous annulons.",
        "received_on": f"{today - timedelta(days=5):%d/%m/%Y}",
    }  # fmt: skip
    url = address("proposal_list:record_request", contract)
    assert client.post(url, typed).status_code == 422
    assert client.post(url, typed | {"heads": 3}).status_code == 302
    asked = WrittenRequest.objects.get()
    form = client.get(address("written_request:decide", asked)).context["form"]
    assert form.initial == {"cause": "client", "amount": D("1069.20")}  # fifteen days at receipt
    client.post(
        address("written_request:decide", asked),
        {"cause": "client", "amount": "1069,20", "text": "Annulation prise en compte."},
    )
    assert RequestOutcome.objects.get().kept == D("1069.20")
    assert Proposal.objects.get().is_cancelled
    page = text_of(client.get(address("proposal_list:inspect", contract)))
    assert "appliquée, 1 069,20 € dus" in page
    assert "Enregistrer une annulation" not in page


def test_request_set_aside_is_answered(staff, letter):
    client = staff(Role.SALES)
    url = address("written_request:set_aside", letter)
    assert client.post(url, {"text": ""}).status_code == 422
    assert client.post(url, {"text": "Retirée à votre demande."}).status_code == 302
    page = text_of(client.get(address("written_request:inspect", letter)))
    assert "écartée" in page
    assert "Retirée à votre demande." in page


def test_window_asks_for_a_date_then_to_be_closed(staff, contract, before_start):
    now = before_start(contract, 3)
    asked = ask_now(contract, now, wish=Wish.POSTPONE)
    assert "choisir la date du report" in tasks(now)[0].text
    late = asked.outcome.window_until + timedelta(days=1)
    before_start(contract, (contract.starts_on - late).days)
    assert "délai de report écoulé" in tasks(timezone.now())[0].text
    client, url = staff(Role.SALES), address("written_request:close_window", asked)
    assert "Clore sans nouvelle date" in text_of(client.get(tasks(timezone.now())[0].url))
    assert client.get(address("written_request:choose_session", asked)).status_code == 200
    assert "prix entier" in text_of(client.get(url))
    assert client.post(url).status_code == 302
    assert Proposal.objects.get().is_cancelled


def test_list_is_filtered_and_exported(staff, letter):
    client, url = staff(Role.SALES), reverse("written_request:index")
    for query, found in (("", 1), ("?state=waiting", 1), ("?state=applied", 0), ("?state=aside", 0), ("?state=window", 0), ("?whose=consumer", 1), ("?whose=company", 0), ("?wish=postpone", 0)):  # fmt: skip
        assert len(client.get(url + query).context["object_list"]) == found, query
    exported = client.get(f"{url}?export=csv")
    assert "motif légitime" in b"".join(exported.streaming_content).decode()


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.EDITING, Role.PUBLISHING])
def test_other_roles_read_at_most(staff, letter, role):
    client = staff(role)
    for name in ACTIONS:
        url = address(f"written_request:{name}", letter)
        assert client.get(url).status_code in (302, 403)
        assert client.post(url, {"text": "x", "amount": "0", "cause": "client"}).status_code in (302, 403)  # fmt: skip
    status = client.get(address("written_request:inspect", letter)).status_code
    assert status == (200 if role == Role.ACCOUNTING else 302)
    assert not RequestOutcome.objects.exists()


def test_order_tells_its_customer_what_was_asked_and_answered(client, letter):
    page = text_of(client.get(letter.order.get_absolute_url()))
    assert "Demande d’annulation reçue" in page
    assert "Notre réponse à votre demande d’annulation" in page
