from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

import pytest

from base.organisation import Organisation
from courses.models import CourseSession, HalfDay
from shop.orders.offers import Part, offer_for
from shop.orders.sales_settings import SalesSettings

pytestmark = pytest.mark.django_db


def offer(session, **changes):
    if changes:
        CourseSession.objects.filter(pk=session.pk).update(**changes)
    found = CourseSession.objects.select_related("course", "venue", "trainer")
    return offer_for(found.prefetch_related("half_days").get(pk=session.pk), now=timezone.now())


def test_complete_session_is_sold(session):
    found = offer(session)

    assert found.sellable
    assert found.missing == ()
    assert sum(due.amount for due in found.schedule) == Decimal("1188.00")


@pytest.mark.parametrize("fact", ["phone", "nda_number", "trainee_contact"])
def test_missing_fact_of_the_company_blocks_the_sale(session, fact):
    organisation = Organisation.current()
    setattr(organisation, fact, "")
    organisation.save()

    found = offer(session)

    assert not found.sellable
    assert len(found.missing) == 1


def test_session_without_hours_is_not_sold(session):
    HalfDay.objects.filter(session=session).delete()

    assert offer(session).missing == ("horaires de la session",)


def test_sale_needs_terms_in_force(session):
    yesterday = timezone.now() - timedelta(days=1)  # before the texts began

    found = CourseSession.objects.select_related("course", "venue", "trainer")
    gaps = offer_for(found.get(pk=session.pk), now=yesterday).missing

    assert "conditions générales en vigueur" in gaps
    assert "Médiation de la consommation" in gaps


def test_session_inside_the_period_is_sold_only_by_choice(session):
    soon = timezone.localdate() + timedelta(days=5)
    assert not offer(session, starts_on=soon, ends_on=soon).sellable

    settings = SalesSettings.current()
    settings.allow_early_start = True
    settings.save()

    found = offer(session)
    assert found.sellable
    assert found.begins_early


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": "cancelled"}, "plus ouverte"),
        ({"seats_taken": 3}, "complète"),
        ({"capacity": None}, ""),
    ],
    ids=["cancelled", "full", "unlimited"],
)
def test_reason_is_told(session, changes, reason):
    assert reason in offer(session, **changes).sellable.reason


def test_fingerprint_follows_what_is_agreed(session):
    before = offer(session).fingerprint

    assert offer(session).fingerprint == before
    assert offer(session, price_excl_vat_override=Decimal("991.00")).fingerprint != before


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({}, []),
        ({"price_excl_vat_override": Decimal("991.00")}, [Part.PRICE, Part.SCHEDULE]),
        ({"ends_on": date(2030, 1, 1)}, [Part.DATES]),
    ],
)
def test_offer_tells_what_changed_since_it_was_shown(session, changes, parts):
    before = offer(session).fingerprint

    assert offer(session, **changes).changes_since(before) == parts


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("terms", [Part.TERMS]),
        ("notices", [Part.NOTICES]),
        ("begins_early", [Part.WITHDRAWAL]),
        ("buyer", [Part.BUYER]),
    ],
)
def test_change_of_the_texts_or_of_the_buyer_is_named(session, field, parts):
    shown = offer(session)
    others = {"terms": None, "notices": {}, "begins_early": not shown.begins_early, "buyer": "x"}

    assert replace(shown, **{field: others[field]}).changes_since(shown.fingerprint) == parts
