"""What a proposal says: one frozen content, printed, sealed and kept (CGV 2.1, C. trav. D6353-1). Pure.

Amounts are ``Decimal`` euros without VAT unless the name says otherwise; days are Paris dates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from cattrs.preconf.json import make_converter

from base.typography import french_date_range
from courses.catalogue.sheet import Fact, SheetContext
from documents.letterhead import Letterhead
from shop.changes.policy import CGV_POLICY, ChangePolicy
from shop.orders.contract import TaughtDay
from shop.proposals.rules import ProposedLine, Totals, totals_of


@dataclass(frozen=True)
class Client:
    """``number`` is its SIRET or SIREN, as printed; ``billing`` the lines that its invoice bears."""

    name: str
    number: str
    address: str
    contact: str
    email: str
    phone: str = ""
    function: str = ""
    billing: tuple[str, ...] = ()
    purchase_order: str = ""


@dataclass(frozen=True)
class Composition:
    """What is offered: the request says for whom. A course at the client's has no public session."""

    sheet: SheetContext
    lines: tuple[ProposedLine, ...]
    starts_on: date
    ends_on: date
    place: str
    is_intra: bool = False
    remote_access: str = ""
    timetable: tuple[TaughtDay, ...] = ()
    trainer: str = ""
    conditions: str = ""


@dataclass(frozen=True)
class SessionFacts:
    """What another session of the same course changes of a composition."""

    starts_on: date
    ends_on: date
    place: str
    remote_access: str
    timetable: tuple[TaughtDay, ...]
    trainer: str


@dataclass(frozen=True)
class ProposalContent:
    """``participants`` may be fewer than ``headcount``: the other names come later."""

    number: str
    version: int
    issued_on: date
    valid_until: date
    issuer: Letterhead
    declaration: str
    client: Client
    offer: Composition
    headcount: int
    participants: tuple[str, ...]
    terms_number: str
    asks_funding: bool = False
    vat_mention: str = ""
    policy: ChangePolicy = CGV_POLICY

    @property
    def reference(self) -> str:
        return reference(self.number, self.version)

    @property
    def running_title(self) -> str:
        return f"Proposition commerciale · {self.reference}"

    @property
    def totals(self) -> Totals:
        return totals_of(self.offer.lines)

    @property
    def dates(self) -> str:
        return french_date_range(self.offer.starts_on, self.offer.ends_on)

    @property
    def kind(self) -> str:
        return "dans vos locaux (intra)" if self.offer.is_intra else "session publique (inter)"

    @property
    def pedagogy(self) -> list[Fact]:
        return self.offer.sheet.pedagogy

    @property
    def total_lines(self) -> list[tuple[str, str]]:
        return self.totals.rows


def reference(number: str, version: int) -> str:
    """As people quote it; the first version says nothing of versions."""
    return number if version == 1 else f"{number} version {version}"


converter = make_converter()
converter.register_unstructure_hook(Decimal, str)
converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
converter.register_unstructure_hook(time, time.isoformat)
converter.register_structure_hook(time, lambda value, _: time.fromisoformat(value))


def to_json(content: ProposalContent) -> dict[str, Any]:
    """What JSON can say: amounts, dates and hours as text, exactly."""
    facts: dict[str, Any] = converter.unstructure(content)
    return facts


def from_json(facts: dict[str, Any]) -> ProposalContent:
    """The very content that ``to_json`` was given. Raises cattrs.ClassValidationError."""
    return converter.structure(facts, ProposalContent)


def session_to_json(session: SessionFacts) -> dict[str, Any]:
    facts: dict[str, Any] = converter.unstructure(session)
    return facts


def amended(content: ProposalContent, amendment: dict[str, Any]) -> ProposalContent:
    """``amendment`` is what ``session_to_json`` wrote, or empty. Raises cattrs.ClassValidationError."""
    if not amendment:
        return content
    session = converter.structure(amendment, SessionFacts)
    return replace(content, offer=replace(content.offer, **vars(session)))
