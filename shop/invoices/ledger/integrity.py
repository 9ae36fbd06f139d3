"""What the ledger must never say, and what must never be missing from it (law.md I-11)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from shop.invoices.ledger.models import ONLY, LedgerClosing, LedgerEntry, LedgerHead
from shop.invoices.ledger.rules import EntryKind, Mark, closing_faults, entry_faults
from shop.payments.models import Attempt, Refund, RefundState
from shop.payments.rules import AttemptState

BATCH = 1000


def ledger_faults() -> Iterator[str]:
    yield from _chain_faults()
    yield from _payments_against_entries()
    yield from _refunds_against_entries()
    yield from _disputes_against_entries()


def _chain_faults() -> Iterator[str]:
    marks: dict[int, Mark] = {}
    entries = LedgerEntry.objects.order_by("number").iterator(chunk_size=BATCH)
    yield from entry_faults((entry.link for entry in entries), marks, _ends_of_closings())
    closings = LedgerClosing.objects.order_by("number").iterator(chunk_size=BATCH)
    yield from closing_faults((closing.link for closing in closings), marks)
    head = LedgerHead.objects.filter(pk=ONLY).first()
    if (head.sha256 if head else marks[0].sha256) != marks[-1].sha256:
        yield "La dernière écriture n’est pas celle que la tête du registre annonce."


def _ends_of_closings() -> set[int]:
    """Numbers after which a closing counts: its own last entry, and the one before its first."""
    ends = LedgerClosing.objects.values_list("first_entry", "last_entry")
    return {number for first, last in ends for number in (first - 1, last)}


def _entered(kind: EntryKind, **source: OuterRef) -> Exists:
    return Exists(LedgerEntry.objects.filter(kind=kind.value, **source))


def _payments_against_entries() -> Iterator[str]:
    paid = Attempt.objects.filter(state=AttemptState.SUCCEEDED)
    missing = paid.exclude(_entered(EntryKind.PAYMENT, attempt=OuterRef("pk")))
    for attempt in missing.select_related("due__order", "due__proposal").iterator(chunk_size=BATCH):
        yield f"{attempt} : payée sans écriture."
    entered = LedgerEntry.objects.filter(kind=EntryKind.PAYMENT.value)
    for entry in entered.exclude(attempt__state=AttemptState.SUCCEEDED).iterator(BATCH):
        yield f"L’écriture {entry.number} n’a pas de paiement."
    for entry in entered.exclude(amount=F("attempt__amount")).iterator(BATCH):
        yield f"L’écriture {entry.number} n’a pas le montant de son paiement."


def _refunds_against_entries() -> Iterator[str]:
    sent = _entered(EntryKind.REFUND, refund=OuterRef("pk"))
    returned = _entered(EntryKind.REFUND_RETURNED, refund=OuterRef("pk"))
    rows = Refund.objects.select_related("attempt__due__order", "attempt__due__proposal")
    for refund in rows.filter(~sent, state=RefundState.SUCCEEDED).iterator(BATCH):
        yield f"{refund} : effectué sans écriture."
    for refund in rows.filter(sent & ~returned, state=RefundState.FAILED).iterator(BATCH):
        yield f"{refund} : revenu de la banque sans écriture."
    for entry in LedgerEntry.objects.filter(_tells_no_refund()).iterator(BATCH):
        yield f"L’écriture {entry.number} n’a pas de remboursement."
    wrong = Q(kind=EntryKind.REFUND.value) & ~Q(amount=-F("refund__amount"))
    wrong |= Q(kind=EntryKind.REFUND_RETURNED.value) & ~Q(amount=F("refund__amount"))
    for entry in LedgerEntry.objects.filter(wrong, refund__isnull=False).iterator(BATCH):
        yield f"L’écriture {entry.number} n’a pas le montant de son remboursement."


def _tells_no_refund() -> Q:
    """Entries of a refund that did not leave, or that did not come back."""
    left = Q(refund__state__in=[RefundState.SUCCEEDED, RefundState.FAILED])
    came_back = Q(refund__state=RefundState.FAILED)
    return (Q(kind=EntryKind.REFUND.value) & ~left) | (
        Q(kind=EntryKind.REFUND_RETURNED.value) & ~came_back
    )


def _disputes_against_entries() -> Iterator[str]:
    lost = Attempt.objects.filter(dispute_state="lost")
    entered = _entered(EntryKind.DISPUTE_LOST, dispute_id=OuterRef("dispute_id"))
    for attempt in lost.exclude(entered).select_related("due__order", "due__proposal"):
        yield f"{attempt} : contestation perdue sans écriture."
    for entry in LedgerEntry.objects.filter(
        kind=EntryKind.DISPUTE_LOST.value, attempt__dispute_id=""
    ):
        yield f"L’écriture {entry.number} n’a pas de contestation."
