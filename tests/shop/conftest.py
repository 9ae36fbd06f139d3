"""A site that may sell: every fact of the company, every legal text, a session with a timetable."""

from datetime import time, timedelta

from django.utils import timezone

import pytest

from base.organisation import Organisation
from courses.models import HalfDay
from legal.notices.rules import NoticeKind
from legal.terms.acceptance import RequestFacts
from shop.orders.actions import place_order
from shop.orders.consents import consent_boxes
from shop.orders.drafts import offer_for_draft, save_draft, session_of
from tests.factories.courses import CoursePageFactory, CourseSessionFactory
from tests.factories.legal import fill_settings, published
from tests.factories.pages import CategoryPageFactory
from tests.factories.terms import approved, with_pdf

BUYER = {
    "for_whom": "particulier",
    "first_name": "Camille",
    "last_name": "Essai",
    "email": "camille@example.org",
    "phone": "",
    "street": "3 rue des Lilas",
    "postcode": "07000",
    "town": "Privas",
    "country": "FR",
}
MISSING_IN_FACTORY = {
    "nda_number": "84070000007",
    "nda_region": "Auvergne-Rhône-Alpes",
    "trainee_contact": "Service formation, 04 65 71 00 11",
    "disability_contact": "Référent, 04 65 71 00 12",
}


@pytest.fixture
def shop(catalogue):
    """The company's facts and the legal texts in force today."""
    fill_settings()
    organisation = Organisation.current()
    for name, value in MISSING_IN_FACTORY.items():
        setattr(organisation, name, value)
    organisation.save()
    for kind in (
        NoticeKind.WITHDRAWAL_NOTICE, NoticeKind.WITHDRAWAL_FORM,
        NoticeKind.MEDIATION, NoticeKind.HOUSE_RULES,
    ):  # fmt: skip
        published(kind)
    with_pdf(approved())
    return catalogue


@pytest.fixture
def session(shop):
    """A day of seven hours in forty days, at 1 188 € tax included, with three seats."""
    course = CoursePageFactory(parent=CategoryPageFactory(parent=shop), complete=True)
    session = CourseSessionFactory(course=course, capacity=3)
    for start, end in ((time(9), time(12, 30)), (time(13, 30), time(17))):
        HalfDay.objects.create(
            session=session, date=session.starts_on, start_time=start, end_time=end
        )
    return session


@pytest.fixture
def order_now(session):
    """Orders the session as a buyer who read everything and ticked every box."""

    def order_now(now=None, session=session, **changes):
        now = now or timezone.now()
        draft = save_draft(session=session, data=BUYER | changes)
        offer = offer_for_draft(draft, session_of(draft), now)
        boxes = consent_boxes(terms_number=offer.terms.number, begins_early=offer.begins_early)
        return place_order(
            draft_id=draft.pk,
            shown=offer.fingerprint,
            consents=dict.fromkeys(boxes, True),
            facts=RequestFacts("192.0.2.1", "essai"),
            now=now,
        )

    return order_now


@pytest.fixture
def order(order_now):
    return order_now()


@pytest.fixture
def confirmed_order(order):
    """The mail server took the confirmation: the withdrawal period runs."""
    from shop.orders.actions import start_withdrawal_clock

    return start_withdrawal_clock(
        order_id=order.pk, accepted_at=order.placed_at + timedelta(seconds=5)
    )
