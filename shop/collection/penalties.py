"""The invoice for late payment: shown first, then issued, each day of a case once (CGV 3.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from base.events import record
from base.organisation import Organisation
from base.typography import french_date
from base.vat import EXEMPT_RATE
from shop.collection.actions import CollectionRefused, lock_case
from shop.collection.models import CollectionCase, PenaltyInvoice
from shop.collection.reading import PUBLIC, Bill, bill_of, case_with_facts, known_rates
from shop.collection.wording import rows_of
from shop.invoices.composing import UNNUMBERED
from shop.invoices.content import (
    Audience,
    InvoiceContent,
    InvoiceKind,
    Line,
    Nature,
    taxes_of,
)
from shop.invoices.issuing import issue
from shop.invoices.models import Invoice
from shop.invoices.parties import mentions_of, seller_of
from shop.payments.models import Due
from shop.pricing.rules import DueKind

INTEREST_LINE = "Intérêts de retard (C. com., art. L441-10 ; conditions générales, 3.4)"
RECOVERY_LINE = "Indemnité forfaitaire pour frais de recouvrement (C. com., art. L441-10 et D441-5)"


@dataclass(frozen=True)
class PlannedPenalty:
    bill: Bill
    content: InvoiceContent


def plan_penalty(case: CollectionCase, *, until: date, today: date) -> PlannedPenalty:
    """What would be issued, without a number; ``case`` comes from ``cases_with_facts``.

    Raises CollectionRefused, and RateMissing for a half-year without its rates.
    """
    if not case.is_professional:
        raise CollectionRefused("Un particulier ne doit ni pénalités ni indemnité de recouvrement.")
    if case.is_public:
        raise CollectionRefused(PUBLIC)
    if case.waived_at:
        raise CollectionRefused("Les pénalités de cette facture sont abandonnées.")
    if until > today:
        raise CollectionRefused("Les intérêts se calculent jusqu’à aujourd’hui au plus tard.")
    bill = bill_of(case, until, known_rates())
    if until < bill.first_day or not bill.amount:
        last = french_date(min(until, today))
        raise CollectionRefused(f"Rien n’est à facturer jusqu’au {last} : tout l’est déjà.")
    return PlannedPenalty(bill, _content(case, bill, today))


def _content(case: CollectionCase, bill: Bill, today: date) -> InvoiceContent:
    late = case.invoice.facts
    lines = tuple(_lines(case, bill))
    mentions = mentions_of(Audience.COMPANY, exempt=False, on=today)
    return InvoiceContent(
        kind=InvoiceKind.PENALTY,
        number=UNNUMBERED,
        issued_on=today,
        seller=seller_of(Organisation.current()),
        buyer=late.buyer,
        lines=lines,
        taxes=taxes_of(lines),
        due_on=today,
        reason=f"retard de paiement de la facture {case.invoice.number}",
        order_reference=late.order_reference,
        purchase_order=late.purchase_order,
        mentions=replace(mentions, operations=""),
    )


def _lines(case: CollectionCase, bill: Bill) -> list[Line]:
    invoice = case.invoice
    late = (
        f"Facture {invoice.number} du {french_date(invoice.issued_on)}, à payer au plus tard le "
        f"{french_date(invoice.due_on)}"
    )
    details = (late, *(row.sentence for row in rows_of(bill.interest.segments)))
    found = []
    if bill.interest.amount:
        found.append(_line(INTEREST_LINE, bill.interest.amount, details))
    if bill.recovery:
        found.append(_line(RECOVERY_LINE, bill.recovery, () if found else (late,)))
    return found


def _line(description: str, amount: Decimal, details: tuple[str, ...]) -> Line:
    return Line(description, amount, EXEMPT_RATE, nature=Nature.INDEMNITY, details=details)


@transaction.atomic
def issue_penalty(*, case_id: int, until: date, shown: str, actor: str, now: datetime) -> Invoice:
    """Numbers it, opens what it asks for and mails it; ``shown`` is the bill that a person saw.

    Raises CollectionRefused when that is not what would be issued now, RateMissing and NotInvoiceable.
    """
    contract = lock_case(case_id).contract
    case = case_with_facts(case_id)
    planned = plan_penalty(case, until=until, today=timezone.localdate(now))
    bill = planned.bill
    if shown != bill.fingerprint:
        raise CollectionRefused(
            "Le calcul a changé : vérifiez l’aperçu ci-dessous, puis confirmez."
        )
    _note_undone(case, now)
    invoice = issue(planned.content, contract=contract, actor=actor, now=now)
    last = Due.objects.of(contract).aggregate(last=Max("position"))["last"] or 0
    Due.objects.create(
        proposal=invoice.proposal,
        invoice=invoice,
        kind=DueKind.PENALTY.value,
        position=last + 1,
        amount=invoice.incl_vat,
        due_on=invoice.due_on,
        not_before=now,
    )
    PenaltyInvoice.append(
        case=case,
        invoice=invoice,
        first_day=bill.first_day,
        last_day=bill.last_day,
        interest=bill.interest.amount,
        recovery=bill.recovery,
        late_rate=bill.rule.value,
    )
    data = {
        "number": invoice.number, "amount": invoice.incl_vat, "text": case.invoice.number,
        "last_day": bill.last_day,
    }  # fmt: skip
    record("Pénalités facturées", subject=contract, actor=actor, data=data, at=now)
    return invoice


def _note_undone(case: CollectionCase, now: datetime) -> None:
    """The days of an invoice that its credit notes undid are free again."""
    for row in case.penalties.all():
        if row.is_undone and row.undone_at is None:
            row.undone_at = now
            row.save(update_fields=["undone_at"])
