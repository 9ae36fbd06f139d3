import re

import pytest

from shop.invoices.content import Audience
from shop.invoices.facturx import invoice_xml
from tests.shop.invoices.samples import credit, final, samples
from tests.shop.invoices.schematron import judge

NOTE = r"<ram:IncludedNote>\s*<ram:Content>[^<]*</ram:Content>\s*<ram:SubjectCode>PMT.*?</ram:IncludedNote>"
REFERENCE = r"<ram:InvoiceReferencedDocument>.*?</ram:InvoiceReferencedDocument>"


def without(xml, pattern):
    """``xml`` less what ``pattern`` finds first."""
    shortened, count = re.subn(pattern, "", xml.decode(), count=1, flags=re.DOTALL)
    assert count == 1
    return shortened.encode()


@pytest.fixture(scope="session")
def broken():
    """XML that lacks a business term, by the name of what it lacks."""
    company = invoice_xml(final(audience=Audience.COMPANY))
    wrong_total = b"<ram:GrandTotalAmount>1188.01</ram:GrandTotalAmount>"
    return {
        "type": without(company, r"<ram:TypeCode>380</ram:TypeCode>"),
        "buyer-name": without(company, r"<ram:Name>Imprimerie[^<]*</ram:Name>"),
        "recovery-note": without(company, NOTE),
        "corrected-invoice": without(invoice_xml(credit()), REFERENCE),
        "sum": company.replace(
            b"<ram:GrandTotalAmount>1188.00</ram:GrandTotalAmount>", wrong_total
        ),
    }


@pytest.fixture(scope="session")
def judged(broken):
    """What both official schematrons say of every sample and of every broken invoice."""
    written = {name: invoice_xml(content) for name, content in samples().items()}
    return judge(written | broken)
