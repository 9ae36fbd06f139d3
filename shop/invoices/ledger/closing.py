"""Closings of the days, months and years that are over (law.md I-11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from base.money import round_cents
from shop.invoices.ledger.actions import lock_head
from shop.invoices.ledger.models import LedgerClosing, LedgerEntry, LedgerHead
from shop.invoices.ledger.rules import (
    GENESIS,
    ClosingFacts,
    Movement,
    Period,
    PeriodKind,
    Totals,
    finished_periods,
    movement,
)


@dataclass(frozen=True)
class Counted:
    totals: Totals
    last_entry: int


@transaction.atomic
def close_finished_periods(now: datetime) -> None:
    """Job: closes what is over and not closed, days without any entry included.

    The lock of the head makes payments wait: none may be written into a day that is being closed.
    """
    head = lock_head(now)
    last = _last_of_each_kind()
    closed_periods = {kind: closing.closed_period for kind, closing in last.items()}
    periods = finished_periods(head.opened_on, closed_periods, timezone.localdate(now))
    previous = LedgerClosing.objects.order_by("-number").first()
    for period in periods:
        previous = last[period.kind] = _close(period, last.get(period.kind), previous, now)
    if periods:
        _reopen_after(head, periods[-1].ends_on)


def _last_of_each_kind() -> dict[PeriodKind, LedgerClosing]:
    found = {
        kind: LedgerClosing.objects.filter(period=kind.value).order_by("-number").first()
        for kind in PeriodKind
    }
    return {kind: closing for kind, closing in found.items() if closing}


def _reopen_after(head: LedgerHead, last_day: date) -> None:
    head.open_from = max(head.open_from, _end_of(last_day))
    head.save(update_fields=["open_from"])


def _end_of(day: date) -> datetime:
    """The first instant of the next Paris day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _close(
    period: Period, before: LedgerClosing | None, previous: LedgerClosing | None, now: datetime
) -> LedgerClosing:
    first = before.last_entry + 1 if before else 1
    counted = _count(first, _end_of(period.ends_on))
    moved = counted.totals.all_rates
    cumulative = (before.cumulative if before else Movement()) + moved
    facts = ClosingFacts(
        number=previous.number + 1 if previous else 1,
        period=period.kind.value,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        first_entry=first,
        last_entry=counted.last_entry,
        entry_sha256=_hash_of(counted.last_entry),
        payments=moved.payments,
        refunds=moved.refunds,
        by_rate=counted.totals.to_json(),
        cumulative_payments=cumulative.payments,
        cumulative_refunds=cumulative.refunds,
        closed_at=now,
    )
    chained = previous.sha256 if previous else GENESIS
    closing: LedgerClosing = LedgerClosing.append(
        **asdict(facts), previous=chained, sha256=facts.digest(chained)
    )
    return closing


def _count(first: int, end: datetime) -> Counted:
    """Entries from number ``first`` on, before the instant ``end``."""
    rows: Iterable[dict[str, Any]] = (
        LedgerEntry.objects.filter(number__gte=first, at__lt=end)
        .order_by()
        .values("kind", "vat_rate")
        .annotate(total=Sum("amount"), last=Max("number"))
    )
    rows = list(rows)
    totals = Totals.of(
        (row["vat_rate"], movement(row["kind"], round_cents(row["total"]))) for row in rows
    )
    return Counted(totals, max((row["last"] for row in rows), default=first - 1))


def _hash_of(number: int) -> str:
    if number == 0:
        return GENESIS
    found: str = LedgerEntry.objects.values_list("sha256", flat=True).get(number=number)
    return found
