"""A company's proposal: its states, its thirty days, its amounts and who may ask for one. Pure.

Amounts are ``Decimal`` euros; days are Paris dates; a rate or a discount is a fraction (0.20).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from base.civil_dates import PARIS
from base.money import round_cents
from base.typography import euros, french_number
from shop.invoices.content import Line, Tax, taxes_of
from shop.pricing.rules import company_deposit

SERIES = "PC"
NUMBER_DIGITS = 4
VALID_DAYS = 30
REMINDER_DAYS = 7  # before the last day, that one included


class ProposalState(StrEnum):
    """« Definitive » is no state: the signature and the deposit, both received, tell it (CGV 2.2)."""

    ASKED = "asked"
    ISSUED = "issued"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            ProposalState.ASKED: "demandée",
            ProposalState.ISSUED: "émise",
            ProposalState.SIGNED: "signée",
            ProposalState.SUPERSEDED: "remplacée",
            ProposalState.EXPIRED: "expirée",
            ProposalState.WITHDRAWN: "retirée",
        }[self]


# An expired proposal is extended by a new version, which supersedes it; a signed one binds. A paper
# that arrived in time is looked at after the last day: an expired proposal may turn out signed.
_NEXT = {
    ProposalState.ASKED: {ProposalState.ISSUED, ProposalState.WITHDRAWN},
    ProposalState.ISSUED: {
        ProposalState.SIGNED,
        ProposalState.SUPERSEDED,
        ProposalState.EXPIRED,
        ProposalState.WITHDRAWN,
    },
    ProposalState.EXPIRED: {ProposalState.SUPERSEDED, ProposalState.SIGNED},
    ProposalState.SIGNED: set(),
    ProposalState.SUPERSEDED: set(),
    ProposalState.WITHDRAWN: set(),
}


def may_become(state: ProposalState, following: ProposalState) -> bool:
    return following in _NEXT[state]


def last_valid_day(issued_on: date) -> date:
    """Thirty days from its issue, that last day included (CGV 2.1)."""
    return issued_on + timedelta(days=VALID_DAYS)


def expires_at(valid_until: date) -> datetime:
    """The first instant at which it can no longer be accepted: midnight in Paris, clocks changed or not."""
    return datetime.combine(valid_until + timedelta(days=1), time(), PARIS)


def state_at(state: ProposalState, valid_until: date | None, now: datetime) -> ProposalState:
    """The state as a reader must see it: the clock writes the expiry down a little after midnight."""
    over = valid_until is not None and now >= expires_at(valid_until)
    return ProposalState.EXPIRED if state == ProposalState.ISSUED and over else state


def may_be_accepted(state: ProposalState, valid_until: date | None, now: datetime) -> bool:
    return state_at(state, valid_until, now) == ProposalState.ISSUED


@dataclass(frozen=True)
class ProposedLine:
    """``unit_price`` is exclusive of VAT; ``discount`` is a share of the line (0.10 for 10 %)."""

    description: str
    unit_price: Decimal
    rate: Decimal
    quantity: Decimal = Decimal(1)
    unit: str = ""
    discount: Decimal = Decimal(0)

    @property
    def gross(self) -> Decimal:
        return round_cents(self.unit_price * self.quantity)

    @property
    def rebate(self) -> Decimal:
        return round_cents(self.gross * self.discount)

    @property
    def excl_vat(self) -> Decimal:
        return self.gross - self.rebate

    @property
    def as_sold(self) -> Line:
        """The line of the invoice to come: the same cents, whatever the discount."""
        return Line(self.description, self.excl_vat, self.rate, details=tuple(self.details))

    @property
    def details(self) -> list[str]:
        quantity = f"{french_number(self.quantity)} {self.unit}".strip()
        found = [f"{quantity} × {euros(self.unit_price)} HT"]
        if self.rebate:
            share = french_number(self.discount * 100)
            found.append(f"remise de {share} % : {euros(-self.rebate)} HT")
        return found


@dataclass(frozen=True)
class Totals:
    """``taxes`` is the VAT of each rate, on the total of its lines."""

    taxes: tuple[Tax, ...]

    @property
    def excl_vat(self) -> Decimal:
        return sum((tax.excl_vat for tax in self.taxes), Decimal("0.00"))

    @property
    def vat(self) -> Decimal:
        return sum((tax.vat for tax in self.taxes), Decimal("0.00"))

    @property
    def incl_vat(self) -> Decimal:
        return self.excl_vat + self.vat

    @property
    def deposit(self) -> Decimal:
        return company_deposit(self.incl_vat)

    @property
    def balance(self) -> Decimal:
        return self.incl_vat - self.deposit

    @property
    def rows(self) -> list[tuple[str, str]]:
        """As printed: label and amount, the total last."""
        if not self.vat:
            return [("Total net de TVA", euros(self.incl_vat))]
        taxes = [(f"TVA {french_number(tax.rate * 100)} %", euros(tax.vat)) for tax in self.taxes]
        return [("Total HT", euros(self.excl_vat)), *taxes, ("Total TTC", euros(self.incl_vat))]


def totals_of(lines: Sequence[ProposedLine]) -> Totals:
    return Totals(taxes_of([line.as_sold for line in lines]))


class BuyerKind(StrEnum):
    COMPANY = "company"
    ASSOCIATION = "association"
    PUBLIC = "public"
    SOLE_TRADER = "sole_trader"
    INDIVIDUAL = "individual"

    @property
    def label(self) -> str:
        return {
            BuyerKind.COMPANY: "une société (SARL, SAS, SA, SCI…)",
            BuyerKind.ASSOCIATION: "une association ou une fondation",
            BuyerKind.PUBLIC: "une collectivité ou un établissement public",
            BuyerKind.SOLE_TRADER: "entrepreneur individuel, en nom propre",
            BuyerKind.INDIVIDUAL: "particulier",
        }[self]


class Route(StrEnum):
    PROPOSAL = "proposal"
    CONTRACT = "contract"


def route_of(kind: BuyerKind) -> Route:
    """A natural person, sole traders included, keeps the protective contract (law.md T-02).

    What O-01 gives to small firms holds for contracts concluded off premises; a proposal that is
    asked for and signed at a distance is not one of them.
    """
    natural = kind in (BuyerKind.SOLE_TRADER, BuyerKind.INDIVIDUAL)
    return Route.CONTRACT if natural else Route.PROPOSAL


@dataclass(frozen=True)
class Instant:
    """Why a request has to wait for somebody; empty reasons mean that it is issued at once."""

    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.reasons


def issued_at_once(
    *,
    has_list_price: bool,
    is_open: bool,
    seats_left: int | None,
    group_size_max: int | None,
    participants: int,
    in_france: bool,
    missing: Sequence[str],
) -> Instant:
    """Whether a request for a public session needs nobody; ``seats_left`` None is unlimited.

    More people than the group holds ask for a second session, which staff proposes (CGV 2.1).
    """
    reasons = []
    if not is_open:
        reasons.append("la session n’est plus ouverte")
    if not has_list_price:
        reasons.append("le prix est à établir")
    if seats_left is not None and participants > seats_left:
        reasons.append("il ne reste pas assez de places")
    elif group_size_max is not None and participants > group_size_max:
        reasons.append("le groupe dépasse l’effectif prévu")
    if not in_france:
        reasons.append("la facturation hors de France est à étudier")
    reasons += [f"il manque : {fact}" for fact in missing]
    return Instant(tuple(reasons))
