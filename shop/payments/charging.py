"""Debits in the customer's absence (payments.md 3.4).

The attempt and its key are committed before Stripe is called, and the call is made in no transaction:
whatever dies in between, the key tells what was asked.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from shop.payments import gateway, letters
from shop.payments.asking import ask_customer
from shop.payments.gateway_errors import Refused, Unanswered
from shop.payments.mandates import active_mandate, stripe_customer
from shop.payments.models import Attempt, Due, MandateState, PaymentMandate
from shop.payments.releasing import abandon
from shop.payments.rules import (
    KEY_LIFETIME,
    LIVE_STATES,
    LONGEST_CALL,
    AttemptState,
    Channel,
    CustomerTask,
    refuse_before,
)
from shop.payments.syncing import close_attempt, sync_payment

__all__ = ["charge_due", "charge_what_is_due", "resume_attempt", "sync_payment"]


def charge_what_is_due(now: datetime) -> None:
    """Job. Stops at the first call that nobody answers: the next ones would wait as long for nothing."""
    for pk in (
        Due.objects.collectable(now).order_by("not_before", "pk").values_list("pk", flat=True)
    ):
        try:
            charge_due(due_id=pk, now=now)
        except Unanswered:
            return


def charge_due(*, due_id: int, now: datetime) -> Attempt | None:
    """Debits the stored card, or mails a payment link without one; None when it is not the time.

    Raises ChargeTooEarly before the end of the withdrawal period, Unanswered when the outcome is
    not known (the attempt keeps its key).
    """
    _abandon_retired_card(due_id, now)
    attempt = claim(due_id, now)
    return send(attempt, now) if attempt else None


@transaction.atomic(durable=True)
def claim(due_id: int, now: datetime) -> Attempt | None:
    """The attempt to send, committed; None when somebody else holds the due or it has to wait."""
    locked = Due.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=due_id)
    due = locked.select_related("order", "proposal").first()
    if due is None:
        return None
    refuse_before(due.not_before, now)
    if not Due.objects.collectable(now).filter(pk=due_id).exists() or _is_live(due):
        return None
    mandate = active_mandate(due.order) if due.order else None
    if mandate is None:
        _ask_for_payment(due, now)
        return None
    if not _announced_in_time(due, now):
        return None
    return new_attempt(
        due, Channel.OFF_SESSION, now, mandate=mandate, payment_method_id=mandate.payment_method_id
    )


def new_attempt(
    due: Due,
    channel: Channel,
    now: datetime,
    *,
    mandate: PaymentMandate | None,
    payment_method_id: str = "",
) -> Attempt:
    """In the caller's transaction, which holds the due; the key names this try and no other."""
    last = due.attempts.aggregate(last=Max("number"))["last"] or 0
    return Attempt.objects.create(
        due=due,
        number=last + 1,
        channel=channel.value,
        amount=due.amount,
        mandate=mandate,
        payment_method_id=payment_method_id,
        idempotency_key=f"{due.contract.payment_reference}-{due.position}-try-{last + 1}",
        created_at=now,
    )


def _is_live(due: Due) -> bool:
    return due.attempts.filter(state__in=LIVE_STATES).exists()


def _announced_in_time(due: Due, now: datetime) -> bool:
    day = due.charge_day
    return due.announced_at is not None and day is not None and timezone.localdate(now) >= day


def _ask_for_payment(due: Due, now: datetime) -> None:
    ask_customer(due, CustomerTask.PAY, now)
    letters.send_payment_link(due, now=now)


def _abandon_retired_card(due_id: int, now: datetime) -> None:
    """The customer changed card while the bank waited for a confirmation with the old one."""
    waiting = Attempt.objects.filter(
        due=due_id, state=AttemptState.NEEDS_CUSTOMER, channel=Channel.OFF_SESSION
    ).exclude(mandate__state=MandateState.ACTIVE)
    for attempt in waiting:
        abandon(attempt, now)


def send(attempt: Attempt, now: datetime, *, again: bool = False) -> Attempt:
    """Everything comes from stored values, under the same key ``again`` as the first time."""
    try:
        intent = gateway.charge_card(
            amount=attempt.amount,
            customer=stripe_customer(attempt.due.contract),
            payment_method_id=attempt.payment_method_id,
            reference=attempt.due.contract.payment_reference,
            key=attempt.idempotency_key,
            not_before=attempt.due.not_before,
            now=now,
        )
    except Refused as error:
        # The first call may have been served before this refusal: only a look can tell.
        return _look_for(attempt, now) if again else _refused_by_stripe(attempt, error, now)
    keep_intent(attempt, intent.id)
    return sync_payment(attempt, now)


@transaction.atomic
def keep_intent(attempt: Attempt, intent_id: str) -> None:
    Attempt.objects.filter(pk=attempt.pk, payment_intent_id__isnull=True).update(
        payment_intent_id=intent_id
    )


def _refused_by_stripe(attempt: Attempt, error: Refused, now: datetime) -> Attempt:
    """Our own mistake, or a card that is gone: a person must look, no bank was asked."""
    closed = close_attempt(attempt, AttemptState.FAILED, code=error.code or "refused", now=now)
    Due.objects.filter(pk=attempt.due_id).update(
        asks_staff=f"Stripe refuse la demande : {error}"[:300]
    )
    return closed


def resume_attempt(attempt: Attempt, now: datetime) -> Attempt:
    """What a dead process left in ``sending``: the same key again while Stripe keeps it, a look after.

    An order that stopped meanwhile is not charged again: only looked at. Raises Unanswered.
    """
    if attempt.payment_intent_id or attempt.session_id:
        return sync_payment(attempt, now)
    key_is_kept = now < attempt.created_at + KEY_LIFETIME
    if attempt.channel == Channel.OFF_SESSION and key_is_kept and _may_go_on(attempt, now):
        return send(attempt, now, again=True)
    if now < attempt.created_at + LONGEST_CALL:
        return attempt  # perhaps still on its way
    return _look_for(attempt, now)


def _may_go_on(attempt: Attempt, now: datetime) -> bool:
    return Due.objects.payable(now).filter(pk=attempt.due_id).exists()


def _look_for(attempt: Attempt, now: datetime) -> Attempt:
    customer, since = stripe_customer(attempt.due.contract), attempt.created_at
    key = attempt.idempotency_key
    if attempt.channel == Channel.CHECKOUT:
        page = gateway.find_page(customer=customer, key=key, since=since)
        if page is None:
            return close_attempt(attempt, AttemptState.CANCELLED, code="never_sent", now=now)
        keep_page(attempt, page.id, page.url)
        return abandon(attempt, now)
    intent = gateway.find_intent(customer=customer, key=key, since=since)
    if intent is None:
        return close_attempt(attempt, AttemptState.CANCELLED, code="never_sent", now=now)
    keep_intent(attempt, intent.id)
    return sync_payment(attempt, now)


@transaction.atomic
def keep_page(attempt: Attempt, session_id: str, url: str) -> None:
    Attempt.objects.filter(pk=attempt.pk, session_id__isnull=True).update(
        session_id=session_id, session_url=url
    )
    PaymentMandate.objects.filter(attempts=attempt, session_id__isnull=True).update(
        session_id=session_id
    )
