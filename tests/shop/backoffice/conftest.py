"""An order whose period has passed, and what the rooms need to act on it."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

import pytest

from base.events import Event
from shop.models import Attempt, Order
from tests.factories.courses import CourseSessionFactory
from tests.factories.orders import OrderFactory, paris


@pytest.fixture
def at():
    """Noon today, in Paris."""
    return paris(timezone.localdate())


@pytest.fixture
def make_order(home, at):
    """Two taught days in a month; the deposit could be asked for two days ago."""

    def make_order(**fields):
        session = fields.pop("session", None) or CourseSessionFactory(
            starts_on=at.date() + timedelta(days=30), seats_taken=1
        )
        return OrderFactory(
            session=session,
            starts_on=session.starts_on,
            placed_at=at - timedelta(days=30),
            with_dues=True,
            charges_from=at - timedelta(days=2),
            **fields,
        )

    return make_order


@pytest.fixture
def owed(make_order):
    return make_order()


@pytest.fixture
def pay(at):
    """Pays a due, by the card that the customer had registered unless told otherwise."""

    def pay(due, channel="off_session", **fields):
        return Attempt.objects.create(
            due=due,
            number=due.attempts.count() + 1,
            channel=channel,
            state="succeeded",
            amount=due.amount,
            idempotency_key=f"essai-{due.pk}",
            payment_intent_id=f"pi_{due.pk}" if channel == "off_session" else None,
            session_id=None,
            created_at=at,
            finished_at=at,
            **fields,
        )

    return pay


@pytest.fixture
def post():
    """Opens the page of an action, then sends its form as the page shows it, changed."""

    def post(client, address, /, *args, **changes):
        url = reverse(address, args=args)
        form = client.get(url).context["form"]
        shown = {field.name: field.value() for field in form if field.value() is not None}
        return client.post(url, shown | changes)

    return post


@pytest.fixture
def written():
    """Name and author of the events of an order."""

    def written(order):
        events = Event.objects.filter(subject_type="shop.order", subject_id=str(order.pk))
        return [(event.name, event.actor) for event in events.order_by("pk")]

    return written


def refusal(response):
    """The sentence at the top of a form that was refused."""
    return response.context["form"].non_field_errors()


def fresh(order):
    return Order.objects.get(pk=order.pk)
