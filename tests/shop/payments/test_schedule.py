from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from base.civil_dates import PARIS
from shop.models import Due, SalesSettings
from shop.payments.schedule import create_dues, open_dues
from shop.pricing.rules import consumer_schedule
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory, start_charging

pytestmark = pytest.mark.django_db


def dates(order):
    return list(order.dues.order_by("position").values_list("due_on", "not_before"))


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)


def test_dues_are_planned_without_a_date_to_ask_for_them(home):
    order = OrderFactory(with_dues=True)

    assert list(order.dues.values_list("amount", flat=True)) == [
        Decimal("356.40"), Decimal("415.80"), Decimal("415.80"),
    ]  # fmt: skip
    assert set(order.dues.values_list("not_before", flat=True)) == {None}


def test_dues_keep_the_notice_that_was_promised(home):
    settings = SalesSettings.current()
    settings.notice_days = 5
    settings.save()
    order = OrderFactory(with_dues=True)
    settings.notice_days = 1
    settings.save()

    assert set(order.dues.values_list("notice_days", flat=True)) == {5}


def test_open_dues_start_at_noon_of_their_day_and_never_before_the_period_ends(home):
    order = OrderFactory(with_dues=True)

    start_charging(order, FIRST_CHARGE_AT.replace(hour=15))

    assert dates(order) == [
        (date(2026, 12, 1), FIRST_CHARGE_AT.replace(hour=15)),
        (date(2026, 12, 16), noon(date(2026, 12, 16))),
        (date(2026, 12, 17), noon(date(2026, 12, 17))),
    ]


def test_course_that_began_early_waits_for_the_end_of_the_period(home):
    order = OrderFactory(with_dues=True, starts_on=date(2026, 11, 18))

    start_charging(order)

    assert {day for day, _ in dates(order)} == {date(2026, 12, 1)}
    assert {instant for _, instant in dates(order)} == {FIRST_CHARGE_AT}


def test_open_dues_twice_moves_nothing(home):
    order = OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT)
    before = dates(order)
    order.first_charge_at += timedelta(days=3)

    open_dues(order=order)

    assert dates(order) == before


def test_period_that_starts_again_gives_new_dates_and_a_new_announcement(home):
    """The confirmation came back, and was delivered later (W-03)."""
    order = OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT)
    Due.objects.update(not_before=None, announced_at=FIRST_CHARGE_AT)

    start_charging(order, FIRST_CHARGE_AT + timedelta(days=6))

    deposit = order.dues.get(position=1)
    assert (deposit.due_on, deposit.announced_at) == (date(2026, 12, 7), None)


def test_no_date_without_a_period(home):
    with pytest.raises(ValueError, match="ne court pas encore"):
        open_dues(order=OrderFactory(with_dues=True))


def test_amounts_never_change(home):
    order = OrderFactory()
    planned = consumer_schedule(
        Decimal(999), hours_by_day=order.hours, first_charge_day=date(2026, 12, 1)
    )
    create_dues(order=order, planned=planned)

    with pytest.raises(ValueError, match="n’a pas les montants du contrat"):
        start_charging(order)
