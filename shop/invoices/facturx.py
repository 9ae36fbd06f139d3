"""The invoice as Factur-X XML, profile EN 16931, with the French rules (documents.md section 5). Pure.

Comments name the business terms of EN 16931 (BT-…, BG-…).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from lxml import etree

from shop.invoices.content import (
    ZERO,
    Address,
    Buyer,
    Earlier,
    InvoiceContent,
    InvoiceKind,
    Line,
    Nature,
    Seller,
    Tax,
)
from shop.invoices.facturx_elements import DAY, NAMESPACES, QDT, RSM, amount, day, element, ram, rsm

PROFILE = "urn:cen.eu:en16931:2017"
CURRENCY = "EUR"
ONE = "C62"
SIREN_SCHEME, FRENCH_ADDRESS, EMAIL_ADDRESS = "0002", "0225", "EM"
STANDARD, EXEMPT, OUT_OF_SCOPE = "S", "E", "O"
OUT_OF_SCOPE_CODE = "VATEX-EU-O"
# UNTDID 4461. A transfer would need the account that receives it, which no content holds.
MEANS = {
    "carte bancaire": "48",
    "débit de la carte enregistrée": "48",
    "paiement en ligne": "68",
}
OTHER_MEANS = "ZZZ"

# BR-FR-05 demands these notes of every invoice, a consumer's too; L441-10 protects professionals only.
CONSUMER_RECOVERY = (
    "Indemnité forfaitaire pour frais de recouvrement : sans objet, elle ne s’applique pas aux "
    "consommateurs."
)
CONSUMER_PENALTY = (
    "Pénalités de retard entre professionnels : sans objet, elles ne s’appliquent pas aux "
    "consommateurs."
)
CONSUMER_DISCOUNT = "Escompte : sans objet, la mention ne s’applique pas aux consommateurs."


def invoice_xml(content: InvoiceContent) -> bytes:
    """The same bytes for the same content."""
    root = etree.Element(etree.QName(RSM, "CrossIndustryInvoice"), nsmap=NAMESPACES)
    root.append(rsm("ExchangedDocumentContext", *_context(content)))
    root.append(rsm("ExchangedDocument", *_document(content)))
    root.append(rsm("SupplyChainTradeTransaction", *_transaction(content)))
    etree.cleanup_namespaces(root, keep_ns_prefixes=list(NAMESPACES))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _context(content: InvoiceContent) -> Iterator[etree._Element]:
    yield ram("BusinessProcessSpecifiedDocumentContextParameter", ram("ID", process(content)))
    yield ram("GuidelineSpecifiedDocumentContextParameter", ram("ID", PROFILE))


def process(content: InvoiceContent) -> str:
    """BT-23: a service (S) whose invoice is to be paid (1), is paid (2) or follows deposits (4)."""
    if content.deducted:
        return "S4"
    return "S2" if content.payable == ZERO else "S1"


def type_code(content: InvoiceContent) -> str:
    """BT-3, UNTDID 1001."""
    if content.is_credit:
        is_deposit = content.corrects and content.corrects.kind == InvoiceKind.DEPOSIT
        return "503" if is_deposit else "381"
    return "386" if content.kind == InvoiceKind.DEPOSIT else "380"


def treatment(content: InvoiceContent) -> str:
    """Note BAR: whom the French reform would tell of this invoice (I-09).

    What articles 261 to 261 E exempt is outside the reform. A French buyer without a SIREN is no
    taxable person: the sale is reported like a consumer's.
    """
    if all(tax.rate == ZERO for tax in content.taxes):
        return "OUTOFSCOPE"
    if content.buyer.siren:
        return "B2B"
    abroad = "INT" * (content.buyer.address.country != "FR")
    return f"B2C{abroad}" if content.is_consumer or not abroad else f"B2B{abroad}"


def _document(content: InvoiceContent) -> Iterator[etree._Element]:
    yield ram("ID", content.number)  # BT-1
    yield ram("TypeCode", type_code(content))
    yield ram("IssueDateTime", day(content.issued_on))  # BT-2
    for subject, text in notes(content):
        if text:
            yield ram("IncludedNote", ram("Content", text), ram("SubjectCode", subject))


def notes(content: InvoiceContent) -> Iterator[tuple[str, str]]:
    """BG-1: subject (UNTDID 4451) and text; PMT, PMD and AAB are demanded of every invoice."""
    mentions = content.mentions
    yield "BAR", treatment(content)
    yield "PMT", CONSUMER_RECOVERY if content.is_consumer else mentions.recovery
    yield "PMD", CONSUMER_PENALTY if content.is_consumer else mentions.penalty
    yield "AAB", CONSUMER_DISCOUNT if content.is_consumer else mentions.discount
    yield "TXD", mentions.vat_on_debits
    yield "AAI", mentions.operations
    yield "AAI", f"Lieu : {content.place}" if content.place else ""
    yield "AAI", f"Motif : {content.reason}" if content.reason else ""
    yield "REG", content.seller.nda_mention


def _transaction(content: InvoiceContent) -> Iterator[etree._Element]:
    for number, line in enumerate(content.lines, start=1):
        yield ram("IncludedSupplyChainTradeLineItem", *_line(content, number, line))
    yield ram("ApplicableHeaderTradeAgreement", *_agreement(content))
    yield ram("ApplicableHeaderTradeDelivery", *_delivery(content))
    yield ram("ApplicableHeaderTradeSettlement", *_settlement(content))


def _line(content: InvoiceContent, number: int, line: Line) -> Iterator[etree._Element]:
    yield ram("AssociatedDocumentLineDocument", ram("LineID", str(number)))
    details = ram("Description", "\n".join(line.details)) if line.details else None
    yield ram("SpecifiedTradeProduct", ram("Name", line.description), details)
    price = ram("NetPriceProductTradePrice", ram("ChargeAmount", f"{line.unit_price:f}"))
    yield ram("SpecifiedLineTradeAgreement", price)
    quantity = ram("BilledQuantity", f"{line.quantity:f}", unitCode=ONE)
    yield ram("SpecifiedLineTradeDelivery", quantity)
    total = ram("LineTotalAmount", amount(line.excl_vat))
    yield ram(
        "SpecifiedLineTradeSettlement",
        ram("ApplicableTradeTax", *_line_tax(_category(content, line.rate), line.rate)),
        ram("SpecifiedTradeSettlementLineMonetarySummation", total),
    )


def _line_tax(category: str, rate: Decimal) -> Iterator[etree._Element | None]:
    yield ram("TypeCode", "VAT")
    yield ram("CategoryCode", category)
    yield _rate(category, rate)


def _agreement(content: InvoiceContent) -> Iterator[etree._Element]:
    yield ram("SellerTradeParty", *_seller(content))
    yield ram("BuyerTradeParty", *_buyer(content))
    if content.order_reference:  # BT-14
        order = ram("IssuerAssignedID", content.order_reference)
        yield ram("SellerOrderReferencedDocument", order)
    if content.purchase_order:  # BT-13
        order = ram("IssuerAssignedID", content.purchase_order)
        yield ram("BuyerOrderReferencedDocument", order)


def _seller(content: InvoiceContent) -> Iterator[etree._Element | None]:
    seller = content.seller
    yield ram("Name", seller.name)
    legal = seller.legal_information
    yield ram("Description", legal) if legal else None  # BT-33
    yield _legal_organization(seller.siren)
    yield _contact("", seller.phone, seller.email)
    yield _address(seller.address)
    yield _electronic_address(seller)
    yield _vat_registration(content, seller.vat_number)


def _buyer(content: InvoiceContent) -> Iterator[etree._Element | None]:
    buyer = content.buyer
    yield ram("Name", buyer.name)
    yield _legal_organization(buyer.siren)
    yield _contact(buyer.attention, "", buyer.email)
    yield _address(buyer.address)
    yield _electronic_address(buyer)
    yield _vat_registration(content, buyer.vat_number)


def _legal_organization(siren: str) -> etree._Element | None:
    """BT-30, BT-47."""
    if not siren:
        return None
    return ram("SpecifiedLegalOrganization", ram("ID", siren, schemeID=SIREN_SCHEME))


def _contact(person: str, phone: str, email: str) -> etree._Element | None:
    """BG-6, BG-9."""
    parts = [
        ram("PersonName", person) if person else None,
        ram("TelephoneUniversalCommunication", ram("CompleteNumber", phone)) if phone else None,
        ram("EmailURIUniversalCommunication", ram("URIID", email)) if email else None,
    ]
    return ram("DefinedTradeContact", *parts) if any(part is not None for part in parts) else None


def _address(address: Address) -> etree._Element:
    """BG-5, BG-8."""
    return ram(
        "PostalTradeAddress",
        ram("PostcodeCode", address.postcode),
        ram("LineOne", address.street),
        ram("CityName", address.town),
        ram("CountryID", address.country),
    )


def _electronic_address(party: Seller | Buyer) -> etree._Element | None:
    """BT-34, BT-49: the SIREN for a company; an e-mail address for who has none."""
    if party.siren:
        address = ram("URIID", party.siren, schemeID=FRENCH_ADDRESS)
    elif party.email:
        address = ram("URIID", party.email, schemeID=EMAIL_ADDRESS)
    else:
        return None
    return ram("URIUniversalCommunication", address)


def _vat_registration(content: InvoiceContent, vat_number: str) -> etree._Element | None:
    """BT-31, BT-48; BR-O-02 forbids them when nothing on the invoice is subject to VAT."""
    if not vat_number or _is_out_of_scope(content):
        return None
    return ram("SpecifiedTaxRegistration", ram("ID", vat_number, schemeID="VA"))


def _delivery(content: InvoiceContent) -> Iterator[etree._Element]:
    yield ram("ShipToTradeParty", ram("Name", content.buyer.name))  # BT-70
    if content.performed_to:  # BT-72
        last_day = ram("OccurrenceDateTime", day(content.performed_to))
        yield ram("ActualDeliverySupplyChainEvent", last_day)


def _settlement(content: InvoiceContent) -> Iterator[etree._Element | None]:
    yield ram("InvoiceCurrencyCode", CURRENCY)
    yield _payment_means(content.means) if content.means else None
    for tax in tax_rows(content):
        yield ram("ApplicableTradeTax", *_tax(content, tax))
    yield _period(content)
    yield _payment_terms(content)
    yield ram("SpecifiedTradeSettlementHeaderMonetarySummation", *_totals(content))
    for earlier in (*content.deducted, *filter(None, [content.corrects])):
        yield ram("InvoiceReferencedDocument", *_reference(earlier))


def _payment_means(means: str) -> etree._Element:
    """BG-16."""
    code = MEANS.get(means.lower(), OTHER_MEANS)
    return ram(
        "SpecifiedTradeSettlementPaymentMeans",
        ram("TypeCode", code),
        ram("Information", means),
    )


@dataclass(frozen=True)
class TaxRow:
    """BG-23: one for each category and rate, whatever the nature of the lines (BR-S-08)."""

    category: str
    rate: Decimal
    excl_vat: Decimal
    vat: Decimal
    natures: tuple[Nature, ...]


def tax_rows(content: InvoiceContent) -> list[TaxRow]:
    taxes = sorted(content.taxes, key=lambda tax: (-tax.rate, tax.nature != Nature.TRAINING))
    return [
        _tax_row(_category(content, rate), rate, list(group))
        for rate, group in groupby(taxes, key=lambda tax: tax.rate)
    ]


def _tax_row(category: str, rate: Decimal, taxes: list[Tax]) -> TaxRow:
    excl_vat = sum((tax.excl_vat for tax in taxes), ZERO)
    vat = sum((tax.vat for tax in taxes), ZERO)
    return TaxRow(category, rate, excl_vat, vat, tuple(tax.nature for tax in taxes))


def _category(content: InvoiceContent, rate: Decimal) -> str:
    """BT-118, BT-151. « Out of scope » bears no other category beside it (BR-O-11)."""
    if rate != ZERO:
        return STANDARD
    return OUT_OF_SCOPE if _is_out_of_scope(content) else EXEMPT


def _is_out_of_scope(content: InvoiceContent) -> bool:
    """An untaxed indemnity alone: damages, which VAT ignores (I-07)."""
    return all(tax.rate == ZERO and tax.nature == Nature.INDEMNITY for tax in content.taxes)


def _tax(content: InvoiceContent, tax: TaxRow) -> Iterator[etree._Element | None]:
    reason, code = _exemption(content, tax)
    yield ram("CalculatedAmount", amount(tax.vat))
    yield ram("TypeCode", "VAT")
    yield ram("ExemptionReason", reason) if reason else None
    yield ram("BasisAmount", amount(tax.excl_vat))
    yield ram("CategoryCode", tax.category)
    yield ram("ExemptionReasonCode", code) if code else None
    # BT-8: VAT is due when the price is received (CGI 269-2-c), or when it is invoiced.
    yield ram("DueDateTypeCode", "5" if content.mentions.vat_on_debits else "72")
    yield _rate(tax.category, tax.rate)


def _exemption(content: InvoiceContent, tax: TaxRow) -> tuple[str, str]:
    """BT-120 and BT-121; none where there is VAT."""
    mentions = content.mentions
    if tax.category == STANDARD:
        return "", ""
    if tax.category == OUT_OF_SCOPE:
        return mentions.untaxed_indemnity, OUT_OF_SCOPE_CODE
    reasons = {Nature.TRAINING: mentions.exemption, Nature.INDEMNITY: mentions.untaxed_indemnity}
    code = mentions.exemption_code if Nature.TRAINING in tax.natures else ""
    return " ; ".join(filter(None, (reasons[nature] for nature in tax.natures))), code


def _rate(category: str, rate: Decimal) -> etree._Element | None:
    """BT-119, BT-152, in percent; what VAT ignores has no rate (BR-O-05)."""
    if category == OUT_OF_SCOPE:
        return None
    return ram("RateApplicablePercent", f"{rate * 100:.2f}")


def _period(content: InvoiceContent) -> etree._Element | None:
    """BG-14."""
    if not (content.performed_from and content.performed_to):
        return None
    return ram(
        "BillingSpecifiedPeriod",
        ram("StartDateTime", day(content.performed_from)),
        ram("EndDateTime", day(content.performed_to)),
    )


def _payment_terms(content: InvoiceContent) -> etree._Element | None:
    """BT-9: the day of the payment when all is paid (BR-FR-CO-09), else the last day to pay."""
    if process(content) == "S2":
        due_on = content.paid_on or content.due_on
    elif content.payable:
        due_on = content.due_on
    else:
        return None
    return ram("SpecifiedTradePaymentTerms", ram("DueDateDateTime", day(due_on)))


def _totals(content: InvoiceContent) -> Iterator[etree._Element]:
    """BG-22."""
    yield ram("LineTotalAmount", amount(sum((line.excl_vat for line in content.lines), ZERO)))
    yield ram("TaxBasisTotalAmount", amount(content.excl_vat))
    yield ram("TaxTotalAmount", amount(content.vat), currencyID=CURRENCY)
    yield ram("GrandTotalAmount", amount(content.incl_vat))
    yield ram("TotalPrepaidAmount", amount(content.prepaid))
    yield ram("DuePayableAmount", amount(content.payable))


def _reference(earlier: Earlier) -> Iterator[etree._Element]:
    """BG-3; BR-FR-CO-05 wants the date."""
    yield ram("IssuerAssignedID", earlier.number)
    written = element(QDT, "DateTimeString", f"{earlier.issued_on:%Y%m%d}", format=DAY)
    yield ram("FormattedIssueDateTime", written)
