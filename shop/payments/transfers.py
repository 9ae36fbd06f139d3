"""Money that moves by bank transfer: staff write down what the bank statement shows."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from base.events import record
from base.typography import euros, french_date
from shop.changes.models import RequestOutcome
from shop.invoices.ledger.actions import write_payment, write_refund
from shop.invoices.tasks import credit_payment_now, invoice_payment_now
from shop.orders.rules import OrderState
from shop.payments import letters
from shop.payments.charging import new_attempt
from shop.payments.locking import lock_due
from shop.payments.models import Attempt, Due, Refund, RefundState
from shop.payments.refund_rows import refundable
from shop.payments.releasing import abandon
from shop.payments.rules import LIVE_STATES, AttemptState, Channel, refuse_before
from shop.proposals.agreement.tasks import conclude_now
from shop.proposals.models import Proposal

ENDED_WITH_NOTHING_OWED = (OrderState.WITHDRAWN.value, OrderState.CANCELLED.value)


class TransferRefused(Exception):
    """The message is one French sentence for staff; nothing was written."""


def record_transfer(
    *, due: Due, amount: Decimal, received_on: date, reference: str, actor: str, now: datetime
) -> Attempt:
    """The due is paid; the same transfer again gives the row that exists.

    A payment page that the customer left open is closed at Stripe first, outside any transaction.
    Raises TransferRefused, ChargeTooEarly, and Unanswered when Stripe does not answer.
    """
    refuse_before(due.not_before, now)
    open_pages = due.attempts.filter(state=AttemptState.NEEDS_CUSTOMER)
    if due.stopped_at is None and not due.is_paid:
        for attempt in open_pages:
            abandon(attempt, now)
    return _write(due, amount, received_on, reference.strip(), actor, now)


@transaction.atomic
def _write(
    due: Due, amount: Decimal, received_on: date, reference: str, actor: str, now: datetime
) -> Attempt:
    due = lock_due(due.pk)
    known = due.attempts.filter(state=AttemptState.SUCCEEDED).first()
    if known and known.channel == Channel.TRANSFER and known.reference == reference:
        return known
    _check(due, known, amount, received_on, reference, now)
    return write_transfer(due, received_on, reference, actor, now)


def write_transfer(
    due: Due, received_on: date, reference: str, actor: str, now: datetime
) -> Attempt:
    """The whole of a due, which the caller's transaction holds and has checked."""
    attempt = new_attempt(due, Channel.TRANSFER, now, mandate=None)
    attempt.state, attempt.reference = AttemptState.SUCCEEDED, reference
    attempt.finished_at = min(_noon(received_on), now)
    attempt.save(update_fields=["state", "reference", "finished_at"])
    due.asks_staff, due.asks_customer, due.next_try_at = "", "", None
    due.save(update_fields=["asks_staff", "asks_customer", "next_try_at"])
    data = {"due": due.position, "amount": due.amount, "reference": reference, "day": received_on}
    record("Virement reçu", subject=due.contract, actor=actor, data=data, at=now)
    letters.send_receipt(attempt)
    invoice_payment_now.enqueue(attempt.pk)
    if due.proposal_id:
        conclude_now.enqueue(due.proposal_id)
    write_payment(attempt=attempt, received=due.amount, now=now)
    return attempt


def _check(
    due: Due,
    paid: Attempt | None,
    amount: Decimal,
    received_on: date,
    reference: str,
    now: datetime,
) -> None:
    refuse_before(due.not_before, now)
    assert due.not_before is not None  # noqa: S101  refused just above
    if paid:
        raise TransferRefused("Cette échéance est déjà payée.")
    if due.stopped_at:
        raise TransferRefused("Cette échéance est abandonnée : rendez l’argent au client.")
    if due.attempts.filter(state__in=LIVE_STATES).exists():
        raise TransferRefused("Un paiement de cette échéance est en cours : attendez son issue.")
    if amount != due.amount:
        raise TransferRefused(
            f"Le virement doit être de {euros(due.amount)}, le montant de l’échéance. Un autre "
            "montant se règle avec le client, puis se note quand le compte y est."
        )
    if not reference:
        raise TransferRefused("Indiquez la référence du virement, lue sur le relevé.")
    if received_on > timezone.localdate(now):
        raise TransferRefused("Cette date est à venir : attendez que le virement soit reçu.")
    first = timezone.localdate(due.not_before)
    if received_on < first:
        raise TransferRefused(
            f"Rien ne peut être encaissé avant le {french_date(first)} : rendez ce virement, "
            "le client le refera."
        )


def kept_transfers() -> QuerySet[Attempt]:
    """Transfers that a person sends back: of a contract that has ended with nothing owed, whole; of
    one that somebody settled, the part that its due says.
    """
    given = Refund.objects.filter(attempt=OuterRef("pk")).exclude(state=RefundState.FAILED)
    settled = RequestOutcome.objects.applied().filter(request__order=OuterRef("due__order"))
    ended = Q(due__order__state__in=ENDED_WITH_NOTHING_OWED)
    ended &= ~Q(Exists(settled), due__order__state=OrderState.CANCELLED.value)
    nothing_owed = ended | Q(due__proposal__in=Proposal.objects.given_up().values("pk"))
    nothing_owed &= ~Q(Exists(given))
    return Attempt.objects.filter(
        nothing_owed | Q(due__give_back__gt=0),
        channel=Channel.TRANSFER,
        state=AttemptState.SUCCEEDED,
    )


@transaction.atomic
def record_transfer_back(
    *, attempt: Attempt, sent_on: date, reference: str, actor: str, now: datetime
) -> Refund:
    """The transfer, or what a decision gives back of it, was sent by the bank's own pages.

    Raises TransferRefused.
    """
    due = Due.objects.select_for_update().get(pk=attempt.due_id)
    attempt = Attempt.objects.select_related("due__order", "due__proposal").get(pk=attempt.pk)
    known = attempt.refunds.exclude(state=RefundState.FAILED).last()
    if known is not None and not due.give_back:
        return known
    if sent_on > timezone.localdate(now):
        raise TransferRefused("Cette date est à venir : notez le virement quand il est parti.")
    refund = Refund.objects.create(
        attempt=attempt,
        amount=due.give_back or refundable(attempt),
        state=RefundState.SUCCEEDED,
        reason=f"Virement rendu, référence {reference}"[:300],
        actor=actor[:200],
        idempotency_key=f"{attempt.idempotency_key}-refund-{attempt.refunds.count() + 1}",
        created_at=now,
        finished_at=min(_noon(sent_on), now),
    )
    due.give_back = None
    due.save(update_fields=["give_back"])
    data = {"due": due.position, "amount": refund.amount, "reference": reference, "day": sent_on}
    record("Virement rendu", subject=attempt.due.contract, actor=actor, data=data, at=now)
    credit_payment_now.enqueue(attempt.pk)
    write_refund(refund=refund, reference=reference, now=now)
    return refund


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
