from datetime import datetime, time, timedelta
from decimal import Decimal

import factory

from base.civil_dates import PARIS
from legal.models import TermsVersion
from shop.models import Order
from shop.payments.schedule import create_dues, open_dues
from shop.pricing.rules import consumer_schedule
from tests.factories.courses import CourseSessionFactory

PLACED_AT = datetime(2026, 11, 10, 10, 0, tzinfo=PARIS)
FIRST_CHARGE_AT = datetime(2026, 12, 1, 12, 0, tzinfo=PARIS)


class TermsVersionFactory(factory.django.DjangoModelFactory):
    number = factory.Sequence(lambda n: f"2026-{n + 1}")

    class Meta:
        model = TermsVersion


class OrderFactory(factory.django.DjangoModelFactory):
    """An order of two taught days; ``with_dues`` plans them, ``charges_from`` opens them."""

    first_name = "Camille"
    last_name = "Exemple"
    email = factory.Sequence(lambda n: f"cliente{n}@exemple.fr")
    street = "1 rue de l’Exemple"
    postcode = "07000"
    town = "Privas"
    trainee_first_name = "Camille"
    trainee_last_name = "Exemple"
    trainee_email = factory.SelfAttribute("email")
    session = factory.SubFactory(CourseSessionFactory)
    course_title = "Conduire une réunion"
    course_reference = "TST-00001"
    starts_on = factory.LazyFunction(lambda: FIRST_CHARGE_AT.date() + timedelta(days=14))
    ends_on = factory.LazyAttribute(lambda order: order.starts_on + timedelta(days=1))
    place = "Privas"
    hours_by_day = factory.LazyAttribute(
        lambda order: {str(day): "7" for day in sorted({order.starts_on, order.ends_on})}
    )
    price_incl_vat = Decimal("1188.00")
    vat_rate = Decimal("0.200")
    price_excl_vat = factory.LazyAttribute(
        lambda order: (order.price_incl_vat / (1 + order.vat_rate)).quantize(Decimal("0.01"))
    )
    terms_version = factory.SubFactory(TermsVersionFactory)
    terms_sha256 = "0" * 64
    placed_at = PLACED_AT
    contract_signed_at = factory.SelfAttribute("placed_at")

    class Meta:
        model = Order
        skip_postgeneration_save = True

    @factory.post_generation
    def with_dues(order, create, wanted, **kwargs):
        if wanted:
            first = order.placed_at.date() + timedelta(days=15)
            planned = consumer_schedule(
                order.price_incl_vat, hours_by_day=order.hours, first_charge_day=first
            )
            create_dues(order=order, planned=planned)

    @factory.post_generation
    def charges_from(order, create, instant, **kwargs):
        if instant:
            start_charging(order, instant)


def start_charging(order, instant=FIRST_CHARGE_AT):
    """As the delivery of the confirmation does: the period is known, the dues have their dates."""
    order.first_charge_at = instant
    order.first_charge_day = instant.date()
    order.withdrawal_last_day = instant.date() - timedelta(days=4)
    order.confirmation_accepted_at = order.information_given_at = order.placed_at
    order.save()
    open_dues(order=order)


def paris(day, hour=12, minute=0):
    return datetime.combine(day, time(hour, minute), PARIS)
