"""What each step of an order asks of the database, however long the course and its schedule."""

from datetime import time, timedelta

from django.urls import reverse

import pytest

from courses.models import HalfDay
from shop.models import Due
from shop.orders.drafts import save_draft
from tests.shop.conftest import BUYER

pytestmark = pytest.mark.django_db
SLOTS = ((time(9), time(12, 30)), (time(13, 30), time(17)))


@pytest.fixture(params=[1, 3, 6], ids=lambda count: f"half-days: {count}")
def session(request, session):
    """As many half-days as the parameter, two a day."""
    session.half_days.all().delete()
    for number in range(request.param):
        start, end = SLOTS[number % 2]
        day = session.starts_on + timedelta(days=number // 2)
        HalfDay.objects.create(session=session, date=day, start_time=start, end_time=end)
    session.ends_on = day
    session.save()
    return session


@pytest.fixture
def recap(session):
    draft = save_draft(session=session, data=BUYER)
    return reverse("order_recap", args=[session.pk, draft.token])


@pytest.fixture
def warm(client, home):
    """What a process learns once: the site and the content types."""
    client.get("/")
    return client


def test_buyer_page(warm, session, django_assert_num_queries):
    with django_assert_num_queries(18):
        assert warm.get(reverse("order_start", args=[session.pk])).status_code == 200


def test_buyer_is_saved(warm, session, django_assert_num_queries):
    with django_assert_num_queries(5):
        answer = warm.post(reverse("order_start", args=[session.pk]), BUYER)
    assert answer.status_code == 302


def test_recap(warm, recap, django_assert_num_queries):
    with django_assert_num_queries(21):
        assert warm.get(recap).status_code == 200


def test_order(warm, recap, django_assert_num_queries):
    shown = warm.get(recap).context["offer"].fingerprint
    with django_assert_num_queries(47):
        answer = warm.post(recap, {"shown": shown, "terms": "on", "contract": "on"})
    assert answer.status_code == 302
    assert Due.objects.exists()


def test_order_page(warm, order, django_assert_num_queries):
    with django_assert_num_queries(21):
        assert warm.get(order.get_absolute_url()).status_code == 200
