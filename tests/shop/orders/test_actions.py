"""E-02, T-06, W-03, W-05: what an order writes, and when its clock starts."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.core.cache import cache
from django.utils import timezone

import pytest

from base.civil_dates import PARIS
from base.events import events_of
from base.page_cache import GENERATION_KEY
from courses.models import CourseSession
from courses.sessions.seats import SessionFull
from legal.terms.acceptance import NotAccepted, RequestFacts, acceptances_of
from shop.models import Due, Order
from shop.orders.actions import (
    NotSellable,
    OfferChanged,
    OrderRefused,
    end_order,
    place_order,
    start_withdrawal_clock,
    stop_withdrawal_clock,
)
from shop.orders.consents import consent_boxes
from shop.orders.drafts import offer_for_draft, save_draft, session_of
from shop.orders.offers import Part
from shop.orders.rules import OrderState
from shop.orders.sales_settings import SalesSettings
from shop.withdrawal.rules import withdrawal_period
from tests.shop.conftest import BUYER

pytestmark = pytest.mark.django_db
FACTS = RequestFacts("192.0.2.1", "essai")


def seats(session):
    return CourseSession.objects.values_list("seats_taken", flat=True).get(pk=session.pk)


def place(draft, *, shown=None, consents=None, now=None):
    now = now or timezone.now()
    offer = offer_for_draft(draft, session_of(draft), now)
    return place_order(
        draft_id=draft.pk,
        shown=shown or offer.fingerprint,
        consents={"terms": True, "contract": True} if consents is None else consents,
        facts=FACTS,
        now=now,
    )


def test_order_copies_what_was_sold_and_holds_a_seat(order, session):
    assert (order.state, seats(session)) == ("active", 1)
    assert order.price_incl_vat == Decimal("1188.00")
    assert order.terms_sha256 == order.terms_version.pdf.sha256
    assert order.hours == {session.starts_on: Decimal("7.00")}
    assert order.reference in order.snapshot["contract_html"]
    assert [(due.amount, due.not_before) for due in order.dues.all()] == [
        (Decimal("356.40"), None),
        (Decimal("831.60"), None),
    ]


def test_order_proves_what_was_accepted(order):
    acceptance = acceptances_of(order).get()

    number = order.terms_version.number
    wordings = consent_boxes(terms_number=number, begins_early=False).values()
    assert [(box["wording"], box["answer"]) for box in acceptance.boxes] == [
        (wording, True) for wording in wordings
    ]
    assert acceptance.pdf_sha256 == order.terms_sha256
    assert acceptance.ip == "192.0.2.1"


def test_second_click_returns_the_same_order(session):
    draft = save_draft(session=session, data=BUYER)

    assert place(draft) == place(draft)
    assert (Order.objects.count(), seats(session)) == (1, 1)


def test_two_tabs_are_two_drafts(session):
    first, second = (save_draft(session=session, data=BUYER) for _ in range(2))

    assert place(first) != place(second)
    assert seats(session) == 2


@pytest.mark.parametrize(("capacity", "kept"), [(None, True), (3, False)])
def test_pages_are_forgotten_only_for_the_seats_they_show(
    session, django_capture_on_commit_callbacks, capacity, kept
):
    CourseSession.objects.filter(pk=session.pk).update(capacity=capacity)
    draft = save_draft(session=session, data=BUYER)
    SalesSettings.current()  # the first reading writes their row
    cache.set(GENERATION_KEY, "before")

    with django_capture_on_commit_callbacks(execute=True):
        place(draft)

    assert (cache.get(GENERATION_KEY) == "before") is kept


def test_price_change_while_reading_is_shown_before_it_binds(session):
    draft = save_draft(session=session, data=BUYER)
    shown = offer_for_draft(draft, session_of(draft), timezone.now()).fingerprint
    CourseSession.objects.filter(pk=session.pk).update(price_excl_vat_override=Decimal("1500.00"))

    with pytest.raises(OfferChanged, match="le prix, l’échéancier") as refused:
        place(draft, shown=shown)
    assert refused.value.parts == [Part.PRICE, Part.SCHEDULE]
    assert (Order.objects.count(), seats(session)) == (0, 0)


@pytest.mark.parametrize("shown", ["x", "-" * 8, "é" * 500, "a-b"])
def test_fingerprint_that_nobody_gave_orders_nothing(session, shown):
    with pytest.raises(OfferChanged, match="Ceci a changé"):
        place(save_draft(session=session, data=BUYER), shown=shown)
    assert Order.objects.count() == 0


def test_last_seat_gone_meanwhile_writes_nothing(session):
    draft = save_draft(session=session, data=BUYER)
    CourseSession.objects.filter(pk=session.pk).update(seats_taken=3)

    with pytest.raises((SessionFull, NotSellable), match="complète"):
        place(draft)
    assert Order.objects.count() == 0


def test_empty_box_is_refused_and_gives_the_seat_back(session):
    draft = save_draft(session=session, data=BUYER)

    with pytest.raises(NotAccepted):
        place(draft, consents={"terms": True})
    assert (Order.objects.count(), Due.objects.count(), seats(session)) == (0, 0, 0)


def test_clock_starts_when_the_mail_server_takes_the_confirmation(order_now):
    """Ordered ten seconds before midnight, confirmed five seconds after: the next day counts."""
    midnight = datetime.combine(timezone.localdate() + timedelta(days=1), time(), PARIS)
    order = order_now(now=midnight - timedelta(seconds=10))

    order = start_withdrawal_clock(order_id=order.pk, accepted_at=midnight + timedelta(seconds=5))

    period = withdrawal_period(midnight, information_given_at=midnight)
    assert (order.withdrawal_last_day, order.first_charge_day, order.first_charge_at) == (
        period.last_day,
        period.first_charge_day,
        period.first_charge_at,
    )
    assert order.dues.first().not_before == order.first_charge_at


def test_second_copy_does_not_restart_the_clock(confirmed_order):
    again = start_withdrawal_clock(
        order_id=confirmed_order.pk, accepted_at=timezone.now() + timedelta(days=3)
    )

    assert again.withdrawal_last_day == confirmed_order.withdrawal_last_day


def test_confirmation_that_came_back_stops_the_clock(confirmed_order):
    order = stop_withdrawal_clock(
        order_id=confirmed_order.pk, reason="non remis", now=timezone.now()
    )

    assert (order.withdrawal_last_day, order.first_charge_at) == (None, None)
    assert set(order.dues.values_list("not_before", flat=True)) == {None}


@pytest.mark.parametrize(
    ("postcode", "last_day"),
    [("67000", date(2034, 12, 27)), ("69000", date(2034, 12, 26))],
    ids=["Alsace", "national"],
)
def test_local_holidays_of_the_buyer_count(order_now, postcode, last_day):
    order = order_now(postcode=postcode)

    order = start_withdrawal_clock(
        order_id=order.pk, accepted_at=datetime(2034, 12, 11, 9, tzinfo=PARIS)
    )

    assert order.withdrawal_last_day == last_day


@pytest.mark.parametrize("state", [OrderState.WITHDRAWN, OrderState.CANCELLED])
def test_end_frees_the_seat_and_leaves_nothing_to_charge(confirmed_order, session, state):
    order = end_order(
        order=confirmed_order, state=state, actor="essai", reason="essai", now=timezone.now()
    )

    assert (order.state, seats(session)) == (state.value, 0)
    assert not order.dues.filter(stopped_at__isnull=True).exists()


def test_order_ends_once(confirmed_order, session):
    facts = {"actor": "essai", "reason": "essai", "now": timezone.now()}
    end_order(order=confirmed_order, state=OrderState.WITHDRAWN, **facts)

    with pytest.raises(OrderRefused, match="déjà rétractée"):
        end_order(order=confirmed_order, state=OrderState.CANCELLED, **facts)
    assert seats(session) == 0


def test_story_is_told_by_events(confirmed_order):
    names = [event.name for event in events_of(confirmed_order)]

    assert names == [
        "CGV acceptées",
        "Commande passée",
        "échéances datées",
        "Délai de rétractation ouvert",
    ]


def test_names_changed_in_another_tab_are_shown_before_they_bind(session):
    draft = save_draft(session=session, data=BUYER)
    shown = offer_for_draft(draft, session_of(draft), timezone.now()).fingerprint
    save_draft(session=session, data=BUYER | {"last_name": "Autre"}, draft=draft)

    with pytest.raises(OfferChanged, match=": les coordonnées saisies"):
        place(draft, shown=shown)
    assert Order.objects.count() == 0
