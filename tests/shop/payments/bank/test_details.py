"""Our account: shown to companies, through one door (invariant I1)."""

import re
from pathlib import Path

import pytest

from base.organisation import Organisation
from shop.models import Proposal
from shop.payments.bank.details import TransferDetails, transfer_details

ROOT = Path(__file__).parents[4]
ACCOUNT = re.compile(
    r"\b(spaced_iban|takes_transfers|holder_of_account|organisation\.(iban|bic))\b"
)
DOORS = {
    "site/base/identifiers.py", "site/base/organisation.py", "shop/payments/bank/details.py",
    "shop/backoffice/bank_import.py", "shop/backoffice/bank_page.py",
    "templates/base/admin/organisation_help.html",
}  # fmt: skip


@pytest.fixture
def account(home):
    organisation = Organisation.current()
    organisation.legal_name, organisation.bic = "LEXOM", "AGRIFRPP"
    organisation.iban = "FR7630006000011234567890189"
    organisation.save()
    return organisation


def test_company_reads_account_and_reference(account):
    assert transfer_details(Proposal(number="PC-2026-0001", version=2)) == TransferDetails(
        "LEXOM", "FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP", "RF76 PC20 2600 01"
    )


def test_nothing_is_shown_without_an_account_or_a_number(account):
    assert transfer_details(Proposal()) is None
    account.bic = ""
    account.save()
    assert transfer_details(Proposal(number="PC-2026-0001")) is None


def test_i1_no_other_file_reads_the_account():
    folders = ("site", "shop", "courses", "legal", "templates")
    files = [path for name in folders for path in (ROOT / name).rglob("*")]
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.suffix in {".py", ".html"} and ACCOUNT.search(path.read_text("utf-8"))
    }
    assert readers == DOORS


def test_i1_transfer_details_are_asked_for_companies_only():
    """Pages of orders, of their payments and of their withdrawal never call the door."""
    closed = ("shop/orders", "shop/withdrawal", "templates/shop/orders", "templates/emails")
    for folder in closed:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".html"}:
                assert "transfer_details" not in path.read_text("utf-8"), path
