"""A card that ends before the dues it has to pay: another one is asked for in time (payments.md 3.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from base.events import record
from shop.orders.models import Order
from shop.payments import letters
from shop.payments.announcing import LONGEST_NOTICE
from shop.payments.models import Due, MandateState, PaymentMandate
from shop.payments.rules import NEW_CARD_ASKED, NEW_CARD_NOTICE, new_card_at, outlives

# No card that ends later is asked for yet: its month begins after the longest notice.
HORIZON = LONGEST_NOTICE + NEW_CARD_NOTICE + timedelta(days=31)


def ask_for_new_cards(now: datetime) -> None:
    """Job. The card is debited all the same when nobody answers: networks renew many of them."""
    until = timezone.localdate(now) + HORIZON
    for mandate in _ending_by(until).filter(renewal_asked_at__isnull=True):
        due = first_due_beyond(mandate, mandate.order.owed_dues)  # type: ignore[attr-defined]
        if due is not None and _is_time(mandate, due, now):
            ask_for_new_card(mandate.pk, now)


@transaction.atomic
def ask_for_new_card(mandate_id: int, now: datetime) -> bool:
    """False when it was asked before, even of the same card saved again, or need not be asked now."""
    order = Order.objects.select_for_update().get(mandates=mandate_id)
    mandate = order.mandates.select_for_update().get(pk=mandate_id)
    if mandate.state != MandateState.ACTIVE or _was_asked(mandate):
        return False
    due = first_due_beyond(mandate, _owed().filter(order=order))
    if due is None or not _is_time(mandate, due, now):
        return False
    due.order = order
    mandate.renewal_asked_at = now
    mandate.save(update_fields=["renewal_asked_at"])
    letters.ask_for_new_card(due, mandate, now=now)
    data = {"due": due.position, "day": mandate.expires_on, "mandate": mandate.pk}
    record(NEW_CARD_ASKED, subject=order, actor="LEXOM", data=data, at=now)
    return True


def expired_cards(today: date) -> list[tuple[PaymentMandate, Due]]:
    """Cards that ended while a due of a later day counts on them, with that due."""
    found = []
    for mandate in _ending_by(today):
        due = first_due_beyond(mandate, mandate.order.owed_dues)  # type: ignore[attr-defined]
        if due is not None and mandate.expires_on and mandate.expires_on < today:
            found.append((mandate, due))
    return found


def first_due_beyond(mandate: PaymentMandate, dues: Iterable[Due]) -> Due | None:
    """The first of the owed dues that the card may not be there to pay."""
    expiry = mandate.expires_on
    if expiry is None:
        return None
    dated = [due for due in dues if due.charge_day and not outlives(expiry, due.charge_day)]
    return min(dated, key=lambda due: due.charge_day or due.due_on, default=None)


def _is_time(mandate: PaymentMandate, due: Due, now: datetime) -> bool:
    expiry, debit = mandate.expires_on, due.charge_day
    return bool(expiry and debit and now >= new_card_at(expiry, debit, due.notice_days))


def _was_asked(mandate: PaymentMandate) -> bool:
    same = PaymentMandate.objects.filter(
        order=mandate.order_id,
        brand=mandate.brand,
        last4=mandate.last4,
        exp_month=mandate.exp_month,
        exp_year=mandate.exp_year,
    )
    return same.filter(renewal_asked_at__isnull=False).exists()


def _owed() -> QuerySet[Due]:
    """Dues that the card would be debited for; those that wait for their customer were told already."""
    return Due.objects.owed().filter(not_before__isnull=False, asks_customer="")


def _ending_by(day: date) -> QuerySet[PaymentMandate]:
    """Cards in use whose month of expiry has begun by then, with the ``owed_dues`` of their orders."""
    soon = Q(exp_year__lt=day.year) | Q(exp_year=day.year, exp_month__lte=day.month)
    dues = Prefetch("order__dues", _owed().order_by("position"), to_attr="owed_dues")
    cards = PaymentMandate.objects.filter(soon, state=MandateState.ACTIVE)
    return cards.select_related("order").prefetch_related(dues).order_by("pk")
