"""The XML of every kind of invoice, by the official schema and rules, and term by term."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from shop.invoices.content import Audience, Line, Nature, arithmetic_faults, taxes_of
from shop.invoices.facturx import invoice_xml
from shop.invoices.facturx_elements import NAMESPACES
from shop.invoices.facturx_schema import check_xml
from tests.shop.invoices.samples import (
    CONSUMER,
    PROFESSIONAL,
    TAXED,
    UNTAXED,
    content,
    credit,
    credit_on_deposit,
    deposit,
    final,
    final_after_deposits,
    indemnity,
    paid,
    samples,
    settled_final,
    unpaid_deposit,
)

SAMPLES = samples()
FEWEST_RULES = 20
SETTLEMENT = "//ram:ApplicableHeaderTradeSettlement"
SUMS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"


def terms(invoice, path):
    """Texts of the elements, or attributes, that ``path`` finds in the XML of ``invoice``."""
    found = etree.fromstring(invoice_xml(invoice)).xpath(path, namespaces=NAMESPACES)
    return [getattr(item, "text", item) for item in found]


def term(invoice, path):
    [only] = terms(invoice, path)
    return only


def notes(invoice):
    subjects = terms(invoice, "//ram:IncludedNote/ram:SubjectCode")
    return dict(zip(subjects, terms(invoice, "//ram:IncludedNote/ram:Content"), strict=True))


@pytest.mark.parametrize("name", SAMPLES)
def test_schema_accepts(name):
    assert check_xml(invoice_xml(SAMPLES[name])) == []


def test_official_rules_accept_every_sample_and_refuse_what_is_broken(judged, broken):
    """One test: each worker that asks pays for the process."""
    for name in SAMPLES:
        for sheet, judgement in judged[name].items():
            assert judgement.faults == (), (name, sheet)
            assert judgement.fired > FEWEST_RULES, (name, sheet)

    def rules(name, sheet):
        return {fault.split()[0] for fault in judged[name][sheet].faults}

    assert rules("type", "EN 16931") >= {"BR-04"}
    assert rules("buyer-name", "EN 16931") >= {"BR-07"}
    assert rules("sum", "EN 16931") >= {"BR-CO-15", "BR-CO-16"}
    assert rules("recovery-note", "BR-FR") == {"BR-FR-05_BT-22_PMT"}
    assert rules("corrected-invoice", "BR-FR") == {"BR-FR-CO-05_BT-3"}
    assert [bool(check_xml(broken[name])) for name in ("type", "sum")] == [True, False]


def test_schema_names_the_line_and_the_element_at_fault(broken):
    [fault] = check_xml(broken["type"])

    assert fault.startswith("ligne ")
    assert "TypeCode" in fault


def test_what_is_no_xml_is_told_too():
    assert len(check_xml(b"<facture>")) == 1


def test_same_content_gives_the_same_bytes():
    assert invoice_xml(final_after_deposits()) == invoice_xml(final_after_deposits())


@pytest.mark.parametrize(
    ("invoice", "codes"),
    [
        (deposit(), ("386", "S2", "20270124")),
        (unpaid_deposit(), ("386", "S1", "20270125")),
        (final(), ("380", "S1", "20270224")),
        (paid(final()), ("380", "S2", "20270125")),
        (final_after_deposits(), ("380", "S4", "20270224")),
        (credit(), ("381", "S1", "20270208")),
        (paid(credit()), ("381", "S2", "20270125")),
        (credit_on_deposit(), ("503", "S2", "20270125")),
    ],
)
def test_kind_process_and_due_day(invoice, codes):
    kind = term(invoice, "//rsm:ExchangedDocument/ram:TypeCode")
    process = term(invoice, "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID")
    due_on = term(invoice, "//ram:DueDateDateTime/udt:DateTimeString")

    assert (kind, process, due_on) == codes


def test_what_is_settled_has_no_due_day():
    assert terms(settled_final(), "//ram:DueDateDateTime") == []


def test_final_invoice_deducts_each_deposit():
    invoice = final_after_deposits()
    references = f"{SETTLEMENT}/ram:InvoiceReferencedDocument"

    assert terms(invoice, f"{references}/ram:IssuerAssignedID") == ["FA-2026-0188", "FA-2027-0001"]
    assert terms(invoice, f"{references}//qdt:DateTimeString") == ["20261209", "20270104"]
    assert terms(invoice, f"{SUMS}/*") == [
        "990.00", "990.00", "198.00", "1188.00", "675.23", "512.77"
    ]  # fmt: skip


def test_credit_note_names_the_invoice_and_its_day():
    reference = f"{SETTLEMENT}/ram:InvoiceReferencedDocument"

    assert term(credit(), f"{reference}/ram:IssuerAssignedID") == "FF-2027-0002"
    assert term(credit(), f"{reference}//qdt:DateTimeString") == "20270125"


TAX = f"{SETTLEMENT}/ram:ApplicableTradeTax"


def test_exempt_invoice_says_why():
    invoice = final(rate=UNTAXED)

    assert terms(invoice, f"{TAX}/*") == [
        "0.00", "VAT", "Exonération de TVA, article 261, 4, 4° a du CGI", "990.00", "E",
        "VATEX-FR-CGI261-4", "72", "0.00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("invoice", "rows"),
    [
        (indemnity(), [("S", "792.00", "158.40")]),  # one row for each rate, says BR-S-08
        (indemnity(taxed=False), [("S", "495.00", "99.00"), ("E", "297.00", "0.00")]),
        (indemnity(rate=UNTAXED, taxed=False), [("E", "792.00", "0.00")]),
        (indemnity(taxed=False, with_training=False), [("O", "297.00", "0.00")]),
    ],
)
def test_indemnity_is_taxed_apart_where_the_standard_can_say_so(invoice, rows):
    columns = ("CategoryCode", "BasisAmount", "CalculatedAmount")
    found = zip(*(terms(invoice, f"{TAX}/ram:{column}") for column in columns), strict=True)

    assert list(found) == rows
    names = terms(invoice, "//ram:SpecifiedTradeProduct/ram:Name")
    assert names[-1] == "Indemnité de résiliation (CGV, article 3.6)"


def test_indemnity_out_of_scope_of_vat_names_no_vat_number():
    alone = indemnity(taxed=False, with_training=False, audience=Audience.COMPANY)

    assert terms(alone, "//ram:SpecifiedTaxRegistration") == []
    assert terms(alone, f"{TAX}/ram:ExemptionReasonCode") == ["VATEX-EU-O"]


def test_option_for_debits_moves_the_day_when_vat_is_due():
    assert term(final(), f"{TAX}/ram:DueDateTypeCode") == "72"
    assert term(SAMPLES["vat-on-debits"], f"{TAX}/ram:DueDateTypeCode") == "5"


@pytest.mark.parametrize(
    ("invoice", "treatment"),
    [
        (final(), "B2C"),
        (final(audience=Audience.COMPANY), "B2B"),
        (SAMPLES["association"], "B2C"),
        (SAMPLES["foreign-company"], "B2BINT"),
        (
            final(buyer=replace(CONSUMER, address=SAMPLES["foreign-company"].buyer.address)),
            "B2CINT",
        ),
        (final(rate=UNTAXED, audience=Audience.COMPANY), "OUTOFSCOPE"),
    ],
)
def test_treatment_follows_from_buyer_and_tax(invoice, treatment):
    assert notes(invoice)["BAR"] == treatment


def test_company_is_told_of_discount_penalty_and_recovery():
    found = notes(final(audience=Audience.COMPANY))

    wanted = {"AAB": "discount", "PMD": "penalty", "PMT": "recovery"}
    assert {code: found[code] for code in wanted} == {
        code: PROFESSIONAL[name] for code, name in wanted.items()
    }


def test_consumer_is_never_told_of_what_professionals_owe():
    """Even if the frozen mentions hold it by mistake."""
    company = final(audience=Audience.COMPANY).mentions
    found = notes(final(mentions=company))

    for code in ("AAB", "PMD", "PMT"):
        assert "aux consommateurs" in found[code]
        assert found[code] not in PROFESSIONAL.values()
    assert b"40" not in found["PMT"].encode()


def test_parties_are_found_by_their_electronic_address():
    address = "ram:URIUniversalCommunication/ram:URIID"
    consumer, company = final(), final(audience=Audience.COMPANY)

    assert term(company, f"//ram:SellerTradeParty/{address}") == "510869274"
    assert term(company, f"//ram:BuyerTradeParty/{address}") == "732829320"
    assert term(company, f"//ram:BuyerTradeParty/{address}/@schemeID") == "0225"
    assert term(consumer, f"//ram:BuyerTradeParty/{address}") == "camille@example.org"
    assert term(consumer, f"//ram:BuyerTradeParty/{address}/@schemeID") == "EM"
    assert terms(consumer, "//ram:BuyerTradeParty/ram:SpecifiedLegalOrganization") == []


def test_orders_delivery_and_days_are_stated():
    invoice = final(audience=Audience.COMPANY)

    assert term(invoice, "//ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID") == "BC-2027/014"
    assert (
        term(invoice, "//ram:SellerOrderReferencedDocument/ram:IssuerAssignedID") == "LX-7K3M-Q2RT"
    )
    assert term(invoice, "//ram:ShipToTradeParty/ram:Name") == invoice.buyer.name
    assert terms(invoice, "//ram:BillingSpecifiedPeriod//udt:DateTimeString") == [
        "20270118", "20270119"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("means", "code"), [("carte bancaire", "48"), ("paiement en ligne", "68"), ("virement", "ZZZ")]
)
def test_means_of_payment_have_a_code(means, code):
    invoice = paid(final(), means=means)

    assert terms(invoice, "//ram:SpecifiedTradeSettlementPaymentMeans/*") == [code, means]


def test_characters_that_xml_cannot_hold_are_left_out():
    invoice = final(buyer=replace(CONSUMER, name="Camille\x00\x0b <Essai> & \ud800fils"))

    assert term(invoice, "//ram:BuyerTradeParty/ram:Name") == "Camille <Essai> & fils"
    assert check_xml(invoice_xml(invoice)) == []


cents = st.integers(100, 500_000).map(lambda number: Decimal(number).scaleb(-2))
rates = st.sampled_from([TAXED, UNTAXED])


@settings(max_examples=60, deadline=None)
@given(amount=cents, rate=rates, audience=st.sampled_from(Audience))
def test_any_deposit_is_written_exactly(amount, rate, audience):
    invoice = deposit(amount, rate=rate, audience=audience)

    assert list(arithmetic_faults(invoice)) == []
    assert check_xml(invoice_xml(invoice)) == []
    assert term(invoice, f"{SUMS}/ram:GrandTotalAmount") == f"{amount:.2f}"


lines = st.builds(
    Line,
    description=st.text(min_size=1, max_size=40),
    unit_price=cents,
    rate=rates,
    quantity=st.decimals("0.5", "40", places=1),
    nature=st.sampled_from(Nature),
)


@settings(max_examples=60, deadline=None)
@given(items=st.lists(lines, min_size=1, max_size=6))
def test_any_lines_add_up(items):
    invoice = content(final().kind, "FF-2027-0002", items, taxes=taxes_of(items))
    bases = map(Decimal, terms(invoice, f"{TAX}/ram:BasisAmount"))
    taxes = map(Decimal, terms(invoice, f"{TAX}/ram:CalculatedAmount"))
    sums = [Decimal(amount) for amount in terms(invoice, f"{SUMS}/*")]

    assert check_xml(invoice_xml(invoice)) == []
    assert sums[:4] == [sum(items_of_xml(invoice)), sum(bases), sum(taxes), sums[1] + sums[2]]


def items_of_xml(invoice):
    path = "//ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    return map(Decimal, terms(invoice, path))
