"""What an invoice prints, in the order of the page (law.md I-02, I-05 to I-07, L-01 to L-03). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from base.typography import MINUS, euros, french_date, french_date_range, french_number
from base.vat import EXEMPT_RATE
from shop.invoices.content import Buyer, Earlier, InvoiceContent, InvoiceKind, Line, Nature, Tax

DUPLICATE = "Duplicata"


@dataclass(frozen=True)
class Total:
    """``weight`` is a class of the style: ``sum``, ``grand`` or nothing."""

    label: str
    amount: str
    weight: str = ""


@dataclass(frozen=True)
class PrintedLine:
    description: str
    details: tuple[str, ...]
    quantity: str
    unit_price: str
    tax: str
    amount: str


@dataclass(frozen=True)
class PrintedTax:
    """``vat`` is empty where there is none: VAT that is shown would be due (CGI 283-3)."""

    nature: str
    rate: str
    excl_vat: str
    vat: str
    incl_vat: str


@dataclass(frozen=True)
class Block:
    """Lines of one nature: an indemnity stands apart from the training (I-07)."""

    heading: str
    lines: tuple[PrintedLine, ...]


@dataclass(frozen=True)
class PrintedInvoice:
    content: InvoiceContent
    duplicate: bool = False

    @property
    def title(self) -> str:
        return _capitalized(self.content.kind.label)

    @property
    def running_title(self) -> str:
        mark = f" · {DUPLICATE}" if self.duplicate else ""
        return f"{self.title} {self.content.number}{mark}"

    @property
    def dated(self) -> str:
        return french_date(self.content.issued_on)

    @property
    def mark(self) -> str:
        return DUPLICATE if self.duplicate else ""

    @property
    def client(self) -> list[str]:
        return list(client_lines(self.content.buyer))

    @property
    def facts(self) -> list[tuple[str, str]]:
        return [(label, value) for label, value in _facts(self.content) if value]

    @property
    def blocks(self) -> list[Block]:
        lines = self.content.lines
        natures = [nature for nature in Nature if any(line.nature == nature for line in lines)]
        return [
            Block(
                _capitalized(nature.label) if Nature.INDEMNITY in natures else "",
                tuple(_line(line) for line in lines if line.nature == nature),
            )
            for nature in natures
        ]

    @property
    def taxes(self) -> list[PrintedTax]:
        """What each nature and rate bears, where there is more than one."""
        taxes = self.content.taxes
        return [_tax(tax) for tax in taxes] if len(taxes) > 1 else []

    @property
    def shows_vat(self) -> bool:
        return bool(self.content.vat or any(earlier.vat for earlier in self.content.deducted))

    @property
    def totals(self) -> list[Total]:
        return [*_sums(self.content), *_settlement(self.content)]

    @property
    def outcome(self) -> str:
        return " ".join(_outcome(self.content))

    @property
    def notes(self) -> list[str]:
        """Paragraphs of small print."""
        paragraphs = (
            " ".join(f"{sentence.rstrip('.')}." for sentence in sentences if sentence)
            for sentences in _notes(self.content)
        )
        return [paragraph for paragraph in paragraphs if paragraph]


def client_lines(buyer: Buyer) -> Iterator[str]:
    """Under the name; only a company has a SIREN and a VAT number to show."""
    if buyer.attention:
        yield f"À l’attention de : {buyer.attention}"
    yield buyer.address.street
    yield f"{buyer.address.postcode} {buyer.address.town}"
    if buyer.address.country != "FR":
        yield buyer.address.country
    if buyer.siren:
        yield f"SIREN {buyer.siren[:3]} {buyer.siren[3:6]} {buyer.siren[6:]}"
    if buyer.vat_number:
        yield f"TVA {buyer.vat_number}"


def reference(earlier: Earlier) -> str:
    return f"{earlier.kind.label} n° {earlier.number} du {french_date(earlier.issued_on)}"


def _facts(content: InvoiceContent) -> Iterator[tuple[str, str]]:
    if content.corrects:
        yield "Avoir sur", reference(content.corrects)
    yield "Motif", content.reason
    if content.kind == InvoiceKind.DEPOSIT and content.paid_on:
        yield "Acompte reçu le", french_date(content.paid_on)
    yield "Commande", content.order_reference
    yield "Bon de commande", content.purchase_order
    if content.performed_from and content.performed_to:
        yield "Réalisation", french_date_range(content.performed_from, content.performed_to)
    yield "Lieu", content.place
    yield "Nature", content.mentions.operations
    if content.payable and not content.is_credit:
        yield "Échéance", french_date(content.due_on)


def _line(line: Line) -> PrintedLine:
    return PrintedLine(
        description=line.description,
        details=line.details,
        quantity=french_number(line.quantity),
        unit_price=euros(line.unit_price),
        tax=_rate(line.rate, line.nature),
        amount=euros(line.excl_vat),
    )


def _rate(rate: Decimal, nature: Nature) -> str:
    if rate != EXEMPT_RATE:
        return f"{french_number(rate * 100)} %"
    return "exonérée" if nature == Nature.TRAINING else "non soumise"


def _tax(tax: Tax) -> PrintedTax:
    return PrintedTax(
        nature=_capitalized(tax.nature.label),
        rate=_rate(tax.rate, tax.nature),
        excl_vat=euros(tax.excl_vat),
        vat=euros(tax.vat) if tax.vat else "",
        incl_vat=euros(tax.incl_vat),
    )


def _sums(content: InvoiceContent) -> Iterator[Total]:
    """The sum that a consumer pays is the largest (P-01)."""
    grand = "grand" if content.is_consumer else "sum"
    yield Total("Total HT", euros(content.excl_vat), "" if content.is_consumer else "sum")
    if not content.vat:
        yield Total("Total net, sans TVA", euros(content.incl_vat), grand)
        return
    single = content.taxes[0] if len(content.taxes) == 1 else None
    rate = f"TVA {_rate(single.rate, single.nature)}" if single else "Total TVA"
    yield Total(rate, euros(content.vat))
    yield Total("Total TTC", euros(content.incl_vat), grand)


def _settlement(content: InvoiceContent) -> Iterator[Total]:
    if content.deducted:
        yield Total("Acomptes déduits", _less(content.deducted_incl_vat))
    if content.paid and content.paid_on:
        done = "Remboursé le" if content.is_credit else "Payé le"
        yield Total(f"{done} {french_date(content.paid_on)}", _less(content.paid))
    if content.prepaid or not content.is_consumer:
        yield Total(_payable_label(content), euros(content.payable), "grand")


def _payable_label(content: InvoiceContent) -> str:
    if content.is_credit:
        return "Reste à votre crédit"
    return "Reste à payer" if content.prepaid else "Net à payer"


def _outcome(content: InvoiceContent) -> Iterator[str]:
    """What was paid, how and when; what remains, and until when."""
    if content.paid and content.paid_on:
        done = "Remboursé" if content.is_credit else "Payé"
        means = f" par {content.means}" if content.means else ""
        yield f"{done} le {french_date(content.paid_on)}{means} : {euros(content.paid)}."
    if content.payable:
        yield _remainder(content)
    elif content.deducted and not content.paid:
        yield "Les acomptes couvrent le prix : rien ne reste à payer."
    else:
        yield f"Rien ne reste à {'rembourser' if content.is_credit else 'payer'}."


def _remainder(content: InvoiceContent) -> str:
    amount = euros(content.payable)
    if content.is_credit:
        return f"À votre crédit : {amount}, remboursé ou déduit de ce que vous devez."
    day = french_date(content.due_on)
    means = f", par {content.means}" if content.means and not content.paid else ""
    return f"Reste à payer : {amount}, au plus tard le {day}{means}."


def _notes(content: InvoiceContent) -> Iterator[tuple[str, ...]]:
    """Sentences of the same subject together; those of L441-9 are for professionals only."""
    mentions, seller = content.mentions, content.seller
    exemption = mentions.exemption if content.is_exempt else ""
    indemnity = mentions.untaxed_indemnity if content.has_untaxed_indemnity else ""
    yield exemption, indemnity, mentions.vat_on_debits
    if not content.is_consumer:
        yield mentions.discount, mentions.penalty, mentions.recovery
    yield (seller.nda_mention,)
    contact = " ou ".join(filter(None, [seller.phone, seller.email]))
    yield (f"Une question sur ce document : {contact}" if contact else "",)


def _less(amount: Decimal) -> str:
    return f"{MINUS}{euros(amount)}"


def _capitalized(label: str) -> str:
    return f"{label[0].upper()}{label[1:]}"
