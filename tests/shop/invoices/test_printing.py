"""The file of an invoice: what it is, what it carries, and that its two sides agree."""

import re
import subprocess
from decimal import Decimal
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from lxml import etree

from documents.sealing import is_specimen
from shop.invoices.content import Audience
from shop.invoices.facturx import invoice_xml
from shop.invoices.facturx_elements import NAMESPACES
from shop.invoices.printing import render_invoice
from tests.documents.validation import command, failures
from tests.shop.invoices.samples import CONSUMER, PROFESSIONAL, final, samples

SAMPLES = samples()
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
PDF_UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
AMOUNT = re.compile(r"−?(?<!\d)\d{1,3}(?: \d{3})*,\d{2} €")
CAPITAL = re.compile(r"au capital de [^€]*€")
SETTLEMENT = "//ram:ApplicableHeaderTradeSettlement"
SUMS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"


SOUND = "No syntax or stream encoding errors found"


@cache
def rendered(name, *, duplicate=False):
    return render_invoice(SAMPLES[name], duplicate=duplicate)


@pytest.fixture
def stored(tmp_path):
    def stored(name, **options):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(rendered(name, **options).content)
        return path

    return stored


@pytest.mark.parametrize("name", SAMPLES)
def test_file_is_sound_and_conforms_to_archive_and_accessibility_standards(name, stored):
    content = rendered(name).content

    assert [failures(content, profile) for profile in ("3a", "ua1")] == [[], []]
    assert SOUND in command(stored(name), "qpdf", "--check")


@pytest.mark.parametrize("name", SAMPLES)
def test_usual_invoice_is_one_page_and_a_long_one_breaks(name):
    assert rendered(name).pages == (2 if name.startswith("many-lines") else 1)


def value(text):
    return Decimal(re.sub(r"[\s€]", "", text).replace("−", "-").replace(",", "."))


def layout(path):
    """The text line by line as on the page, with plain spaces."""
    run = subprocess.run(  # noqa: S603
        ["pdftotext", "-layout", str(path), "-"],  # noqa: S607
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return CAPITAL.sub("", run.stdout).replace("\u202f", " ").replace("\u00a0", " ")


def labelled(text):
    """The last amount of each line, under what precedes it."""
    rows = re.findall(rf"^ *(\S.*?) +({AMOUNT.pattern}) *$", text, re.MULTILINE)
    return {label: value(amount) for label, amount in rows}


def structured(name, path):
    root = etree.fromstring(invoice_xml(SAMPLES[name]))
    return [Decimal(item.text) for item in root.xpath(path, namespaces=NAMESPACES)]


@pytest.mark.parametrize("name", SAMPLES)
def test_printed_and_structured_amounts_are_the_same(name, stored):
    text = layout(stored(name))
    rows = labelled(text)
    invoice = SAMPLES[name]
    excl_vat, basis, vat, incl_vat, prepaid, payable = structured(name, f"{SUMS}/*")

    assert rows["Total HT"] == excl_vat == basis
    assert rows["Total TTC" if vat else "Total net, sans TVA"] == incl_vat
    taxed = [label for label in rows if label in {"Total TVA", "TVA 20 %"}]
    assert [rows[label] for label in taxed] == [vat] * bool(vat)
    deducted = [amount for label, amount in rows.items() if label.startswith(REDUCING)]
    assert -sum(deducted) == prepaid
    remainders = {amount for label, amount in rows.items() if label.startswith(REMAINING)}
    assert remainders <= {payable}
    assert bool(remainders) == bool(prepaid or not invoice.is_consumer)

    printed = {abs(value(amount)) for amount in AMOUNT.findall(text)} - {0}
    assert printed == expected(name) - {0}


REDUCING = ("Acomptes déduits", "Payé le", "Remboursé le")
REMAINING = ("Reste à payer", "Net à payer", "Reste à votre crédit")


def expected(name):
    """Every amount of the XML; and, from the content, what the XML adds up or only refers to."""
    invoice = SAMPLES[name]
    amounts = structured(name, f"{SUMS}/*[not(self::ram:TotalPrepaidAmount)]")
    amounts += structured(name, "//ram:NetPriceProductTradePrice/ram:ChargeAmount")
    amounts += structured(
        name, "//ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    )
    amounts += [invoice.deducted_incl_vat, invoice.paid]
    for part in (*invoice.deducted, *(invoice.taxes if len(invoice.taxes) > 1 else ())):
        vat_is_shown = bool(invoice.vat)
        amounts += [part.excl_vat, part.vat, *([part.incl_vat] if vat_is_shown else [])]
    details = (detail for line in invoice.lines for detail in line.details)
    amounts += [value(found) for detail in details for found in AMOUNT.findall(detail)]
    return set(amounts)


SPEAKING = ("final-after-deposits-company-taxed", "credit-on-deposit-consumer-exempt")


@pytest.mark.parametrize("name", SPEAKING)
def test_attached_file_is_the_very_xml(name, stored, tmp_path):
    command(stored(name), "pdfdetach", "-save", "1", "-o", str(tmp_path / "detached.xml"))

    assert (tmp_path / "detached.xml").read_bytes() == invoice_xml(SAMPLES[name])
    with pikepdf.open(BytesIO(rendered(name).content)) as pdf:
        [associated] = pdf.Root.AF
        assert (str(associated.UF), str(associated.AFRelationship)) == ("factur-x.xml", "/Data")


@pytest.mark.parametrize("name", SPEAKING)
def test_file_declares_itself_once(name):
    content = rendered(name).content
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_metadata() as metadata:
        declared = {
            term: metadata[f"{FX}{term}"]
            for term in ("DocumentFileName", "DocumentType", "Version", "ConformanceLevel")
        }
        archive, accessible = metadata.pdfa_status, metadata[PDF_UA_PART]

    assert declared == {
        "DocumentFileName": "factur-x.xml", "DocumentType": "INVOICE", "Version": "1.0",
        "ConformanceLevel": "EN 16931",
    }  # fmt: skip
    assert (archive, accessible) == ("3A", "1")
    assert content.count(b"<rdf:RDF") == content.count(b"<pdfaExtension:schemas>") == 1


@pytest.mark.parametrize("name", SPEAKING)
def test_fonts_are_ours(name, stored):
    fonts = command(stored(name), "pdffonts").splitlines()[2:]
    assert fonts
    assert all(re.match(r"[A-Z]{6}\+Source-Sans-3", font) for font in fonts)


@pytest.mark.parametrize("name", SPEAKING)
def test_same_content_gives_the_same_bytes(name):
    assert render_invoice(SAMPLES[name]).sha256 == rendered(name).sha256


def test_copy_sent_again_says_so_and_carries_the_same_xml(stored):
    name = SPEAKING[0]
    copy = rendered(name, duplicate=True)

    assert copy.sha256 != rendered(name).sha256
    assert layout(stored(name, duplicate=True)).count("Duplicata") == 2
    with pikepdf.open(BytesIO(copy.content)) as pdf:
        attached = pdf.attachments["factur-x.xml"].get_file().read_bytes()
    assert attached == invoice_xml(SAMPLES[name])
    assert failures(copy.content, "3a") == []


def test_long_invoice_repeats_its_header_and_keeps_its_sums_together(stored):
    text = layout(stored("many-lines-company-taxed"))
    first, second, _ = text.split("\f")

    assert "Désignation" in first
    assert "Désignation" in second
    assert "Total HT" not in first
    assert [label in second for label in ("Total HT", "Total TTC", "Net à payer")] == [True] * 3


def test_consumer_reads_nothing_of_penalties(stored):
    text = layout(stored("final-to-pay-consumer-taxed"))

    assert "L441-10" not in text
    assert "L441-10" in layout(stored("final-to-pay-company-taxed"))
    assert PROFESSIONAL["discount"][:20] in layout(stored("final-to-pay-company-taxed"))


def test_names_that_fonts_cannot_draw_do_not_break_the_file():
    buyer = type(CONSUMER)(**{**vars(CONSUMER), "name": "Camille 🎓 " + "Très" * 60})

    rendered = render_invoice(final(buyer=buyer, audience=Audience.CONSUMER))

    assert failures(rendered.content, "3a") == []


def test_invoices_are_marked_as_specimens_like_every_document():
    assert rendered(SPEAKING[0]).specimen == is_specimen()
