"""Which transfer pays what: certain, probable or unknown; a person always confirms. Pure.

Amounts are ``Decimal`` euros; days are Paris dates.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from base.importing.lines import fold
from base.typography import euros, french_date
from shop.payments.bank.references import references_in
from shop.payments.bank.statements import EURO, tidy_iban

# Words that a bank drops or adds, and that tell no company from another.
_COMMON = frozenset(
    {
        "sa", "sas", "sasu", "sarl", "eurl", "sci", "snc", "scop", "ste", "societe", "ets",
        "etablissements", "association", "asso", "entreprise", "groupe", "cie", "et", "de", "du",
        "des", "la", "le", "les", "l", "d", "vir", "virement", "sepa", "recu", "inst", "m", "mme", "monsieur", "madame",
    }
)  # fmt: skip
_TELLING = 4  # letters of a word that may tell a company


class LineState(StrEnum):
    TO_MATCH = "to_match"
    WAITING = "waiting"
    MATCHED = "matched"
    RETURNED = "returned"
    SET_ASIDE = "set_aside"

    @property
    def label(self) -> str:
        return {
            LineState.TO_MATCH: "à rapprocher",
            LineState.WAITING: "reste à affecter ou à rendre",
            LineState.MATCHED: "rapprochée",
            LineState.RETURNED: "rendue",
            LineState.SET_ASIDE: "écartée",
        }[self]


def line_state(
    *, amount: Decimal, allocated: Decimal, returned: Decimal, is_set_aside: bool
) -> LineState:
    """What is left of a line set aside is none of our sales."""
    if is_set_aside:
        return LineState.SET_ASIDE
    if amount > allocated + returned:
        return LineState.WAITING if allocated or returned else LineState.TO_MATCH
    return LineState.RETURNED if returned else LineState.MATCHED


class Certainty(StrEnum):
    CERTAIN = "certain"
    PROBABLE = "probable"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {
            Certainty.CERTAIN: "certain",
            Certainty.PROBABLE: "probable",
            Certainty.UNKNOWN: "inconnu",
        }[self]


@dataclass(frozen=True)
class Received:
    """A line of a statement, or what is left of it."""

    amount: Decimal
    received_on: date
    searched: str
    payer: str = ""
    payer_iban: str = ""
    currency: str = EURO
    is_reversal: bool = False


@dataclass(frozen=True)
class Claim:
    """An instalment that nobody has paid yet; ``key`` is that of its row."""

    key: int
    label: str
    amount: Decimal


@dataclass(frozen=True)
class Sale:
    """A proposal or an order: its unpaid ``claims`` in the order in which they fall due.

    ``payable_from`` is the first day on which a consumer may pay (law.md T-06), None for a company.
    A consumer's instalment is paid exactly; that of a company may be paid in parts. ``noted`` are
    paid by transfers that somebody wrote down before their line of a statement was imported.
    Nothing is owed of a proposal that is not signed, which does not bind.
    """

    reference: str
    names: tuple[str, ...]
    claims: tuple[Claim, ...]
    noted: tuple[Claim, ...] = ()
    ibans: frozenset[str] = frozenset()
    is_binding: bool = True
    is_consumer: bool = False
    payable_from: date | None = None


@dataclass(frozen=True)
class Candidate:
    """``claim`` is None when nothing can be paid: the sentence says what to do instead."""

    certainty: Certainty
    sale: Sale
    claim: Claim | None
    amount: Decimal
    sentence: str


class Sales:
    """Found by reference or by amount, and what is still owed of each while lines are matched together."""

    def __init__(self, sales: Iterable[Sale]) -> None:
        self._sales = {sale.reference: sale for sale in sales}
        self._owing: dict[Decimal, list[str]] = defaultdict(list)
        for sale in self._sales.values():
            for claim in (*sale.claims, *sale.noted):
                self._owing[claim.amount].append(sale.reference)

    def quoted(self, references: Iterable[str]) -> list[Sale]:
        return [self._sales[name] for name in references if name in self._sales]

    def with_amount(self, amount: Decimal) -> list[Sale]:
        return [self._sales[name] for name in dict.fromkeys(self._owing.get(amount, ()))]

    def settle(self, sale: Sale, claim: Claim) -> None:
        rest = tuple(other for other in sale.claims if other != claim)
        self._sales[sale.reference] = replace(sale, claims=rest)


def candidates(received: Received, sales: Sales) -> list[Candidate]:
    """The likeliest first. Without a reference, the amount has to be exact and the payer known."""
    quoted = references_in(received.searched)
    named = sales.quoted(quoted)
    if named:
        found = [_by_reference(received, sale, is_alone=len(quoted) == 1) for sale in named]
    else:
        found = list(_by_payer(received, sales.with_amount(received.amount)))
    return sorted(found, key=lambda item: list(Certainty).index(item.certainty))


def certain(found: Iterable[Candidate]) -> Candidate | None:
    return next((item for item in found if item.certainty == Certainty.CERTAIN), None)


def assign(lines: Iterable[Received], sales: Sales) -> list[list[Candidate]]:
    """For lines that are looked at together: what one of them surely pays is no longer owed to the next."""
    every = []
    for line in lines:
        found = candidates(line, sales)
        every.append(found)
        sure = certain(found)
        if sure and sure.claim:
            sales.settle(sure.sale, sure.claim)
    return every


def _by_reference(received: Received, sale: Sale, *, is_alone: bool) -> Candidate:
    noted = next((claim for claim in sale.noted if claim.amount == received.amount), None)
    if noted:
        return _already_noted(sale, noted)
    if not sale.is_binding:
        return _probable(
            sale,
            None,
            Decimal(0),
            "Sa référence est citée, mais la proposition n’est pas signée : rien n’y est dû encore. À "
            "garder en attente de la signature, ou à rendre.",
        )
    if not sale.claims:
        return _probable(
            sale, None, Decimal(0),
            "Sa référence est citée mais rien n’y est dû : un double, peut-être. À rendre, ou à "
            "affecter à une autre vente du même client.",
        )  # fmt: skip
    first = sale.claims[0]
    if _too_early(received, sale):
        return _too_early_candidate(sale)
    exact = next((claim for claim in sale.claims if claim.amount == received.amount), None)
    if exact == first and is_alone and received.currency == EURO and not received.is_reversal:
        return Candidate(
            Certainty.CERTAIN, sale, first, first.amount,
            f"Sa référence est citée et le montant est celui dû ({first.label}).",
        )  # fmt: skip
    if exact:
        return _probable(
            sale, exact, exact.amount, f"Sa référence est citée, montant de : {exact.label}."
        )
    return _with_another_amount(received, sale, first)


def _with_another_amount(received: Received, sale: Sale, claim: Claim) -> Candidate:
    if sale.is_consumer:
        return _probable(
            sale, None, Decimal(0),
            f"Sa référence est citée, pour un autre montant que {euros(claim.amount)} "
            f"({claim.label}) : un particulier paie chaque échéance exactement. À rendre, ou à "
            "régler avec le client.",
        )  # fmt: skip
    if received.amount < claim.amount:
        rest = euros(claim.amount - received.amount)
        return _probable(
            sale,
            claim,
            received.amount,
            f"Paiement partiel ({claim.label}) : il restera {rest} dus.",
        )
    rest = euros(received.amount - claim.amount)
    return _probable(
        sale, claim, claim.amount,
        f"Plus que dû ({claim.label}) : il restera {rest} à affecter ou à rendre.",
    )  # fmt: skip


def _already_noted(sale: Sale, claim: Claim) -> Candidate:
    return _probable(
        sale, claim, claim.amount,
        f"Ce paiement est déjà noté ({claim.label}) : la ligne peut lui être rattachée.",
    )  # fmt: skip


def _by_payer(received: Received, sales: Iterable[Sale]) -> Iterator[Candidate]:
    if received.is_reversal or received.currency != EURO:
        return
    for sale in sales:
        known = _how_known(received, sale)
        noted = next((item for item in sale.noted if item.amount == received.amount), None)
        claim = next((item for item in sale.claims if item.amount == received.amount), None)
        if known and noted:
            yield _already_noted(sale, noted)
        elif known and claim and not _too_early(received, sale):
            yield _probable(
                sale, claim, claim.amount, f"{known} et montant dû ({claim.label}), sans référence."
            )


def _how_known(received: Received, sale: Sale) -> str:
    """Empty when nothing tells that this payer is the buyer."""
    if received.payer_iban and tidy_iban(received.payer_iban) in sale.ibans:
        return "Compte déjà connu"
    payer = received.payer or received.searched
    return "Même nom" if any(alike(payer, name) for name in sale.names) else ""


def _probable(sale: Sale, claim: Claim | None, amount: Decimal, sentence: str) -> Candidate:
    return Candidate(Certainty.PROBABLE, sale, claim, amount, sentence)


def _too_early(received: Received, sale: Sale) -> bool:
    if not sale.is_consumer:
        return False
    return sale.payable_from is None or received.received_on < sale.payable_from


def _too_early_candidate(sale: Sale) -> Candidate:
    when = f"le {french_date(sale.payable_from)}" if sale.payable_from else "la fin de son délai"
    return _probable(
        sale, None, Decimal(0),
        f"Sa référence est citée, mais rien ne peut être encaissé d’un particulier avant {when} : "
        "à rendre, le client le refera.",
    )  # fmt: skip


def alike(payer: str, name: str) -> bool:
    """Whether all the telling words of one are among those of the other, one of them long enough."""
    ours, theirs = _words(name), _words(payer)
    common = ours & theirs
    if not any(len(word) >= _TELLING for word in common):
        return False
    return common in (ours, theirs)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", fold(name))) - _COMMON
