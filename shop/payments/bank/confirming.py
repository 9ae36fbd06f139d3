"""One click of a person for all that is certain: each line in its own transaction, judged again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from base.typography import euros
from shop.payments.bank.actions import allocate
from shop.payments.bank.matching import certain_matches
from shop.payments.bank.models import BankAllocation, BankLine
from shop.payments.bank.rules import Candidate
from shop.payments.gateway_errors import GatewayError
from shop.payments.models import Due
from shop.payments.rules import ChargeTooEarly
from shop.payments.transfers import TransferRefused

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Pair:
    """A line and the due that it surely pays, as a page showed them."""

    line_id: int
    due_id: int

    def __str__(self) -> str:
        return f"{self.line_id}-{self.due_id}"


@dataclass(frozen=True)
class Sure:
    line: BankLine
    candidate: Candidate
    pair: Pair


@dataclass(frozen=True)
class Outcome:
    done: tuple[BankAllocation, ...]
    refused: tuple[str, ...]


def certain_now() -> list[Sure]:
    """Oldest first, as many as one click takes."""
    return list(_sure(certain_matches(list(_waiting()))))[:MOST_AT_ONCE]


def _sure(matches: Iterable[tuple[BankLine, Candidate]]) -> Iterable[Sure]:
    for line, candidate in matches:
        if candidate.claim:
            yield Sure(line, candidate, Pair(line.pk, candidate.claim.key))


def _waiting() -> QuerySet[BankLine]:
    found: QuerySet[BankLine] = BankLine.objects.unsettled().order_by("booked_on", "pk")
    return found


def confirm_certain(*, shown: Collection[Pair], actor: str, now: datetime) -> Outcome:
    """Only what the person saw, and what is still certain; each refusal is a sentence for staff."""
    done, refused = [], []
    for sure in certain_now():
        if sure.pair not in shown:
            continue
        try:
            done.append(
                allocate(
                    line=sure.line,
                    due=Due.objects.get(pk=sure.pair.due_id),
                    amount=sure.candidate.amount,
                    actor=actor,
                    now=now,
                )
            )
        except (TransferRefused, ChargeTooEarly) as refusal:
            refused.append(f"{sure.line} : {refusal}")
        except GatewayError:
            amount = euros(sure.candidate.amount)
            refused.append(f"{sure.line} : Stripe ne répond pas, {amount} restent à rapprocher.")
    return Outcome(tuple(done), tuple(refused))
