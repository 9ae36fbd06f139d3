"""Eight people on a session of the demonstration: five consumers, one of whom paid, a company with three.

Run inside the processes of the site: ``manage.py shell`` calls ``build``.
"""

import json
from datetime import timedelta

from django.utils import timezone

from courses.models import CoursePage, CourseSession, HalfDay, Venue
from courses.sessions.seats import take_seats
from legal.models import TermsVersion
from shop.models import Due, Proposal
from shop.payments.transfers import record_transfer
from shop.proposals.actions import ask_for_proposal
from shop.proposals.agreement.actions import conclude
from shop.proposals.composing import quote_for
from tests.factories.contracts import pay_deposit_now, sign_now
from tests.factories.orders import OrderFactory, paris

NAMES = ("paye", "muette", "ailleurs", "autre", "encore")
ADDRESS = {"street": "3 rue des Lilas", "postcode": "07000", "town": "Privas", "country": "FR"}


def build():
    now = timezone.now()
    course = CoursePage.objects.get(reference="MRK-OPE-02")
    first, other = (_session(course, now, days) for days in (60, 90))
    before = now - timedelta(days=30)
    orders = {name: _order(name, first, before) for name in NAMES}
    take_seats(session_id=first.pk, count=len(orders))
    due = Due.objects.get(order=orders["paye"], position=1)
    record_transfer(
        due=due, amount=due.amount, received_on=timezone.localdate(now), reference="VIR-1",
        actor="Équipe", now=now,
    )  # fmt: skip
    company = _company(first, now)
    told = {name: order.get_absolute_url() for name, order in orders.items()}
    told |= {"session": first.pk, "other": other.dates, "company": company.get_absolute_url()}
    print(json.dumps(told))  # noqa: T201  read by the test


def _session(course, now, days):
    day = timezone.localdate(now) + timedelta(days=days)
    while day.weekday() > 3:
        day += timedelta(days=1)
    session = CourseSession.objects.create(
        course=course, starts_on=day, ends_on=day, venue=Venue.objects.first(), capacity=12,
        state="open",
    )  # fmt: skip
    for half in ("09:00", "12:30"), ("13:30", "17:00"):
        HalfDay.objects.create(session=session, date=day, start_time=half[0], end_time=half[1])
    return CourseSession.objects.get(pk=session.pk)


def _order(name, session, at):
    """Confirmed a month ago: the deposit may be asked for since the day before yesterday."""
    return OrderFactory(
        session=session, course_title=session.course.title, starts_on=session.starts_on,
        ends_on=session.ends_on, place=session.place, first_name="Camille",
        last_name=name.capitalize(), email=f"{name}-annulee@example.org", placed_at=at,
        terms_version=TermsVersion.objects.filter(approved_at__isnull=False).first(),
        with_dues=True, charges_from=paris(timezone.localdate(at) + timedelta(days=28)),
    )  # fmt: skip


def _company(session, now):
    request = Proposal(
        kind="company", company_name="Atelier des Trois", siren="510869274", first_name="Alix",
        last_name="Essai", function="Gérance", email="trois-annulee@example.org", headcount=3,
        participants=["Sacha Un", "Sacha Deux", "Sacha Trois"], course=session.course,
        session=CourseSession.objects.get(pk=session.pk), **ADDRESS,
    )  # fmt: skip
    shown = quote_for(request, now).fingerprint
    signed = sign_now(ask_for_proposal(request=request, shown=shown, now=now))
    pay_deposit_now(signed)
    return conclude(proposal_id=signed.pk, now=timezone.now())
