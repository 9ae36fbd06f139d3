"""Everything that a consumer is shown, and agrees to, before ordering (law.md E-02, E-04, W-04)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from django.utils import timezone

from base.organisation import Organisation
from base.vat import Price
from courses.sessions.models import CourseSession
from courses.sessions.rules import PUBLIC_STATES
from legal.notices.in_force import notices_in_force
from legal.notices.rules import FilledNotice, NoticeKind
from legal.terms.models import TermsVersion
from legal.terms.queries import terms_in_force
from legal.terms.rules import Audience
from shop.orders.rules import Sellable, begins_early, sellable_to_consumer
from shop.orders.sales_settings import SalesSettings
from shop.pricing.rules import PlannedDue, consumer_schedule
from shop.withdrawal.rules import WithdrawalPeriod, earliest_session_start, withdrawal_period

NEEDED_NOTICES = (
    NoticeKind.WITHDRAWAL_NOTICE,
    NoticeKind.WITHDRAWAL_FORM,
    NoticeKind.MEDIATION,
    NoticeKind.HOUSE_RULES,
)


class Part(StrEnum):
    """What a buyer agrees to, as a sentence names it."""

    PRICE = "le prix"
    DATES = "les dates ou les horaires"
    PLACE = "le lieu"
    TRAINER = "le formateur ou la formatrice"
    SCHEDULE = "l’échéancier"
    TERMS = "la version des conditions générales de vente"
    NOTICES = "les textes joints au contrat"
    WITHDRAWAL = "votre dernier jour de rétractation (il suit la date du jour)"
    BUYER = "les coordonnées saisies"


PART_LENGTH = 16  # hexadecimal digits: enough to tell a change, the server compares its own facts


@dataclass(frozen=True)
class Offer:
    """What an order placed now would be. ``price``, ``terms`` and ``schedule`` may be missing in an
    offer that is not ``sellable``."""

    session: CourseSession
    organisation: Organisation
    price: Price | None
    period: WithdrawalPeriod
    schedule: tuple[PlannedDue, ...]
    terms: TermsVersion | None
    notices: dict[NoticeKind, FilledNotice]
    sellable: Sellable
    missing: tuple[str, ...]
    begins_early: bool
    buyer: str = ""

    @property
    def fingerprint(self) -> str:
        """Changes with anything that the buyer agrees to; one hash a part, so that it tells which."""
        return "-".join(
            sha256(repr(fact).encode()).hexdigest()[:PART_LENGTH] for fact in self._parts().values()
        )

    def changes_since(self, shown: str) -> list[Part]:
        """What is no longer as in an offer of that fingerprint; empty for one that is unreadable."""
        before, after = shown.split("-"), self.fingerprint.split("-")
        if len(before) != len(after):
            return []
        pairs = zip(self._parts(), before, after, strict=True)
        return [part for part, old, new in pairs if old != new]

    def _parts(self) -> dict[Part, object]:
        """``buyer`` stands for the person as typed: of two tabs on one draft, the one that shows the
        former names orders nothing.
        """
        session = self.session
        half_days = [(str(half), half.end_time) for half in session.half_days.all()]
        return {
            Part.PRICE: self.price,
            Part.DATES: (session.pk, session.starts_on, session.ends_on, half_days),
            Part.PLACE: session.place,
            Part.TRAINER: session.trainer_id,
            Part.SCHEDULE: self.schedule,
            Part.TERMS: self.terms and self.terms.number,
            Part.NOTICES: sorted(notice.sha256 for notice in self.notices.values()),
            Part.WITHDRAWAL: (self.period.last_day, self.begins_early),
            Part.BUYER: self.buyer,
        }


def offer_for(
    session: CourseSession,
    *,
    now: datetime,
    postcode: str = "",
    seat_held: bool = False,
    buyer: str = "",
) -> Offer:
    """The offer of an instant; ``postcode`` is the buyer's, whose local holidays count.

    ``seat_held``: the waiting list holds a seat for this buyer, who may order a full session.
    """
    today = timezone.localdate(now)
    organisation, rules = Organisation.current(), SalesSettings.current()
    period = withdrawal_period(
        now,
        information_given_at=now,
        postcode=postcode,
        postal_grace_days=rules.postal_grace_days,
    )
    price = session.price(organisation.vat_position, today)
    hours = taught_hours(session)
    terms = terms_in_force(Audience.CONSUMER, today)
    notices = notices_in_force(today)
    missing = missing_to_sell(session, organisation, price, hours, terms, notices)
    early = begins_early(session.starts_on, period)
    return Offer(
        session=session,
        organisation=organisation,
        price=price,
        period=period,
        schedule=planned_dues(price, hours, period),
        terms=terms,
        notices={kind: notices[kind] for kind in NEEDED_NOTICES if kind in notices},
        sellable=sellable_to_consumer(
            starts_on=session.starts_on,
            period=period,
            safety_days=rules.safety_days,
            allow_early_start=rules.allow_early_start,
            is_open=session.state in PUBLIC_STATES
            and session.course.live
            and session.starts_on > today,
            is_full=session.is_full and not seat_held,
            missing=missing,
        ),
        missing=missing,
        begins_early=early,
        buyer=buyer,
    )


def individuals_may_order(starts_on: date, now: datetime) -> bool:
    """Whether an order placed at ``now`` leaves a withdrawal period before the first day (W-10)."""
    rules = SalesSettings.current()
    period = withdrawal_period(
        now, information_given_at=now, postal_grace_days=rules.postal_grace_days
    )
    earliest = earliest_session_start(period, safety_days=rules.safety_days)
    return rules.allow_early_start or starts_on >= earliest


def planned_dues(
    price: Price | None, hours: dict[date, Decimal], period: WithdrawalPeriod
) -> tuple[PlannedDue, ...]:
    if price is None or not hours or period.first_charge_at is None:
        return ()
    return consumer_schedule(
        price.incl_vat,
        hours_by_day=hours,
        first_charge_day=timezone.localdate(period.first_charge_at),
    )


def taught_hours(session: CourseSession) -> dict[date, Decimal]:
    """Hours of each day of the timetable, to the hundredth."""
    hours: dict[date, Decimal] = defaultdict(Decimal)
    for half_day in session.half_days.all():
        start, end = half_day.start_time, half_day.end_time
        minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
        hours[half_day.date] += (Decimal(minutes) / 60).quantize(Decimal("0.01"))
    return dict(hours)


def missing_to_sell(
    session: CourseSession,
    organisation: Organisation,
    price: Price | None,
    hours: dict[date, Decimal],
    terms: TermsVersion | None,
    notices: dict[NoticeKind, FilledNotice],
) -> tuple[str, ...]:
    """French names of what the law wants in a contract and nobody has written yet (T-03, N-03)."""
    gaps = [fact.label for fact in session.course.missing_facts]
    gaps += [fact.label for fact in organisation.missing_facts]
    if price is None:
        gaps.append("prix de la session")
    if not hours:
        gaps.append("horaires de la session")
    if terms is None or terms.pdf is None:
        gaps.append("conditions générales en vigueur")
    gaps += [kind.label for kind in NEEDED_NOTICES if kind not in notices]
    return tuple(dict.fromkeys(gaps))
