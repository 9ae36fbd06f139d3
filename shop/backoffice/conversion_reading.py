"""The requests of a period and what became of them, from the rows: two queries, whatever their number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from shop.backoffice.conversion import Ending, Journey
from shop.backoffice.periods import Days
from shop.payments.models import Due
from shop.payments.rules import AttemptState
from shop.pricing.rules import DueKind
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState, state_at

ENDINGS = {
    ProposalState.EXPIRED: Ending.EXPIRED,
    ProposalState.WITHDRAWN: Ending.WITHDRAWN,
}

PATHS = {"course": "course__title", "signed_at": "signature__signed_at"}


class Version(NamedTuple):
    """A row; those of one number are one journey, and a second session is one of its own."""

    pk: int
    number: str
    state: str
    asked_at: datetime
    issued_at: datetime | None
    valid_until: date | None
    incl_vat: Any
    definitive_at: datetime | None
    session_id: int | None
    course: str
    signed_at: datetime | None


def journeys_of(days: Days | None, now: datetime) -> list[Journey]:
    """Of the requests made during these days; of every request without them."""
    rows = _rows(days)
    versions, deposits = _versions(rows), _deposits(rows)
    chains = groupby(versions, key=lambda version: version.number or version.pk)
    return [_journey(list(chain), deposits, now) for _, chain in chains]


def _rows(days: Days | None) -> QuerySet[Proposal]:
    """Every version of what was asked for during these days."""
    asked = Proposal.objects.filter(predecessor__isnull=True)
    if days:
        asked = asked.filter(asked_at__date__range=(days.first, days.last))
    numbers = asked.exclude(number="").values("number")
    return Proposal.objects.filter(Q(pk__in=asked.values("pk")) | Q(number__in=numbers))


def _versions(rows: QuerySet[Proposal]) -> Iterator[Version]:
    """Those of one number follow each other, the oldest first."""
    paths = (PATHS.get(name, name) for name in Version._fields)
    found = rows.order_by("number", "version", "pk").values_list(*paths)
    return map(Version._make, found)


def _deposits(rows: QuerySet[Proposal]) -> dict[int, datetime]:
    """When the last part of it arrived, of those who paid all of it."""
    dues = Due.objects.filter(kind=DueKind.DEPOSIT.value, proposal__in=rows.values("pk"))
    paid = Q(attempts__state=AttemptState.SUCCEEDED.value)
    parts = (
        dues.annotate(arrived=Max("attempts__finished_at", filter=paid))
        .order_by("proposal")
        .values_list("proposal", "arrived")
    )
    found = {
        proposal: [arrived for _, arrived in group]
        for proposal, group in groupby(parts, key=lambda part: part[0])
    }
    return {key: max(arrived) for key, arrived in found.items() if all(arrived)}


def _journey(chain: list[Version], deposits: dict[int, datetime], now: datetime) -> Journey:
    first, last = chain[0], chain[-1]
    state = state_at(ProposalState(last.state), last.valid_until, now)
    return Journey(
        course=last.course,
        is_intra=last.session_id is None,
        asked_on=timezone.localdate(first.asked_at),
        issued_on=_day(first.issued_at),
        signed_on=_day(last.signed_at),
        deposit_on=_day(deposits.get(last.pk)),
        definitive_on=_day(last.definitive_at),
        ending=ENDINGS.get(state),
        amount=last.incl_vat,
    )


def _day(instant: datetime | None) -> date | None:
    return timezone.localdate(instant) if instant else None
