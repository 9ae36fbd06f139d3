from decimal import Decimal

from django.core import checks

import pytest

from shop.models import Order, PaymentMandate
from shop.payments import gateway
from shop.payments.gateway_errors import NotConfigured, Refused, Unanswered
from shop.payments.mandates import PaymentUnavailable, start_card_setup, sync_setup, text_for
from shop.payments.reconciliation import reconcile
from shop.payments.stopping import stop_charging
from tests.factories.orders import FIRST_CHARGE_AT, PLACED_AT, OrderFactory
from tests.shop.payments.conftest import FACTS

pytestmark = pytest.mark.django_db


def set_up(order, now=PLACED_AT):
    text = text_for(order, creditor="LEXOM", address="a@b.fr", now=now)
    return start_card_setup(order=order, text=text, facts=FACTS, now=now)


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", ""])
def test_key_of_production_is_never_used_in_a_trial(standin, settings, key):
    settings.STRIPE_SECRET_KEY = key

    with pytest.raises(NotConfigured):
        gateway.read_card("pm_1")
    assert standin.requests(method="GET") == []


@pytest.mark.parametrize(
    ("key", "moves", "base", "faults"),
    [
        ("sk_live_1", True, "", ["shop.E001"]),
        ("rk_live_1", True, "http://127.0.0.1:1", ["shop.E001", "shop.E002"]),
        ("rk_live_1", False, "", []),
        ("sk_test_1", True, "http://127.0.0.1:1", []),
    ],
)
def test_settings_are_checked_at_the_start(settings, key, moves, base, faults):
    settings.STRIPE_SECRET_KEY, settings.CLOCK_MAY_BE_MOVED = key, moves
    settings.STRIPE_API_BASE = base

    assert [fault.id for fault in checks.run_checks(tags=["payments"])] == faults


def test_nobody_listening_is_unanswered(settings, monkeypatch):
    monkeypatch.setattr(gateway, "RETRIES", 0)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    with pytest.raises(Unanswered):
        gateway.read_card("pm_1")
    gateway.close()


def test_no_card_number_and_no_address_goes_where_it_must_not(standin, order, save_card):
    save_card(order)

    sent = str([(r["path"], r["idempotency_key"]) for r in standin.requests("/v1/")])
    assert order.email not in sent
    assert "4242" not in str(standin.requests("/v1/"))


def test_setup_row_is_there_before_stripe_is_asked(standin, order):
    standin.fault("rate_limit", "checkout", times=9)

    with pytest.raises(PaymentUnavailable, match="commande est bien enregistrée"):
        set_up(order)
    assert PaymentMandate.objects.get().session_id is None
    standin.server.control("faults/clear")
    assert set_up(order).startswith(standin.server.url)
    assert PaymentMandate.objects.count() == 1


def test_page_of_another_order_gives_no_card(standin, order):
    other = OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT)
    standin.type_card(set_up(other))
    foreign = PaymentMandate.objects.get()
    PaymentMandate.objects.update(order=order)

    with pytest.raises(Refused):
        sync_setup(foreign.session_id, PLACED_AT)


def test_proof_of_the_agreement_is_kept(standin, order, save_card):
    mandate = save_card(order)

    assert (mandate.ip, mandate.user_agent) == ("192.0.2.7", "Navigateur d’essai")
    assert mandate.accepted_at == PLACED_AT
    assert mandate.text.startswith("J’autorise LEXOM à débiter")
    assert (mandate.brand, mandate.last4, mandate.exp_year) == ("visa", "4242", 2034)


def test_order_that_ended_keeps_no_card(standin, order, run_tasks):
    url = set_up(order)
    standin.type_card(url)
    Order.objects.update(state="withdrawn")
    stop_charging(order=order, actor="client", reason="rétractation", now=PLACED_AT)
    run_tasks()

    mandate = PaymentMandate.objects.get()
    assert (mandate.state, mandate.detach_due) == ("revoked", False)
    assert standin.api.payment_methods.retrieve(mandate.payment_method_id).customer is None


def test_withdrawal_closes_the_card_page(standin, order, run_tasks):
    set_up(order)
    Order.objects.update(state="withdrawn")
    stop_charging(order=order, actor="client", reason="rétractation", now=PLACED_AT)
    run_tasks()

    mandate = PaymentMandate.objects.get()
    assert mandate.state == "expired"
    assert standin.api.checkout.sessions.retrieve(mandate.session_id).status == "expired"


def test_page_that_died_is_known_by_the_reconciliation(standin, order):
    set_up(order)
    later = PLACED_AT + (FIRST_CHARGE_AT - PLACED_AT)
    standin.move(later)

    reconcile(later)

    assert PaymentMandate.objects.get().state == "expired"


def test_amount_with_a_fraction_of_a_cent_is_never_sent(standin, order, save_card):
    save_card(order)

    with pytest.raises(ValueError, match="au-delà du centime"):
        gateway.charge_card(
            amount=Decimal("19.999"), customer="cus_1", payment_method_id="pm_1", reference="LX",
            key="k", not_before=FIRST_CHARGE_AT, now=FIRST_CHARGE_AT,
        )  # fmt: skip
    assert standin.requests("payment_intents") == []
