"""Who belongs to a company and what its members may read. Pure.

Anyone may type any SIREN on the public form: a number that two people typed proves nothing about
them. What is proven is an e-mail address, by the code that was sent to it. Hence three rules:

1. the first person who proves the address of an issued proposal founds the account of that company
   and administers it;
2. whoever types the same SIREN afterwards reads what they asked for themselves and nothing else,
   until an administrator of the company invites them and they accept, or until staff attach them;
3. what belongs to a company is read by its present members only, whoever asked for it: a person
   who leaves takes nothing along.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shop.proposals.rules import ProposalState

INVITATION_LIFETIME = timedelta(days=14)
MOST_INVITATIONS_A_DAY = 20


class MemberRole(StrEnum):
    ADMINISTRATOR = "administrator"
    MEMBER = "member"

    @property
    def label(self) -> str:
        return {
            MemberRole.ADMINISTRATOR: "administrateur",
            MemberRole.MEMBER: "membre",
        }[self]


@dataclass(frozen=True)
class Reader:
    """``email`` is proven and in lower case; ``companies`` are those of which they are members."""

    email: str
    companies: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Belonging:
    """Of a proposal: the address it was asked from, and its company once it has one."""

    email: str
    company: int | None = None


def may_read(reader: Reader, paper: Belonging) -> bool:
    """Rule 3, and rule 2 for what has no company yet."""
    if paper.company is not None:
        return paper.company in reader.companies
    return paper.email.lower() == reader.email


@dataclass(frozen=True)
class KnownCompany:
    key: int
    name: str
    siren: str


@dataclass(frozen=True)
class Destination:
    """Where a proposal belongs: a company, a company to found, or nobody but its contact."""

    company: int | None = None
    founds: bool = False


ALONE = Destination()


def destination_of(
    *,
    siren: str,
    name: str,
    followed: int | None,
    memberships: Sequence[KnownCompany],
    taken: Collection[str],
) -> Destination:
    """For a proposal whose contact has proven their address, see the rules above.

    ``followed`` is the company of the version that it replaces, ``memberships`` are the companies
    of which the contact is a member today, ``taken`` the SIREN that have an account. Without a
    SIREN a company is known by its name, and only among those of the contact.
    """
    if followed is not None:
        return Destination(followed)
    for company in memberships:
        same = company.siren == siren if siren else not company.siren and same_name(company, name)
        if same:
            return Destination(company.key)
    if siren and siren in taken:
        return ALONE
    return Destination(founds=True)


def same_name(company: KnownCompany, name: str) -> bool:
    return company.name.casefold() == name.casefold()


def invitation_ends_at(invited_at: datetime) -> datetime:
    """The first instant at which it can no longer be accepted."""
    return invited_at + INVITATION_LIFETIME


def may_leave(role: MemberRole, administrators: int) -> bool:
    """``administrators`` counts the present ones, this one included: somebody must remain."""
    return role != MemberRole.ADMINISTRATOR or administrators > 1


class Standing(StrEnum):
    """A proposal as its company sees it."""

    IN_PREPARATION = "in_preparation"
    TO_SIGN = "to_sign"
    DEPOSIT_DUE = "deposit_due"
    DEFINITIVE = "definitive"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _WORDS[self][0]

    @property
    def next_step(self) -> str:
        """A sentence; empty when nothing is left to do."""
        return _WORDS[self][1]

    @property
    def asks_the_company(self) -> bool:
        return self in (Standing.TO_SIGN, Standing.DEPOSIT_DUE)


_WORDS = {
    Standing.IN_PREPARATION: (
        "en préparation",
        "Nous préparons la proposition ; vous la recevrez par e-mail.",
    ),
    Standing.TO_SIGN: ("à signer", "Relisez-la et acceptez-la."),
    Standing.DEPOSIT_DUE: (
        "acompte à payer",
        "La commande devient définitive à réception de l’acompte.",
    ),
    Standing.DEFINITIVE: ("définitive", ""),
    Standing.EXPIRED: ("expirée", "Écrivez-nous pour en recevoir une nouvelle."),
    Standing.REPLACED: ("remplacée", ""),
    Standing.WITHDRAWN: ("retirée", ""),
    Standing.CANCELLED: ("annulée", ""),
}
_STANDINGS = {
    ProposalState.ASKED: Standing.IN_PREPARATION,
    ProposalState.ISSUED: Standing.TO_SIGN,
    ProposalState.EXPIRED: Standing.EXPIRED,
    ProposalState.SUPERSEDED: Standing.REPLACED,
    ProposalState.WITHDRAWN: Standing.WITHDRAWN,
}


def standing_of(
    state: ProposalState, *, is_definitive: bool, is_cancelled: bool = False
) -> Standing:
    """``state`` is that of the present instant."""
    if is_cancelled:
        return Standing.CANCELLED
    if state == ProposalState.SIGNED:
        return Standing.DEFINITIVE if is_definitive else Standing.DEPOSIT_DUE
    return _STANDINGS[state]
