"""What is owed, as the rules of matching read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet
from django.utils import timezone

from shop.payments.bank.models import BankAllocation, BankLine
from shop.payments.bank.references import references_in
from shop.payments.bank.rules import Candidate, Claim, Received, Sale, Sales, assign, certain
from shop.payments.models import Attempt, Due
from shop.payments.rules import AttemptState, Channel

# Paid sales are read only to tell a double; beyond so many references, a second look tells it.
MOST_QUOTED = 1000


def match(lines: Sequence[BankLine]) -> list[list[Candidate]]:
    """Candidates of each line, in their order. Lines come from ``with_sums``."""
    return match_received([line.left_to_match for line in lines])


def match_received(received: Sequence[Received]) -> list[list[Candidate]]:
    return assign(received, Sales(sales_for(received)))


def certain_matches(lines: Sequence[BankLine]) -> list[tuple[BankLine, Candidate]]:
    pairs = zip(lines, match(lines), strict=True)
    return [(line, sure) for line, found in pairs if (sure := certain(found))]


def sales_for(received: Iterable[Received]) -> list[Sale]:
    """All that is owed or noted by hand, and the paid sales that these texts quote."""
    dues = [*open_dues(), *_noted_dues()]
    known = {due.order.reference for due in dues}
    quoted = {name for item in received for name in references_in(item.searched)} - known
    return list(_sales(dues, sorted(quoted)[:MOST_QUOTED]))


def open_dues() -> QuerySet[Due]:
    """Whatever may still be paid, by anybody."""
    return Due.objects.unpaid().select_related("order").order_by("position")
