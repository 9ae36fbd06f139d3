"""From a request and a public session to what is offered: prices, dates, texts, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
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
from shop.invoices.content import Audience as Buyers
from shop.invoices.parties import mentions_of
from shop.orders.contract_text import (
    activity_declaration,
    full_place,
    timetable,
    trainer_lines,
)
from shop.proposals.content import Client, Composition, ProposalContent
from shop.proposals.models import Proposal
from shop.proposals.rules import (
    Instant,
    ProposedLine,
    Totals,
    issued_at_once,
    last_valid_day,
    totals_of,
)


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
        unit="participants" if headcount > 1 else "participant",
    )
    return Composition(
        sheet=programme_of(session.course, organisation),
        lines=(line,),
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        place=full_place(session),
        remote_access=session.remote_access,
        timetable=timetable(session),
        trainer=trainer_lines(session),
    )


def programme_of(course: CoursePage, organisation: Organisation) -> SheetContext:
    """The sheet without what changes every day and concerns nobody but visitors."""
    sheet = sheet_context(course, organisation)
    return replace(sheet, sessions=(), inter_price=None, intra_price=None)


def missing_to_issue(
    session: CourseSession, organisation: Organisation, terms: TermsVersion | None
) -> tuple[str, ...]:
    """French names of what a proposal must say and nobody has written yet (D6353-1, T-04)."""
    gaps = [fact.label for fact in session.course.missing_facts]
    if not session.half_days.all():
        gaps.append("horaires de la session")
    return tuple(dict.fromkeys([*gaps, *missing_to_seal(organisation, terms)]))


def missing_to_seal(organisation: Organisation, terms: TermsVersion | None) -> list[str]:
    """What no proposal goes without, whatever the course."""
    gaps = [fact.label for fact in organisation.missing_facts]
    if terms is None or terms.pdf is None:
        gaps.append("conditions générales en vigueur pour les entreprises")
    try:
        seal_key()
    except NoSealKey:
        gaps.append("certificat de cachet")
    return gaps


def content_of(
    proposal: Proposal, offer: Composition, terms: TermsVersion, *, number: str, issued_on: date
) -> ProposalContent:
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
        terms_number=terms.number,
        asks_funding=proposal.asks_funding,
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
