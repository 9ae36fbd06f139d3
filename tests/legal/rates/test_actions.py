from datetime import date, timedelta
from decimal import Decimal

from django.core.management import call_command
from django.db import IntegrityError, transaction

import pytest

from base.events import events_of
from legal.models import HalfYearRate
from legal.rates.actions import ConfirmationNeeded, past_changes, save_rates, set_up_rates
from legal.rates.published import PUBLISHED_RATES
from legal.rates.rules import HalfYear, default_penalty_rate, rates_for
from tests.factories.legal import HalfYearRateFactory

pytestmark = pytest.mark.django_db
FIRST_DAY = date(2026, 7, 1)


@pytest.fixture
def row():
    created = HalfYearRateFactory()
    return HalfYearRate.objects.get(pk=created.pk)


def test_setup_site_knows_the_published_half_years():
    call_command("setup_site", verbosity=0)

    table = HalfYearRate.objects.table()
    assert [str(rates.half_year) for rates in table] == [
        "2e semestre 2026", "1er semestre 2026", "2e semestre 2025", "1er semestre 2025",
    ]  # fmt: skip
    assert default_penalty_rate(rates_for(date(2026, 8, 1), table)) == Decimal("12.40")


def test_setting_up_again_keeps_what_staff_corrected(row):
    HalfYearRate.objects.update(ecb_rate=Decimal("2.50"))

    set_up_rates(PUBLISHED_RATES)
    set_up_rates(PUBLISHED_RATES)

    row.refresh_from_db()
    assert (row.ecb_rate, HalfYearRate.objects.count()) == (Decimal("2.50"), 4)


@pytest.mark.parametrize(
    ("today", "changes"),
    [
        (FIRST_DAY - timedelta(days=1), {}),
        (FIRST_DAY, {"ecb_rate": (Decimal("2.40"), Decimal("2.60"))}),
    ],
)
def test_change_is_of_the_past_from_the_first_day(row, today, changes):
    row.ecb_rate = Decimal("2.60")

    assert past_changes(row, today=today) == changes


def test_source_of_the_past_may_be_completed(row):
    row.source = "Arrêté publié au Journal officiel"

    assert past_changes(row, today=FIRST_DAY) == {}


def test_past_value_is_not_changed_by_accident(row):
    row.legal_rate = Decimal("9.99")

    with pytest.raises(ConfirmationNeeded):
        save_rates(row=row, actor="essai", today=FIRST_DAY)

    row.refresh_from_db()
    assert row.legal_rate == Decimal("2.75")


def test_confirmed_change_is_in_the_journal(row):
    row.legal_rate = Decimal("2.76")

    save_rates(row=row, actor="essai", today=FIRST_DAY, confirmed=True)

    event = events_of(row).get()
    assert (event.name, event.actor) == ("rates_changed", "essai")
    assert event.data["past_changes"] == {"legal_rate": ["2.75", "2.76"]}


def test_new_half_year_is_in_the_journal():
    row = HalfYearRateFactory.build(year=2027, half=1)

    save_rates(row=row, actor="essai", today=FIRST_DAY)

    assert events_of(row).get().name == "rates_entered"
    assert HalfYearRate.objects.get().half_year == HalfYear(2027, 1)


@pytest.mark.parametrize(
    "wrong", [{}, {"half": 3}, {"half": 1, "ecb_rate": -1}, {"half": 1, "source": ""}]
)
def test_database_refuses_a_wrong_half_year(row, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        HalfYearRateFactory(**wrong)
