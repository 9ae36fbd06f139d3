"""What staff record and decide; every act carries its author."""

from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError

import pytest

from base.events import events_of
from shop.payments.models import Refund
from shop.withdrawal.actions import (
    DecisionRefused,
    lift_freeze,
    match_declaration,
    record_by_staff,
)
from shop.withdrawal.models import (
    DeclarationChannel,
    MatchOutcome,
    WithdrawalDeclaration,
)
from shop.withdrawal.queries import is_frozen
from tests.factories.withdrawal import IN_TIME, TOO_LATE, OrderFactory, owe
from tests.shop.withdrawal.reading import outcomes, state

pytestmark = pytest.mark.django_db
LATER = IN_TIME + timedelta(days=1)


def decide(declaration, order, outcome, **changes):
    arguments = {"actor": "Gestion", "reason": "Vu avec le client", "now": LATER}
    return match_declaration(
        declaration=declaration, order=order, outcome=outcome, **arguments | changes
    )


def by_post(sent_at, received_at, **changes):
    arguments = {
        "channel": DeclarationChannel.POST,
        "name": "Aline Béranger",
        "email": "",
        "contract": "",
        "comment": "",
        "actor": "Gestion",
    }
    return record_by_staff(sent_at=sent_at, received_at=received_at, **arguments | changes)


def test_letter_posted_in_time_is_valid_when_it_arrives_late(home):
    """W-08: even after the deposit was charged; the refund counts from the arrival."""
    order = OrderFactory()
    owe(order, paid=True)

    declaration = by_post(IN_TIME, datetime(2026, 12, 10, 9, tzinfo=UTC), contract=order.reference)

    assert outcomes(declaration) == [(order.pk, "accepted")]
    assert state(order) == "withdrawn"
    assert Refund.objects.get().due_by == date(2026, 12, 24)
    assert declaration.recorded_by == "Gestion"
    assert events_of(declaration).first().actor == "Gestion"


def test_letter_posted_after_the_last_day_is_late(home):
    order = OrderFactory()

    declaration = by_post(TOO_LATE, LATER, contract=order.reference)

    assert outcomes(declaration) == [(order.pk, "late")]


def test_same_letter_recorded_twice_is_one_declaration(home):
    OrderFactory()

    assert by_post(IN_TIME, LATER) == by_post(IN_TIME, LATER)
    assert by_post(IN_TIME, LATER) != by_post(IN_TIME, LATER, comment="seconde lettre")


def test_letter_received_before_it_was_sent_is_refused(home):
    with pytest.raises(DecisionRefused, match="avant d’avoir été envoyée"):
        by_post(LATER, IN_TIME)


def test_letter_with_a_wrong_address_is_refused(home):
    with pytest.raises(ValidationError):
        by_post(IN_TIME, LATER, email="pas une adresse")


def test_staff_accept_a_late_declaration(declaring):
    order = OrderFactory()
    declaration = declaring(order_token=order.token, now=TOO_LATE)

    decide(declaration, order, MatchOutcome.ACCEPTED)

    assert outcomes(declaration) == [(order.pk, "accepted")]
    assert (state(order), is_frozen(order)) == ("withdrawn", False)
    event = events_of(declaration).get(name="Rétractation prise en compte")
    assert (event.actor, event.data["reason"]) == ("Gestion", "Vu avec le client")
    assert not WithdrawalDeclaration.objects.undecided().exists()


def test_staff_match_one_order_and_let_the_others_go(declaring):
    meant, other = OrderFactory(), OrderFactory()
    declaration = declaring(email="aline@exemple.fr")
    assert is_frozen(meant)
    assert is_frozen(other)

    decide(declaration, meant, MatchOutcome.ACCEPTED)

    assert (state(meant), state(other), is_frozen(other)) == ("withdrawn", "active", False)
    assert events_of(other).get(name="Gel des prélèvements levé").actor == "Gestion"


def test_staff_set_one_order_aside_and_the_other_stays_held(declaring):
    first, second = OrderFactory(), OrderFactory()
    declaration = declaring(email="aline@exemple.fr")

    decide(declaration, first, MatchOutcome.REFUSED)

    assert (is_frozen(first), is_frozen(second)) == (False, True)
    assert list(WithdrawalDeclaration.objects.undecided()) == [declaration]
    decide(declaration, second, MatchOutcome.REFUSED)
    assert not WithdrawalDeclaration.objects.undecided().exists()


def test_staff_close_a_declaration_that_designates_none_of_our_orders(declaring):
    order = OrderFactory()
    declaration = declaring(email="aline@exemple.fr")

    decide(declaration, None, MatchOutcome.REFUSED)

    assert not is_frozen(order)
    assert not WithdrawalDeclaration.objects.undecided().exists()


@pytest.mark.parametrize(
    ("outcome", "with_order", "reason", "message"),
    [
        (MatchOutcome.LATE, True, "x", "acceptée ou écartée"),
        (MatchOutcome.REFUSED, True, "  ", "motif écrit"),
        (MatchOutcome.ACCEPTED, False, "x", "Indiquez la commande"),
    ],
)
def test_decision_that_makes_no_sense_is_refused(declaring, outcome, with_order, reason, message):
    order = OrderFactory()
    declaration = declaring()

    with pytest.raises(DecisionRefused, match=message):
        decide(declaration, order if with_order else None, outcome, reason=reason)
    assert outcomes(declaration) == []


def test_decision_is_taken_once(declaring):
    order = OrderFactory()
    declaration = declaring(order_token=order.token)

    with pytest.raises(DecisionRefused, match="déjà été prise"):
        decide(declaration, order, MatchOutcome.REFUSED)


def test_freeze_is_lifted_with_a_reason(declaring):
    order = OrderFactory()
    freeze = declaring(email=order.email).freezes.get()

    with pytest.raises(DecisionRefused, match="motif"):
        lift_freeze(freeze=freeze, actor="Gestion", reason="", now=LATER)
    lift_freeze(freeze=freeze, actor="Gestion", reason="Homonyme", now=LATER)
    lift_freeze(freeze=freeze, actor="Autre", reason="Encore", now=LATER)

    freeze.refresh_from_db()
    assert (freeze.lifted_by, freeze.lifted_at, is_frozen(order)) == ("Gestion", LATER, False)
    assert events_of(order).filter(name="Gel des prélèvements levé").count() == 1
