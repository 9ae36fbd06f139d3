from django.core.exceptions import ValidationError
from django.urls import reverse

import pytest

from shop.invoices.accounting.fec import Accounts
from shop.models import AccountingSettings
from users.roles import Role

pytestmark = pytest.mark.django_db


def test_first_accounts_are_those_of_the_rules(home):
    assert AccountingSettings.current().accounts == Accounts()


@pytest.mark.parametrize("account", ["41", "411 000", "911000", "", "411-1", "411000\n"])
def test_account_that_no_software_would_take_is_refused(home, account):
    settings = AccountingSettings.current()
    settings.client = account

    with pytest.raises(ValidationError):
        settings.full_clean()


@pytest.mark.parametrize("journal", ["V", "ve", "VENTES", "V E"])
def test_code_of_a_journal(home, journal):
    settings = AccountingSettings.current()
    settings.sales_journal = journal

    with pytest.raises(ValidationError):
        settings.full_clean()


@pytest.mark.parametrize(("role", "opens"), [(Role.ACCOUNTING, True), (Role.SALES, False)])
def test_accountant_chooses_the_accounts(home, staff, role, opens):
    address = reverse("wagtailsettings:edit", args=("shop", "accountingsettings"))

    page = staff(role).get(address, follow=True)

    assert ("419100" in page.content.decode()) == opens
