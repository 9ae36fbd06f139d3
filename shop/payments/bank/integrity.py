"""What the lines of statements must never say, one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q

from base.private_files import FileFault, read
from shop.payments.bank.models import BankAllocation, BankLine, BankStatement
from shop.payments.rules import AttemptState, Channel


def bank_faults() -> Iterator[str]:
    yield from _lines_given_twice()
    yield from _allocations_without_their_payment()
    yield from _statements_without_their_file()


def _lines_given_twice() -> Iterator[str]:
    for line in BankLine.objects.with_sums().filter(settled__gt=F("amount")):
        yield f"{line} : {line.settled} € affectés ou rendus, pour {line.amount} € reçus."


def _allocations_without_their_payment() -> Iterator[str]:
    """A transfer is the whole of its attempt, which succeeded."""
    wrong = (
        ~Q(attempt__state=AttemptState.SUCCEEDED.value)
        | ~Q(attempt__channel=Channel.TRANSFER.value)
        | ~Q(attempt__amount=F("amount"))
    )
    for allocation in BankAllocation.objects.filter(wrong).select_related("attempt__due"):
        yield f"{allocation} : elle ne correspond pas à la tentative {allocation.attempt_id}."


def _statements_without_their_file() -> Iterator[str]:
    for statement in BankStatement.objects.iterator():
        try:
            read(statement.sha256)
        except FileFault:
            yield f"Relevé {statement} : son fichier a disparu ou a changé."
