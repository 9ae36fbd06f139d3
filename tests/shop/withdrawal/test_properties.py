"""Whatever is typed, whenever it is declared (invariant I4)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.models import OutgoingMessage
from shop.payments.models import Due, PaymentMandate, Refund
from shop.withdrawal.models import (
    WithdrawalDeclaration,
    WithdrawalMatch,
)
from tests.factories.withdrawal import IN_TIME, OrderFactory, give_card, owe
from tests.shop.withdrawal.reading import seats_taken, state

pytestmark = pytest.mark.django_db
LATER = IN_TIME + timedelta(days=1)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    name=st.text(min_size=1, max_size=200),
    contract=st.text(min_size=1, max_size=300),
    comment=st.text(max_size=300),
)
def test_declaration_is_kept_word_for_word_and_changes_no_other_order(
    declaring, name, contract, comment
):
    order = OrderFactory()
    typed = [text.replace("\x00", "") for text in (name, contract, comment)]

    declaration = declaring(name=typed[0], contract=typed[1], comment=typed[2])

    stored = WithdrawalDeclaration.objects.get(pk=declaration.pk)
    assert [stored.name, stored.contract, stored.comment] == typed
    assert (state(order), seats_taken(order)) == ("active", 1)
    assert OutgoingMessage.objects.filter(owner_id=str(declaration.pk)).count() == 1


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seconds=st.integers(0, 14 * 24 * 3600),
    paid=st.lists(st.booleans(), max_size=3),
    card=st.booleans(),
)
def test_in_time_means_ended_free_and_nothing_to_charge(declaring, seconds, paid, card):
    order = OrderFactory()
    for is_paid in paid:
        owe(order, paid=is_paid)
    if card:
        give_card(order)

    declaring(order_token=order.token, now=order.placed_at + timedelta(seconds=seconds))

    assert (state(order), seats_taken(order)) == ("withdrawn", 0)
    open_dues = Due.objects.filter(order=order, stopped_at__isnull=True)
    assert open_dues.filter(attempts__isnull=True).count() == 0
    assert not PaymentMandate.objects.filter(order=order).exclude(state="revoked").exists()
    given_back = sum(r.amount for r in Refund.objects.filter(attempt__due__order=order))
    assert given_back == 288 * sum(paid)
    assert WithdrawalMatch.objects.get(order=order).outcome == "accepted"
