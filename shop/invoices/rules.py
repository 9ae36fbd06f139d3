"""What each document of an order invoices, and how it is numbered (law.md I-01, I-03, I-05, I-06). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from base.money import CENT
from base.vat import EXEMPT_RATE
from shop.invoices.content import InvoiceKind, Line, Nature, Tax, taxes_of
from shop.pricing.rules import split_tax

RULE_VERSION = "2026-11-25"
INVOICES, CREDIT_NOTES = "F", "AV"


class NotInvoiceable(Exception):
    """The message is one French sentence for staff; no number was used."""


def series_of(kind: InvoiceKind) -> str:
    return CREDIT_NOTES if kind == InvoiceKind.CREDIT else INVOICES


@dataclass(frozen=True)
class Invoiced:
    """Lines and their taxes, which agree with an amount that is fixed tax included."""

    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]


def amount_paid(
    incl_vat: Decimal,
    rate: Decimal,
    *,
    description: str,
    details: tuple[str, ...] = (),
    nature: Nature = Nature.TRAINING,
) -> Invoiced:
    """One line for an amount that was paid or given back: what the bank moved decides (P-02)."""
    split = split_tax(incl_vat, rate)
    line = Line(description, split.excl_vat, rate, nature=nature, details=details)
    return Invoiced((line,), (Tax(nature, rate, split.excl_vat, split.vat),))


def price_agreed(
    excl_vat: Decimal,
    incl_vat: Decimal,
    rate: Decimal,
    *,
    description: str,
    details: tuple[str, ...] = (),
) -> Invoiced:
    """The whole price of a consumer's order, as it was sold."""
    line = Line(description, excl_vat, rate, details=details)
    return Invoiced((line,), (Tax(Nature.TRAINING, rate, excl_vat, incl_vat - excl_vat),))


def lines_agreed(lines: tuple[Line, ...]) -> Invoiced:
    """A company's lines: VAT on the total of each rate."""
    return Invoiced(lines, taxes_of(lines))


def is_performed(ends_on: date, on: date) -> bool:
    """The training is over from the day after its last one: what is paid then is no deposit (I-01)."""
    return on > ends_on


def left_of(taxes: Iterable[Tax], taken: Iterable[Tax]) -> tuple[Tax, ...]:
    """What an invoice still holds of each nature and rate, after what credit notes took of it."""
    places = list(taxes)
    for gone in taken:
        places = [_less(tax, gone) for tax in places]
    return tuple(places)


def _less(tax: Tax, gone: Tax) -> Tax:
    if (tax.nature, tax.rate) != (gone.nature, gone.rate):
        return tax
    return replace(tax, excl_vat=tax.excl_vat - gone.excl_vat, vat=tax.vat - gone.vat)


def share_to_credit(left: tuple[Tax, ...], amount: Decimal) -> Invoiced:
    """Part of what an invoice still holds: training first, an indemnity last, each at its own rate.

    Raises NotInvoiceable for more than that.
    """
    parts: list[Tax] = []
    rest = amount
    for tax in sorted(left, key=lambda tax: (tax.nature != Nature.TRAINING, -tax.rate)):
        part = min(rest, tax.incl_vat)
        if part > 0:
            parts.append(_part_of(tax, part))
            rest -= part
    if rest > 0:
        raise NotInvoiceable("Cet avoir dépasse ce qui reste de la facture.")
    lines = (Line(_credit_label(tax), tax.excl_vat, tax.rate, nature=tax.nature) for tax in parts)
    return Invoiced(tuple(lines), tuple(parts))


def _part_of(left: Tax, incl_vat: Decimal) -> Tax:
    """What is kept is rounded, not what is given back: cents never add up from note to note."""
    kept = split_tax(left.incl_vat - incl_vat, left.rate)
    excl_vat = max(left.excl_vat - kept.excl_vat, CENT)
    return replace(left, excl_vat=excl_vat, vat=incl_vat - excl_vat)


def _credit_label(tax: Tax) -> str:
    return f"Avoir sur {tax.nature.label}"


def is_exempt(rate: Decimal) -> bool:
    return rate == EXEMPT_RATE
