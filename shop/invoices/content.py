"""What an invoice says: one frozen content, printed, written as XML and kept (law.md I-02, I-04). Pure.

Amounts are ``Decimal`` euros with two places and never negative, credit notes included; days are
Paris dates; ``rate`` is a fraction (0.20).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any

from cattrs.preconf.json import make_converter

from base.money import CENT, round_cents
from base.vat import EXEMPT_RATE

ZERO = Decimal("0.00")
NUMBER = re.compile(r"[A-Za-z0-9+\-_/]{1,35}")


class InvoiceKind(StrEnum):
    DEPOSIT = "deposit"
    FINAL = "final"
    PENALTY = "penalty"
    CREDIT = "credit"

    @property
    def label(self) -> str:
        return {
            InvoiceKind.DEPOSIT: "facture d’acompte",
            InvoiceKind.FINAL: "facture",
            InvoiceKind.PENALTY: "facture de pénalités",
            InvoiceKind.CREDIT: "avoir",
        }[self]


class Audience(StrEnum):
    """Whose particulars the law asks for: a consumer's or a professional's (I-02)."""

    CONSUMER = "consumer"
    COMPANY = "company"

    @property
    def label(self) -> str:
        return {Audience.CONSUMER: "particulier", Audience.COMPANY: "entreprise"}[self]


class Nature(StrEnum):
    """An indemnity is never sold as training: an OPCO funds the second only (I-07)."""

    TRAINING = "training"
    INDEMNITY = "indemnity"

    @property
    def label(self) -> str:
        return {Nature.TRAINING: "formation", Nature.INDEMNITY: "indemnité"}[self]


@dataclass(frozen=True)
class Address:
    street: str
    postcode: str
    town: str
    country: str = "FR"


@dataclass(frozen=True)
class Seller:
    name: str
    address: Address
    siret: str
    vat_number: str
    legal_form: str = ""
    capital: Decimal | None = None
    rcs_city: str = ""
    naf_code: str = ""
    phone: str = ""
    email: str = ""
    nda_mention: str = ""

    @property
    def siren(self) -> str:
        return self.siret[:9]

    @property
    def legal_information(self) -> str:
        """Legal form, capital and register (C. com. R123-237, R123-238)."""
        capital = f"au capital de {self.capital:.2f} EUR" if self.capital is not None else ""
        company = " ".join(filter(None, [self.legal_form, capital]))
        return ", ".join(filter(None, [company, self.rcs_city and f"RCS {self.rcs_city}"]))


@dataclass(frozen=True)
class Buyer:
    """``siren`` is empty for a consumer and for a company without one (foreign)."""

    name: str
    address: Address
    audience: Audience
    email: str = ""
    siren: str = ""
    vat_number: str = ""
    attention: str = ""


@dataclass(frozen=True)
class Line:
    """``unit_price`` is exclusive of VAT; ``details`` are printed under the description."""

    description: str
    unit_price: Decimal
    rate: Decimal
    quantity: Decimal = Decimal(1)
    nature: Nature = Nature.TRAINING
    details: tuple[str, ...] = ()

    @property
    def excl_vat(self) -> Decimal:
        return round_cents(self.unit_price * self.quantity)


@dataclass(frozen=True)
class Tax:
    """What is taxed at one rate, for one nature of lines: a company may owe both (I-07)."""

    nature: Nature
    rate: Decimal
    excl_vat: Decimal
    vat: Decimal

    @property
    def incl_vat(self) -> Decimal:
        return self.excl_vat + self.vat


@dataclass(frozen=True)
class Earlier:
    """An invoice that this one deducts (a deposit) or corrects; its amounts as issued."""

    number: str
    issued_on: date
    excl_vat: Decimal
    vat: Decimal
    kind: InvoiceKind = InvoiceKind.DEPOSIT

    @property
    def incl_vat(self) -> Decimal:
        return self.excl_vat + self.vat


@dataclass(frozen=True)
class Mentions:
    """Dated legal wording, copied on the day of issue (P-04); an empty one is not printed.

    ``discount``, ``penalty`` and ``recovery`` are for professionals only (L441-9, L441-10);
    ``exemption_code`` is the VATEX code that goes with ``exemption``; ``untaxed_indemnity`` says why
    an indemnity bears no VAT, where the accountant decided so (I-07).
    """

    operations: str = "Prestations de services"
    exemption: str = ""
    exemption_code: str = ""
    untaxed_indemnity: str = ""
    vat_on_debits: str = ""
    discount: str = ""
    penalty: str = ""
    recovery: str = ""


@dataclass(frozen=True)
class InvoiceContent:
    """``paid`` is what was received for this very document; ``deducted`` what was invoiced before.

    ``performed_from``/``performed_to`` are the days of the training; a deposit has none yet but the
    day of its payment, ``paid_on``. ``due_on`` is the last day to pay what remains.
    """

    kind: InvoiceKind
    number: str
    issued_on: date
    seller: Seller
    buyer: Buyer
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    due_on: date
    paid: Decimal = ZERO
    paid_on: date | None = None
    means: str = ""
    deducted: tuple[Earlier, ...] = ()
    corrects: Earlier | None = None
    reason: str = ""
    performed_from: date | None = None
    performed_to: date | None = None
    place: str = ""
    order_reference: str = ""
    purchase_order: str = ""
    mentions: Mentions = field(default_factory=Mentions)

    @property
    def is_credit(self) -> bool:
        return self.kind == InvoiceKind.CREDIT

    @property
    def is_consumer(self) -> bool:
        return self.buyer.audience == Audience.CONSUMER

    @property
    def is_exempt(self) -> bool:
        return any(tax.rate == EXEMPT_RATE and tax.nature == Nature.TRAINING for tax in self.taxes)

    @property
    def has_training(self) -> bool:
        return any(line.nature == Nature.TRAINING for line in self.lines)

    @property
    def has_untaxed_indemnity(self) -> bool:
        return any(tax.rate == EXEMPT_RATE and tax.nature == Nature.INDEMNITY for tax in self.taxes)

    @property
    def excl_vat(self) -> Decimal:
        return sum((tax.excl_vat for tax in self.taxes), ZERO)

    @property
    def vat(self) -> Decimal:
        return sum((tax.vat for tax in self.taxes), ZERO)

    @property
    def incl_vat(self) -> Decimal:
        return self.excl_vat + self.vat

    @property
    def deducted_incl_vat(self) -> Decimal:
        return sum((earlier.incl_vat for earlier in self.deducted), ZERO)

    @property
    def prepaid(self) -> Decimal:
        """BT-113: deposits deducted and money already received for this document."""
        return self.deducted_incl_vat + self.paid

    @property
    def payable(self) -> Decimal:
        """BT-115: what remains to be paid (or, on a credit note, given back)."""
        return self.incl_vat - self.prepaid


def taxes_of(lines: Sequence[Line]) -> tuple[Tax, ...]:
    """VAT of each nature and rate on the total of its lines, to the nearest cent (CGI 278).

    The training comes before the indemnity.
    """

    natures = list(Nature)

    def key(line: Line) -> tuple[int, Decimal]:
        return natures.index(line.nature), line.rate

    return tuple(
        Tax(natures[position], rate, base, round_cents(base * rate))
        for (position, rate), group in groupby(sorted(lines, key=key), key)
        for base in [sum((line.excl_vat for line in group), ZERO)]
    )


def tax_within(incl_vat: Decimal, rate: Decimal, nature: Nature = Nature.TRAINING) -> Tax:
    """What a sum fixed first holds, a deposit received for instance: its VAT is the rest.

    For one sum in six, no amount exclusive of VAT gives it exactly (documents.md section 5).
    """
    excl_vat = round_cents(incl_vat / (1 + rate))
    return Tax(nature, rate, excl_vat, incl_vat - excl_vat)


def arithmetic_faults(content: InvoiceContent) -> Iterator[str]:
    """One French sentence for each amount that does not follow from the lines.

    The VAT may differ by one cent from its rate, see ``tax_within``.
    """
    expected = {(tax.nature, tax.rate): tax for tax in taxes_of(content.lines)}
    if set(expected) != {(tax.nature, tax.rate) for tax in content.taxes}:
        yield "Les taux de la récapitulation ne sont pas ceux des lignes."
        return
    for tax in content.taxes:
        right = expected[tax.nature, tax.rate]
        if tax.excl_vat != right.excl_vat:
            yield f"Base HT {tax.excl_vat} au lieu de {right.excl_vat}."
        if abs(tax.vat - right.vat) > (CENT if tax.rate else ZERO):
            yield f"TVA {tax.vat} au lieu de {right.vat}."
    if content.payable < 0:
        yield "Le total à payer est négatif."
    for amount in (*(line.unit_price for line in content.lines), content.incl_vat):
        if amount <= 0:
            yield f"Montant nul ou négatif : {amount}."


def particular_faults(content: InvoiceContent) -> Iterator[str]:
    """One French sentence for each particular that the law wants and the content lacks (I-02).

    A French company without a SIREN (an association) is served; the French rules of e-invoicing
    (BR-FR) want an electronic address of every buyer, short numbers, and no day to pay in the past.
    """
    yield from (f"Il manque {label}." for label, value in _wanted(content) if not value)
    if not NUMBER.fullmatch(content.number):
        yield f"Le numéro « {content.number} » n’est pas permis : 35 lettres, chiffres, + - _ / au plus."
    if (
        content.payable
        and content.kind != InvoiceKind.DEPOSIT
        and content.due_on < content.issued_on
    ):
        yield "L’échéance précède la date de la facture."


def _wanted(content: InvoiceContent) -> Iterator[tuple[str, object]]:
    seller, buyer = content.seller, content.buyer
    yield "le SIRET du vendeur", seller.siret
    yield "l’adresse du vendeur", seller.address.street and seller.address.town
    yield "le nom du client", buyer.name
    yield "l’adresse du client", buyer.address.street and buyer.address.town
    yield "l’adresse e-mail ou le SIREN du client", buyer.email or buyer.siren
    if content.is_credit:
        yield "la facture que l’avoir corrige", content.corrects
    if content.paid:
        yield "le jour du paiement", content.paid_on
    if content.kind == InvoiceKind.FINAL and content.has_training:
        yield "les dates de la formation", content.performed_from and content.performed_to
        yield "le lieu de la formation", content.place
    yield from _wanted_mentions(content)


def _wanted_mentions(content: InvoiceContent) -> Iterator[tuple[str, object]]:
    mentions = content.mentions
    if content.vat:
        yield "le numéro de TVA du vendeur", content.seller.vat_number
    if content.is_exempt:
        yield "la mention d’exonération de TVA", mentions.exemption
        yield "le code VATEX de l’exonération", mentions.exemption_code
    if content.has_untaxed_indemnity:
        yield "le motif de non-taxation de l’indemnité", mentions.untaxed_indemnity
    if not content.is_consumer:
        yield "les conditions d’escompte", mentions.discount
        yield "le taux des pénalités de retard", mentions.penalty
        yield "l’indemnité forfaitaire de recouvrement", mentions.recovery


_converter = make_converter()
_converter.register_unstructure_hook(Decimal, str)
_converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))


def to_json(content: InvoiceContent) -> dict[str, Any]:
    """What JSON can say: amounts and dates as text, exactly."""
    facts: dict[str, Any] = _converter.unstructure(content)
    return facts


def from_json(facts: dict[str, Any]) -> InvoiceContent:
    """The very content that ``to_json`` was given. Raises cattrs.ClassValidationError."""
    return _converter.structure(facts, InvoiceContent)
