"""Entries of the ledger: written by whoever writes that money moved, in the same transaction.

Each function takes the lock of the ledger's head until that transaction ends: call it last.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from base.vat import EXEMPT_RATE
from shop.invoices.ledger.models import ONLY, LedgerEntry, LedgerHead
from shop.invoices.ledger.rules import EntryFacts, EntryKind
from shop.payments.models import Attempt, Due, Refund
from shop.payments.snapshots import DisputeFacts
from shop.pricing.rules import DueKind


@dataclass(frozen=True)
class Fact:
    """``amount`` is positive whatever the kind; ``moved_at`` is when the bank moved it."""

    kind: EntryKind
    attempt: Attempt
    amount: Decimal
    reference: str
    moved_at: datetime
    refund: Refund | None = None
    dispute_id: str = ""


def write_payment(*, attempt: Attempt, received: Decimal, now: datetime) -> LedgerEntry:
    """``received`` is what the bank says it took, which may differ from what was asked."""
    reference = attempt.charge_id or attempt.payment_intent_id or attempt.reference
    moved_at = attempt.finished_at or now
    return _write(Fact(EntryKind.PAYMENT, attempt, received, reference, moved_at), now)


def write_refund(*, refund: Refund, reference: str, now: datetime) -> LedgerEntry:
    moved_at = refund.finished_at or now
    fact = Fact(EntryKind.REFUND, refund.attempt, refund.amount, reference, moved_at, refund)
    return _write(fact, now)


def write_returned_refund(*, refund: Refund, now: datetime) -> LedgerEntry | None:
    """The bank sends back what had succeeded; None for a refund that never left."""
    sent = LedgerEntry.objects.filter(kind=EntryKind.REFUND.value, refund=refund).first()
    if sent is None:
        return None
    kind = EntryKind.REFUND_RETURNED
    return _write(Fact(kind, refund.attempt, refund.amount, sent.reference, now, refund), now)


def write_dispute(*, attempt: Attempt, dispute: DisputeFacts, now: datetime) -> LedgerEntry | None:
    """None while nothing is decided, and for one that is won without having been lost."""
    lost = LedgerEntry.objects.filter(
        kind=EntryKind.DISPUTE_LOST.value, dispute_id=dispute.id
    ).exists()
    kind = {"lost": EntryKind.DISPUTE_LOST, "won": EntryKind.DISPUTE_WON}.get(dispute.status)
    if kind is None or (kind == EntryKind.DISPUTE_WON and not lost):
        return None
    fact = Fact(kind, attempt, dispute.amount, dispute.charge_id, now, dispute_id=dispute.id)
    return _write(fact, now)


def _write(fact: Fact, now: datetime) -> LedgerEntry:
    """Once a fact: the row that tells it is locked by the caller, so nobody writes it meanwhile."""
    if known := _known(fact):
        return known
    head = lock_head(now)
    facts = _facts(fact, head, now)
    entry: LedgerEntry = LedgerEntry.append(
        **asdict(facts), previous=head.sha256, sha256=facts.digest(head.sha256)
    )
    head.number, head.sha256, head.open_from = entry.number, entry.sha256, entry.at
    head.save(update_fields=["number", "sha256", "open_from"])
    return entry


def _known(fact: Fact) -> LedgerEntry | None:
    found: LedgerEntry | None = LedgerEntry.objects.filter(
        kind=fact.kind.value, attempt=fact.attempt, refund=fact.refund, dispute_id=fact.dispute_id
    ).first()
    return found


def lock_head(now: datetime) -> LedgerHead:
    """The only row, locked until the transaction ends; the ledger opens when it is first asked for."""
    locked = LedgerHead.objects.select_for_update()
    if head := locked.filter(pk=ONLY).first():
        return head
    LedgerHead.objects.get_or_create(
        pk=ONLY, defaults={"open_from": now, "opened_on": timezone.localdate(now)}
    )
    return locked.get(pk=ONLY)


def _facts(fact: Fact, head: LedgerHead, now: datetime) -> EntryFacts:
    attempt = fact.attempt
    contract = attempt.due.contract
    rate = _rate_of(attempt.due)
    return EntryFacts(
        number=head.number + 1,
        kind=fact.kind.value,
        amount=fact.kind.sign * fact.amount,
        vat_rate=rate,
        order_reference=contract.payment_reference,
        due_position=attempt.due.position,
        channel=attempt.channel,
        reference=fact.reference[:140],
        attempt_id=attempt.pk,
        refund_id=fact.refund.pk if fact.refund else None,
        dispute_id=fact.dispute_id,
        moved_on=timezone.localdate(fact.moved_at),
        at=max(now, head.open_from),
    )


def _rate_of(due: Due) -> Decimal:
    """Penalties are damages, which VAT ignores (law.md L-05)."""
    if due.kind == DueKind.PENALTY:
        return EXEMPT_RATE
    rate = due.contract.vat_rate
    assert rate is not None  # noqa: S101  whoever pays has agreed to a price
    return rate
