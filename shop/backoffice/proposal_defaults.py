"""What the page of composition shows first: the request, its session, or what was proposed before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from base.organisation import Organisation
from courses.sessions.models import CourseSession, Trainer
from courses.sessions.rules import plan_half_days
from shop.backoffice.proposal_forms import INTER, INTRA, line_initial, rates_of
from shop.orders.contract import TaughtDay
from shop.orders.contract_text import full_place, timetable
from shop.proposals.composing import composition_of
from shop.proposals.composition import people, scaled
from shop.proposals.content import Composition
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposedLine
from shop.proposals.timetable import write_timetable

Initial = dict[str, Any]


def initial_of(
    proposal: Proposal, organisation: Organisation, today: date
) -> tuple[Initial, list[Initial]]:
    """Of the form and of its lines."""
    rates = rates_of(proposal.course, organisation.vat_position, today)
    group = {
        "headcount": proposal.headcount,
        "participants": "\n".join(proposal.participants),
        "session": proposal.session_id,
    }
    if proposal.content:
        offer = proposal.facts.offer
        first, lines = offer_initial(offer), offer.lines
    else:
        first, lines = _first_offer(proposal, organisation, today)
    shown = [line_initial(line, rates) for line in lines]
    if shown and not any(line.unit_price for line in lines):
        shown[0]["unit_price"] = ""
    return group | first, shown


def _first_offer(
    proposal: Proposal, organisation: Organisation, today: date
) -> tuple[Initial, tuple[ProposedLine, ...]]:
    session = proposal.session
    if proposal.split_from_id and (model := _model_of(proposal)):
        offer = model.facts.offer
        lines = scaled(offer.lines, model.headcount, proposal.headcount)
        formula = INTRA if offer.is_intra else INTER
        place = offer.place if offer.is_intra else ""
        return {"conditions": offer.conditions, "formula": formula, "place": place}, lines
    if session is None:
        rate = rates_of(proposal.course, organisation.vat_position, today)[0]
        place = proposal.wished_place or _address(proposal)
        return {"formula": INTRA, "place": place}, (_intra_line(proposal, rate),)
    price = session.price(organisation.vat_position, today)
    first = session_initial(session) | {"formula": INTER}
    if price is None:
        rate = rates_of(proposal.course, organisation.vat_position, today)[0]
        return first, (_person_line(proposal, rate),)
    return first, composition_of(session, organisation, price, proposal.headcount).lines


def _model_of(proposal: Proposal) -> Proposal | None:
    """The latest version of the first session's proposal, once it is issued."""
    first = proposal.split_from
    if first is None or not first.number:
        return None
    found: Proposal | None = (
        Proposal.objects.filter(number=first.number).order_by("-version").first()
    )
    return found


def _person_line(proposal: Proposal, rate: Decimal) -> ProposedLine:
    return ProposedLine(
        _described(proposal),
        Decimal(0),
        rate,
        Decimal(proposal.headcount),
        people(proposal.headcount),
    )


def _intra_line(proposal: Proposal, rate: Decimal) -> ProposedLine:
    """The list price of a course at the client's is that of a day, whatever the group."""
    course = proposal.course
    days = course.duration_days or Decimal(1)
    unit = "jours" if days >= 2 else "jour"
    return ProposedLine(
        _described(proposal), course.intra_price_excl_vat or Decimal(0), rate, days, unit
    )


def _described(proposal: Proposal) -> str:
    return f"{proposal.course.title} ({proposal.course.reference})"


def _address(proposal: Proposal) -> str:
    town = f"{proposal.postcode} {proposal.town}".strip()
    return ", ".join(filter(None, [proposal.company_name, proposal.street, town]))


def offer_initial(offer: Composition) -> Initial:
    return {
        "formula": INTRA if offer.is_intra else INTER,
        "starts_on": offer.starts_on,
        "ends_on": offer.ends_on,
        "timetable": write_timetable(offer.timetable),
        "place": offer.place,
        "remote_access": offer.remote_access,
        "trainer": _trainer_named(offer.trainer),
        "conditions": offer.conditions,
    }


def _trainer_named(lines: str) -> int | None:
    """Of the text that was printed: a name, then titles."""
    names = lines.splitlines()[:1]
    key: int | None = Trainer.objects.filter(name__in=names).values_list("pk", flat=True).first()
    return key


def session_initial(session: CourseSession) -> Initial:
    return {
        "starts_on": session.starts_on,
        "ends_on": session.ends_on,
        "timetable": write_timetable(timetable(session)),
        "place": full_place(session),
        "remote_access": session.remote_access,
        "trainer": session.trainer_id,
    }


def usual_days(starts_on: date, duration_days: Decimal) -> Initial:
    """The usual hours of a course of this length, from its first day."""
    days: dict[date, TaughtDay] = {}
    for half_day in plan_half_days(starts_on, duration_days):
        slot = (half_day.start_time, half_day.end_time)
        known = days.get(half_day.date, TaughtDay(half_day.date, ()))
        days[half_day.date] = replace(known, hours=(*known.hours, slot))
    return {"ends_on": max(days, default=starts_on), "timetable": write_timetable(days.values())}
