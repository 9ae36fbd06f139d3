from decimal import Decimal

from django.core.management import call_command
from django.urls import reverse

import pytest
import time_machine

from base.events import Event
from legal.models import HalfYearRate
from tests.factories.legal import HalfYearRateFactory
from users.roles import Role

pytestmark = pytest.mark.django_db
FIELDS = {
    "year": "2026",
    "half": "2",
    "ecb_rate": "2.40",
    "legal_rate": "2.75",
    "legal_rate_individual": "6.84",
    "source": "Journal officiel",
    "source_date": "25/06/2026",
}
MANAGERS = [Role.PUBLISHING, Role.ACCOUNTING]


@pytest.fixture
def row():
    return HalfYearRate.objects.filter(year=2026, half=2).first() or HalfYearRateFactory()


def edit(client, row, **changes):
    return client.post(reverse("halfyearrate:edit", args=(row.pk,)), FIELDS | changes)


@pytest.mark.parametrize(
    ("role", "index", "add"),
    [
        (Role.EDITING, 302, 302),
        (Role.SALES, 200, 302),
        (Role.PUBLISHING, 200, 200),
        (Role.ACCOUNTING, 200, 200),
    ],
)
def test_rates_belong_to_publication_and_accounting(staff, role, index, add):
    client = staff(role)

    statuses = [
        client.get(reverse(f"halfyearrate:{name}")).status_code for name in ("index", "add")
    ]

    assert statuses == [index, add]


@pytest.mark.parametrize("role", MANAGERS)
def test_half_year_is_entered_with_its_source(staff, role):
    client = staff(role)

    client.post(reverse("halfyearrate:add"), FIELDS | {"year": "2027", "half": "1"})

    row = HalfYearRate.objects.get(year=2027)
    assert (row.penalty_rate, row.floor) == (Decimal("12.40"), Decimal("8.25"))
    assert Event.objects.get().actor == f"{role.name.lower()}@lexom.example"


@pytest.mark.parametrize("name", ["source", "source_date", "ecb_rate"])
def test_nothing_is_entered_without_its_source(staff, name):
    response = staff(Role.ACCOUNTING).post(
        reverse("halfyearrate:add"), FIELDS | {"year": "2027", name: ""}
    )

    assert list(response.context["form"].errors) == [name]


def test_same_half_year_twice_is_explained(staff, row):
    response = staff(Role.ACCOUNTING).post(reverse("halfyearrate:add"), FIELDS)

    assert "Les taux de ce semestre existent déjà" in response.content.decode()


def test_past_value_asks_for_a_confirmation(staff, row):
    client = staff(Role.ACCOUNTING)

    response = edit(client, row, ecb_rate="2.50")

    assert list(response.context["form"].errors) == ["confirmed"]
    edit(client, row, ecb_rate="2.50", confirmed="on")
    row.refresh_from_db()
    assert row.ecb_rate == Decimal("2.50")
    assert Event.objects.get().data["past_changes"] == {"ecb_rate": ["2.40", "2.50"]}


@pytest.mark.parametrize(("year", "asked"), [(2020, True), (2100, False)])
def test_confirmation_is_offered_only_for_a_half_year_that_has_begun(staff, year, asked):
    row = HalfYearRateFactory(year=year)

    response = staff(Role.ACCOUNTING).get(reverse("halfyearrate:edit", args=(row.pk,)))

    assert ("confirmed" in response.context["form"].fields) is asked


def test_rates_in_use_are_not_deleted(staff, row):
    client = staff(Role.ACCOUNTING)

    client.post(reverse("halfyearrate:delete", args=(row.pk,)))

    assert HalfYearRate.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("2026-12-16 12:00+01:00", []),
        # 17 December begins in Paris at 23:00 UTC on the 16th.
        ("2026-12-16 22:59:59+00:00", []),
        ("2026-12-16 23:00:00+00:00", ["1er semestre 2027"]),
        ("2027-01-01 00:00:00+01:00", ["1er semestre 2027"]),
        ("2027-06-20 12:00+02:00", ["1er semestre 2027", "2e semestre 2027"]),
    ],
)
def test_home_page_asks_for_the_half_years_that_are_missing(staff, now, shown):
    with time_machine.travel(now, tick=False):
        client = staff(Role.ACCOUNTING)
        call_command("setup_site", verbosity=0)
        content = client.get("/gestion/").content.decode()

    assert ("Taux à renseigner" in content) is bool(shown)
    assert [name for name in ("1er semestre 2027", "2e semestre 2027") if name in content] == shown


def test_rates_are_listed_in_french(staff):
    content = staff(Role.ACCOUNTING).get(reverse("halfyearrate:index")).content.decode()

    for text in ("2e semestre 2026", "2,40\u00a0%", "12,40\u00a0%", "8,25\u00a0%", "6,84\u00a0%"):
        assert text in content
