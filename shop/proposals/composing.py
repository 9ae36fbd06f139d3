"""From a request and a public session to what is offered: prices, dates, texts, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from django.utils import timezone

from base.identifiers import spaced_siren, spaced_siret
from base.organisation import Organisation
from base.vat import Price
from courses.catalogue.course import CoursePage
from courses.catalogue.sheet import SheetContext
from courses.catalogue.sheet_pdf import sheet_context
from courses.sessions.models import CourseSession
from documents.issuer import letterhead
from documents.sealing import NoSealKey, seal_key
from legal.terms.models import TermsVersion
from legal.terms.queries import terms_in_force
from legal.terms.rules import Audience
from shop.changes.policies import policy_of
from shop.invoices.content import Audience as Buyers
from shop.invoices.parties import mentions_of
from shop.orders.contract_text import (
    activity_declaration,
    full_place,
    timetable,
    trainer_lines,
)
from shop.proposals.composition import people
from shop.proposals.content import Client, Composition, ProposalContent, SessionFacts
from shop.proposals.models import Proposal
from shop.proposals.rules import (
    Instant,
    ProposedLine,
    Totals,
    issued_at_once,
    last_valid_day,
    totals_of,
)

LIST_PRICE = "inter_price_excl_vat"


@dataclass(frozen=True)
class Quote:
    """What a request would receive now. ``offer`` is None while there is no session or no price."""

    offer: Composition | None
    terms: TermsVersion | None
    at_once: Instant

    @property
    def fingerprint(self) -> str:
        """Changes with anything that the recap shows."""
        number = self.terms.number if self.terms else ""
        facts = (self.offer, number, bool(self.at_once))
        return sha256(repr(facts).encode()).hexdigest()

    @property
    def totals(self) -> Totals | None:
        return totals_of(self.offer.lines) if self.offer else None


def quote_for(proposal: Proposal, now: datetime) -> Quote:
    """Of a request, saved or not, whose session and half-days are loaded."""
    today = timezone.localdate(now)
    organisation = Organisation.current()
    terms = terms_in_force(Audience.COMPANY, today)
    session = proposal.session
    if session is None:
        return Quote(None, terms, Instant(("une formation dans vos locaux se prépare ensemble",)))
    price = session.price(organisation.vat_position, today)
    at_once = issued_at_once(
        has_list_price=price is not None,
        is_open=session.is_bookable(today) and session.course.live,
        seats_left=session.seats_left,
        group_size_max=session.course.group_size_max,
        participants=proposal.headcount,
        in_france=proposal.country == "FR",
        missing=missing_to_issue(session, organisation, terms),
    )
    offer = composition_of(session, organisation, price, proposal.headcount) if price else None
    return Quote(offer, terms, at_once)


def composition_of(
    session: CourseSession, organisation: Organisation, price: Price, headcount: int
) -> Composition:
    line = ProposedLine(
        description=f"{session.course.title} ({session.course.reference})",
        unit_price=price.excl_vat,
        rate=price.rate,
        quantity=Decimal(headcount),
        unit=people(headcount),
    )
    return session_offer(session, organisation, (line,))


def session_offer(
    session: CourseSession, organisation: Organisation, lines: tuple[ProposedLine, ...]
) -> Composition:
    return Composition(
        sheet=programme_of(session.course, organisation),
        lines=lines,
        **vars(session_facts(session)),
    )


def session_facts(session: CourseSession) -> SessionFacts:
    return SessionFacts(
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        place=full_place(session),
        remote_access=session.remote_access,
        timetable=timetable(session),
        trainer=trainer_lines(session.trainer),
    )


def programme_of(course: CoursePage, organisation: Organisation) -> SheetContext:
    """The sheet without what changes every day and concerns nobody but visitors."""
    sheet = sheet_context(course, organisation)
    return replace(sheet, sessions=(), inter_price=None, intra_price=None)


class Where(StrEnum):
    """Who writes down what is missing: a page of the back-office, or the server's settings."""

    COURSE = "course"
    SESSION = "session"
    ORGANISATION = "organisation"
    TERMS = "terms"
    SEAL = "seal"


@dataclass(frozen=True)
class Gap:
    """``label`` is the French name of what nobody has written yet."""

    label: str
    where: Where


def missing_to_issue(
    session: CourseSession, organisation: Organisation, terms: TermsVersion | None
) -> tuple[str, ...]:
    """French names of what a proposal must say and nobody has written yet (D6353-1, T-04)."""
    gaps = [Gap(fact.label, Where.COURSE) for fact in session.course.missing_facts]
    if not session.half_days.all():
        gaps.append(Gap("horaires de la session", Where.SESSION))
    return labels([*gaps, *missing_to_seal(organisation, terms)])


def missing_to_compose(
    course: CoursePage, organisation: Organisation, terms: TermsVersion | None
) -> list[Gap]:
    """What staff cannot write on the proposal itself; its price and its hours are composed."""
    facts = (fact for fact in course.missing_facts if fact.field != LIST_PRICE)
    gaps = [Gap(fact.label, Where.COURSE) for fact in facts]
    return [*gaps, *missing_to_seal(organisation, terms)]


def labels(gaps: Iterable[Gap]) -> tuple[str, ...]:
    """Each name once."""
    return tuple(dict.fromkeys(gap.label for gap in gaps))


def missing_to_seal(organisation: Organisation, terms: TermsVersion | None) -> list[Gap]:
    """What no proposal goes without, whatever the course."""
    gaps = [Gap(fact.label, Where.ORGANISATION) for fact in organisation.missing_facts]
    if terms is None or terms.pdf is None:
        name = "conditions générales en vigueur pour les entreprises"
        gaps.append(Gap(name, Where.TERMS))
    try:
        seal_key()
    except NoSealKey:
        gaps.append(Gap("certificat de cachet", Where.SEAL))
    return gaps


def content_of(
    proposal: Proposal,
    offer: Composition,
    terms: TermsVersion | None,
    *,
    number: str,
    issued_on: date,
) -> ProposalContent:
    """``terms`` is None only for what is shown before it may be issued."""
    organisation = Organisation.current()
    content = ProposalContent(
        number=number,
        version=proposal.version,
        issued_on=issued_on,
        valid_until=last_valid_day(issued_on),
        issuer=letterhead(organisation),
        declaration=activity_declaration(organisation),
        client=client_of(proposal),
        offer=offer,
        headcount=proposal.headcount,
        participants=tuple(proposal.participants),
        terms_number=terms.number if terms else "à publier",
        asks_funding=proposal.asks_funding,
        policy=policy_of(terms),
    )
    mentions = mentions_of(Buyers.COMPANY, exempt=not content.totals.vat, on=issued_on)
    return replace(content, vat_mention=mentions.exemption)


def client_of(proposal: Proposal) -> Client:
    address = _address(proposal.street, proposal.postcode, proposal.town)
    billing = _address(proposal.billing_street, proposal.billing_postcode, proposal.billing_town)
    return Client(
        name=proposal.company_name,
        number=_company_number(proposal),
        address=address,
        contact=proposal.full_name,
        function=proposal.function,
        email=proposal.email,
        phone=proposal.phone,
        billing=(proposal.billing_name or proposal.company_name, billing or address),
        purchase_order=proposal.purchase_order,
    )


def _company_number(proposal: Proposal) -> str:
    if proposal.siret:
        return f"SIRET {spaced_siret(proposal.siret)}"
    return f"SIREN {spaced_siren(proposal.siren)}" if proposal.siren else ""


def _address(street: str, postcode: str, town: str) -> str:
    return ", ".join(filter(None, [street, f"{postcode} {town}".strip()]))
