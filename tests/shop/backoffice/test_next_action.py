from datetime import date
from decimal import Decimal

from base.typography import NBSP
from shop.backoffice.next_action import (
    NOTHING,
    DueFacts,
    NextAction,
    OrderFacts,
    Who,
    next_action,
)
from shop.orders.rules import OrderState

TODAY = date(2026, 11, 24)
DEPOSIT = DueFacts(
    label="Acompte",
    amount=Decimal("356.40"),
    due_on=date(2026, 12, 1),
    charge_day=date(2026, 12, 1),
)


def facts(**changes):
    known = {
        "state": OrderState.ACTIVE,
        "starts_on": date(2026, 12, 15),
        "ends_on": date(2026, 12, 16),
        "dues": (DEPOSIT,),
    }
    return OrderFacts(**known | changes)


def due(**changes):
    return DueFacts(**vars(DEPOSIT) | changes)


def test_first_debit_comes_before_the_course():
    expected = NextAction(Who.SITE, f"Acompte : 356,40{NBSP}€ à débiter", date(2026, 12, 1))
    assert next_action(facts(), TODAY) == expected


def test_end_of_the_period_comes_first_while_it_runs():
    found = next_action(facts(withdrawal_last_day=date(2026, 11, 27)), TODAY)
    assert found == NextAction(Who.SITE, "Fin du délai de rétractation", date(2026, 11, 27))


def test_last_day_of_the_period_is_still_ahead_on_that_day_and_not_after():
    last = facts(withdrawal_last_day=TODAY)
    assert next_action(last, TODAY).text == "Fin du délai de rétractation"
    assert next_action(last, date(2026, 11, 25)).on == date(2026, 12, 1)


def test_course_is_next_when_everything_is_paid():
    found = next_action(facts(dues=(due(is_open=False),)), TODAY)
    assert found == NextAction(Who.SITE, "Formation", date(2026, 12, 15))


def test_nothing_is_left_after_a_paid_course():
    assert next_action(facts(dues=(due(is_open=False),)), date(2026, 12, 17)) == NOTHING


def test_unconfirmed_order_waits_for_its_confirmation():
    found = next_action(facts(confirmed=False), TODAY)
    assert found == NextAction(Who.SITE, "Confirmation en cours d’envoi")


def test_confirmation_that_failed_is_for_staff_unless_the_order_has_ended():
    failed = facts(confirmed=False, confirmation_failed=True)
    assert next_action(failed, TODAY).who == Who.STAFF
    ended = facts(confirmation_failed=True, state=OrderState.WITHDRAWN, dues=())
    assert next_action(ended, TODAY) == NOTHING


def test_declaration_goes_before_money():
    found = next_action(
        facts(decide_by=date(2026, 11, 26), dues=(due(asks_staff="Joindre le client"),)), TODAY
    )
    assert found == NextAction(Who.STAFF, "Rétractation à étudier", date(2026, 11, 26))


def test_due_tells_what_staff_have_to_do_and_by_when():
    disputed = due(asks_staff="Paiement contesté", answer_by=date(2026, 12, 3))
    found = next_action(facts(dues=(disputed,)), TODAY)
    assert found == NextAction(Who.STAFF, "Paiement contesté", date(2026, 12, 3))


def test_customer_is_awaited_after_staff():
    card = due(asks_customer="donner une autre carte")
    found = next_action(facts(dues=(card,)), TODAY)
    assert found == NextAction(Who.CUSTOMER, "Acompte : le client doit donner une autre carte")


def test_nobody_is_asked_while_charges_are_paused():
    paused = facts(charging_paused=True, dues=(due(asks_customer="payer"),))
    assert next_action(paused, TODAY) == NextAction(Who.NOBODY, "Prélèvements suspendus")


def test_refund_on_its_way_is_watched_when_it_is_late():
    ended = {"state": OrderState.WITHDRAWN, "dues": (), "refund_due_by": date(2026, 11, 27)}
    assert next_action(facts(**ended), TODAY).who == Who.SITE
    late = next_action(facts(**ended, refund_is_late=True), TODAY)
    assert late == NextAction(Who.STAFF, "Remboursement à suivre", date(2026, 11, 27))


def test_transfer_is_given_back_by_a_person():
    found = next_action(
        facts(state=OrderState.WITHDRAWN, dues=(), give_back=Decimal("356.40")), TODAY
    )
    assert found == NextAction(Who.STAFF, f"Rendre 356,40{NBSP}€ par virement")
