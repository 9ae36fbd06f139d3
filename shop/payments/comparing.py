"""Once a week, what moved at Stripe against what our rows say moved (payments.md 3.7).

Objects are compared, not only totals: a charge of a Sunday night that we learned of on Monday is no
difference. Stripe is read outside any transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from base.events import record
from base.typography import euros
from shop.payments import gateway
from shop.payments.comparisons import StripeComparison
from shop.payments.gateway_errors import Refused
from shop.payments.models import (
    Attempt,
    Refund,
    RefundState,
)
from shop.payments.rules import WEEK, AttemptState, Channel, Gap, GapKind, gaps, weeks_to_compare

MOVED = ("succeeded", "pending", "requires_action")  # of a refund at Stripe: not given up
GIVEN = (RefundState.PENDING, RefundState.SUCCEEDED)
Amounts = dict[str, Decimal]


def compare_weeks(now: datetime) -> None:
    """Job: every whole week that was not compared. Without a key there is nothing to compare with."""
    if not gateway.is_configured():
        return
    latest = StripeComparison.objects.aggregate(latest=Max("week_start"))["latest"]
    for monday in weeks_to_compare(latest, timezone.localdate(now)):
        compare_week(monday, now)


def compare_week(monday: date, now: datetime) -> StripeComparison:
    """The row of that week, which stays as it was when it exists. Raises GatewayError."""
    start, end = _midnight(monday), _midnight(monday + WEEK)
    charged = {found.key: found.amount for found in gateway.charges_between(start, end)}
    refunded = {
        found.id: found.amount
        for found in gateway.refunds_between(start, end)
        if found.status in MOVED
    }
    ours, given = _our_charges(charged, start, end), _our_refunds(refunded, start, end)
    return _keep(
        StripeComparison(
            week_start=monday,
            charged_here=_total(ours),
            charged_there=_total(charged),
            refunded_here=_total(given),
            refunded_there=_total(refunded),
            gaps=[
                *_sentences("Paiement", gaps(ours, charged)),
                *_sentences("Remboursement", gaps(given, refunded)),
            ],
            compared_at=now,
        )
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _our_charges(there: Amounts, start: datetime, end: datetime) -> Amounts:
    paid = Attempt.objects.filter(state=AttemptState.SUCCEEDED).exclude(channel=Channel.TRANSFER)
    known = {row.payment_intent_id: row.amount for row in paid.filter(payment_intent_id__in=there)}
    mine = {str(key): amount for key, amount in known.items()}
    for attempt in paid.filter(finished_at__gte=start, finished_at__lt=end):
        key = attempt.payment_intent_id
        if key not in mine and not (key and _found(_was_paid, key)):
            mine[key or attempt.idempotency_key] = attempt.amount
    return mine


def _our_refunds(there: Amounts, start: datetime, end: datetime) -> Amounts:
    given = Refund.objects.filter(state__in=GIVEN).exclude(attempt__channel=Channel.TRANSFER)
    known = {row.stripe_id: row.amount for row in given.filter(stripe_id__in=there)}
    mine = {str(key): amount for key, amount in known.items()}
    for refund in given.filter(created_at__gte=start, created_at__lt=end):
        key = refund.stripe_id
        if key not in mine and not (key and _found(_was_given, key)):
            mine[key or refund.idempotency_key] = refund.amount
    return mine


def _found(read: Callable[[str], bool], key: str) -> bool:
    """In another week at Stripe, where it is compared. Raises Unanswered."""
    try:
        return read(key)
    except Refused:
        return False


def _was_paid(payment_intent_id: str) -> bool:
    return gateway.read_intent(payment_intent_id).status == "succeeded"


def _was_given(refund_id: str) -> bool:
    return gateway.read_refund(refund_id).status in MOVED


def _total(amounts: Amounts) -> Decimal:
    return sum(amounts.values(), Decimal(0))


def _sentences(what: str, found: Iterable[Gap]) -> list[str]:
    return [f"{what} {gap.object_id} : {_difference(gap)}{_order_of(gap)}." for gap in found]


def _difference(gap: Gap) -> str:
    here, there = euros(gap.here or Decimal(0)), euros(gap.there or Decimal(0))
    return {
        GapKind.EXTRA: f"{there} chez Stripe, inconnu chez nous",
        GapKind.MISSING: f"{here} chez nous, absent chez Stripe",
        GapKind.AMOUNT: f"{there} chez Stripe, {here} chez nous",
    }[gap.kind]


def _order_of(gap: Gap) -> str:
    """Where the row is known, even in another state."""
    attempts = Attempt.objects.filter(payment_intent_id=gap.object_id)
    attempts |= Attempt.objects.filter(idempotency_key=gap.object_id)
    attempts |= Attempt.objects.filter(refunds__stripe_id=gap.object_id)
    attempts |= Attempt.objects.filter(refunds__idempotency_key=gap.object_id)
    attempt = attempts.select_related("due__order", "due__proposal").first()
    return f" ({attempt.due.contract.payment_reference})" if attempt else ""


@transaction.atomic
def _keep(comparison: StripeComparison) -> StripeComparison:
    """Two clocks at once: the second finds the row of the first, and tells nothing."""
    fields = {
        field.attname: getattr(comparison, field.attname)
        for field in StripeComparison._meta.local_concrete_fields
        if not field.primary_key
    }
    monday = fields.pop("week_start")
    kept, created = StripeComparison.objects.get_or_create(week_start=monday, defaults=fields)
    if created:
        name = "écart avec Stripe" if kept.gaps else "semaine conforme à Stripe"
        data = {
            "charged": [kept.charged_here, kept.charged_there],
            "refunded": [kept.refunded_here, kept.refunded_there],
            "text": " ".join(kept.gaps),
        }
        record(name, subject=kept, actor="horloge", data=data, at=kept.compared_at)
    return kept


@transaction.atomic
def settle_gaps(
    *, comparison: StripeComparison, actor: str, reason: str, now: datetime
) -> StripeComparison:
    """A person has found out why; a second click changes nothing."""
    locked = StripeComparison.objects.select_for_update().get(pk=comparison.pk)
    if locked.settled_at is None:
        locked.settled_at = now
        locked.save(update_fields=["settled_at"])
        record("Écart classé", subject=locked, actor=actor, data={"reason": reason}, at=now)
    return locked
