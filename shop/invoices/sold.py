"""What an invoice says of the order or the proposal behind it, as it was agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils import timezone

from base.typography import euros, french_date, french_date_range, french_number
from shop.invoices.content import Buyer
from shop.invoices.parties import company_of, consumer_of
from shop.invoices.rules import Invoiced, lines_agreed, price_agreed
from shop.orders.models import Order
from shop.payments.models import Contract
from shop.proposals.content import ProposalContent
from shop.proposals.models import Proposal


@dataclass(frozen=True)
class Sold:
    """``whole`` is the whole price; ``details`` are printed under what is invoiced of it.

    ``reference`` is the order's or the proposal's; ``rate`` the only VAT rate of its lines.
    """

    reference: str
    title: str
    details: tuple[str, ...]
    rate: Decimal
    whole: Invoiced
    buyer: Buyer
    starts_on: date
    ends_on: date
    place: str
    purchase_order: str = ""


def sold_by(contract: Contract) -> Sold:
    return _order(contract) if isinstance(contract, Order) else _proposal(contract)


def _order(order: Order) -> Sold:
    details = _details_of_order(order)
    return Sold(
        reference=order.reference,
        title=order.course_title,
        details=details,
        rate=order.vat_rate,
        whole=price_agreed(
            order.price_excl_vat,
            order.price_incl_vat,
            order.vat_rate,
            description=f"Formation « {order.course_title} »",
            details=details,
        ),
        buyer=consumer_of(order),
        starts_on=order.starts_on,
        ends_on=order.ends_on,
        place=order.place,
    )


def _details_of_order(order: Order) -> tuple[str, ...]:
    """Date, place and detailed count that a note to a consumer gives (arrêté 83-50/A)."""
    hours = french_number(sum(order.hours.values(), Decimal()))
    dates = french_date_range(order.starts_on, order.ends_on)
    return (
        f"Réf. {order.course_reference}, {dates}, {hours} heures",
        f"Lieu : {order.place}",
        f"Stagiaire : {order.trainee_name}",
        f"Commande {order.reference} du {french_date(timezone.localdate(order.placed_at))}",
    )


def _proposal(proposal: Proposal) -> Sold:
    content = proposal.current
    details = (*_details_of_proposal(content), *_funding(proposal))
    lines = [line.as_sold for line in content.offer.lines]
    first = replace(lines[0], details=(*lines[0].details, *details))
    rate = proposal.vat_rate
    assert rate is not None  # noqa: S101  an issued proposal bears one
    return Sold(
        reference=proposal.payment_reference,
        title=content.offer.sheet.title,
        details=details,
        rate=rate,
        whole=lines_agreed((first, *lines[1:])),
        buyer=company_of(proposal),
        starts_on=content.offer.starts_on,
        ends_on=content.offer.ends_on,
        place=content.offer.place,
        purchase_order=proposal.purchase_order,
    )


def _funding(proposal: Proposal) -> Iterator[str]:
    """Who pays a part in the client's place: its file number is what a fund looks for."""
    funding = getattr(proposal, "funding", None)
    if funding and funding.granted and funding.subrogated:
        number = f", dossier {funding.file_number}" if funding.file_number else ""
        amount = euros(funding.granted)
        yield f"Prise en charge : {funding.fund}{number}, {amount} réglés à notre société (subrogation)"


def _details_of_proposal(content: ProposalContent) -> tuple[str, ...]:
    """What an OPCO checks against its agreement (law.md I-07)."""
    sheet = content.offer.sheet
    many = "s" if content.headcount > 1 else ""
    hours = f"{french_number(sheet.duration_hours)} heures" if sheet.duration_hours else ""
    return (
        ", ".join(filter(None, [f"Réf. {sheet.reference}", content.dates, hours])),
        f"Lieu : {content.offer.place}",
        f"{content.headcount} participant{many}",
        f"Proposition {content.reference} du {french_date(content.issued_on)}",
    )
