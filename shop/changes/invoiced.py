"""What the lines of an invoice become once people left, or the whole contract ended (law.md I-07)."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from base.money import round_cents
from base.typography import french_date
from base.vat import EXEMPT_RATE
from shop.changes.models import RequestOutcome
from shop.invoices.content import ZERO, Nature
from shop.invoices.rules import Invoiced, amount_paid
from shop.invoices.sold import Sold
from shop.payments.models import Contract, Due
from shop.proposals.models import Proposal


def after_changes(sold: Sold, *, training: Decimal, indemnity: Decimal) -> Invoiced:
    """Training at the rate of the sale, an indemnity outside the scope of VAT; each amount fixed first."""
    parts = []
    if training > 0:
        parts.append(
            amount_paid(
                training,
                sold.rate,
                description=f"Formation « {sold.title} »",
                details=sold.details,
            )
        )
    if indemnity > 0:
        parts.append(
            amount_paid(
                indemnity,
                EXEMPT_RATE,
                description="Indemnité d’annulation ou de report",
                details=(f"Commande {sold.reference}", *_dates(sold)),
                nature=Nature.INDEMNITY,
            )
        )
    return Invoiced(
        tuple(line for part in parts for line in part.lines),
        tuple(tax for part in parts for tax in part.taxes),
    )


def whole_of(contract: Contract, sold: Sold) -> Invoiced:
    """The whole price, unless people left or the training was postponed at a cost (CGV 3.5, 3.6).

    The dues that stand say what is owed in all; an absence changes none of them (CGV 3.7).
    """
    outcomes = RequestOutcome.objects.all().of(contract).applied()
    if not isinstance(contract, Proposal) or not outcomes.exists():
        return sold.whole
    indemnity = outcomes.total("due") - outcomes.total("training")
    standing = Due.objects.of(contract).filter(stopped_at__isnull=True)
    total = round_cents(standing.aggregate(total=Sum("amount"))["total"] or ZERO)
    return after_changes(sold, training=total - indemnity, indemnity=indemnity)


def _dates(sold: Sold) -> tuple[str, ...]:
    return (f"Session du {french_date(sold.starts_on)}",)
