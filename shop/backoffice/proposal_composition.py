"""A composition on its way: the two forms of one page, and what they say once they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict
from django.utils import timezone

from base.organisation import Organisation
from courses.sessions.models import CourseSession
from legal.terms.models import TermsVersion
from legal.terms.queries import terms_in_force
from legal.terms.rules import Audience
from shop.backoffice.proposal_defaults import initial_of
from shop.backoffice.proposal_forms import (
    INTRA,
    LINES,
    CompositionForm,
    LineFormSet,
    LinesFormSet,
    rates_of,
    typed,
    typed_lines,
)
from shop.orders.contract_text import full_place, timetable, trainer_lines
from shop.proposals.composing import Gap, missing_to_compose, programme_of
from shop.proposals.composition import (
    Fault,
    Group,
    Overflow,
    day_faults,
    faults_of,
    line_faults,
    overflow_of,
)
from shop.proposals.content import Composition
from shop.proposals.models import Proposal
from shop.proposals.rules import (
    ProposalState,
    ProposedLine,
    Totals,
    last_valid_day,
    totals_of,
)

ISSUE, REPLACE = "issue", "replace"
DIGITS = 4  # of a number of people that is worth comparing with a limit


@dataclass(frozen=True)
class Composed:
    """What would be issued, and to whom."""

    offer: Composition
    group: Group

    @property
    def totals(self) -> Totals:
        return totals_of(self.offer.lines)


class Composer:
    """The two forms of the page: as a start, as typed, or as read. ``problem`` is about all the lines."""

    problem = ""

    def __init__(self, proposal: Proposal, now: datetime) -> None:
        self.proposal, self.today = proposal, timezone.localdate(now)
        self.organisation = Organisation.current()
        self.rates = rates_of(proposal.course, self.organisation.vat_position, self.today)
        self.form = CompositionForm(sessions=self.sessions())
        self.lines = LinesFormSet(prefix=LINES, form_kwargs={"rates": self.rates})

    def sessions(self) -> QuerySet[CourseSession]:
        """Those to come of the same course, and the one that was asked for."""
        course = CourseSession.objects.filter(course=self.proposal.course_id)
        both = course.upcoming(self.today) | course.filter(pk=self.proposal.session_id)
        rows = both.select_related("course", "venue", "trainer").order_by("starts_on", "pk")
        return rows.prefetch_related("half_days")

    @property
    def mode(self) -> str:
        """What the page does: a second click must not replace what the first has issued."""
        return ISSUE if self.proposal.state == ProposalState.ASKED else REPLACE

    def start(self) -> None:
        self.show(*initial_of(self.proposal, self.organisation, self.today))

    def show(self, initial: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        """What is shown may be unreadable: nothing is checked."""
        initial = initial | {"mode": self.mode}
        self.form = CompositionForm(initial=initial, sessions=self.sessions())
        formset = LinesFormSet(prefix=LINES, initial=lines, form_kwargs={"rates": self.rates})
        formset.extra = 0 if lines else 1
        self.lines = formset

    def show_typed(self, data: QueryDict, **changes: Any) -> None:
        self.show(typed(data, CompositionForm.base_fields) | changes, typed_lines(data))

    def read(self, data: QueryDict) -> Composed | None:
        """None when something is wrong; the forms then say what, and keep everything."""
        self.form = CompositionForm(data, sessions=self.sessions())
        form_kwargs = {"rates": self.rates}
        self.lines = LinesFormSet(data, prefix=LINES, form_kwargs=form_kwargs)
        if not self.form.is_valid() or not self.lines.is_valid():
            self._tell_what_is_read()
            return None
        composed = self._composed()
        faults = faults_of(composed.offer, composed.group, self.today)
        self._tell(faults)
        return None if faults else composed

    def _tell_what_is_read(self) -> None:
        """One look at the page is enough: what cannot be read does not hide what is wrong elsewhere."""
        read = self.form.cleaned_data
        self._tell(tuple(day_faults(read.get("starts_on"), read.get("ends_on"), self.today)))
        is_whole = self.lines.is_valid()
        found = line_faults(self.counted)
        self._tell([fault for fault in found if is_whole or fault.line is not None])

    def _composed(self) -> Composed:
        cleaned = self.form.cleaned_data
        session: CourseSession | None = cleaned["session"]
        offer = Composition(
            sheet=programme_of(self.proposal.course, self.organisation),
            lines=self.counted,
            starts_on=cleaned["starts_on"],
            ends_on=cleaned["ends_on"],
            place=cleaned["place"] or (full_place(session) if session else ""),
            is_intra=cleaned["formula"] == INTRA,
            remote_access=cleaned["remote_access"] or (session.remote_access if session else ""),
            timetable=cleaned["timetable"] or (timetable(session) if session else ()),
            trainer=trainer_lines(cleaned["trainer"] or (session.trainer if session else None)),
            conditions=cleaned["conditions"],
        )
        key = session.pk if session else None
        return Composed(offer, Group(cleaned["headcount"], cleaned["participants"], key))

    @property
    def counted(self) -> tuple[ProposedLine, ...]:
        """The lines that can be read, in their sequence."""
        return tuple(line for _, line in self.readable.read())

    @property
    def totals(self) -> Totals:
        return totals_of(self.counted)

    @property
    def uncounted(self) -> int:
        """How many lines cannot be read yet."""
        return sum(1 for form in self.readable.forms if form.errors)

    @property
    def readable(self) -> LineFormSet:
        """The lines as if they were posted: what is only shown tells no fault."""
        if self.lines.is_bound:
            return self.lines
        initial = self.lines.initial or []
        posted = {f"{LINES}-{TOTAL_FORM_COUNT}": len(initial), f"{LINES}-{INITIAL_FORM_COUNT}": 0}
        for at, line in enumerate(initial):
            posted |= {f"{LINES}-{at}-{name}": value for name, value in line.items()}
        return LinesFormSet(posted, prefix=LINES, form_kwargs={"rates": self.rates})

    def _tell(self, faults: Sequence[Fault]) -> None:
        forms = [form for form, _ in self.lines.read()]
        for fault in faults:
            if fault.line is not None:
                forms[fault.line].add_error(fault.field, fault.text)
            elif fault.field in self.form.fields:
                self.form.add_error(fault.field, fault.text)
            else:
                self.problem = fault.text

    def gaps(self, terms: TermsVersion | None) -> list[Gap]:
        return missing_to_compose(self.proposal.course, self.organisation, terms)

    def terms(self) -> TermsVersion | None:
        return terms_in_force(Audience.COMPANY, self.today)

    def overflow(self) -> Overflow | None:
        """Of what the form says now, as far as it can be read."""
        headcount, session = self._group_shown()
        return overflow_of(
            headcount,
            group_size_max=self.proposal.course.group_size_max,
            seats_left=session.seats_left if session else None,
        )

    def _group_shown(self) -> tuple[int, CourseSession | None]:
        shown, key = self.form["headcount"].value(), self.form["session"].value()
        is_number = str(shown).isascii() and str(shown).isdigit() and len(str(shown)) <= DIGITS
        headcount = int(shown) if is_number else 0
        sessions = {str(session.pk): session for session in self.sessions()}
        return headcount, sessions.get(str(key))


def fingerprint(composed: Composed, terms: TermsVersion | None, today: date) -> str:
    """Changes with anything that the confirmation shows."""
    facts = (composed, terms.number if terms else "", last_valid_day(today))
    return sha256(repr(facts).encode()).hexdigest()
