from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from base.events import record
from legal.rates.models import VALUES, HalfYearRate
from legal.rates.rules import Rates

Change = dict[str, tuple[Decimal, Decimal]]


class ConfirmationNeeded(Exception):
    """The half-year has begun: its values may already be in letters and invoices."""


def past_changes(row: HalfYearRate, *, today: date) -> Change:
    """Values of a half-year that has begun and that ``row`` would change: old, new."""
    stored = HalfYearRate.objects.filter(pk=row.pk).first()
    if stored is None or stored.half_year.first_day > today:
        return {}
    facts = (*VALUES, "year", "half")
    pairs = {name: (getattr(stored, name), getattr(row, name)) for name in facts}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@transaction.atomic
def save_rates(*, row: HalfYearRate, actor: str, today: date, confirmed: bool = False) -> None:
    """Keeps the row; the journal says who entered or changed which value.

    Raises ConfirmationNeeded when a half-year that has begun would change without ``confirmed``.
    """
    list(HalfYearRate.objects.select_for_update().filter(pk=row.pk))
    changes = past_changes(row, today=today)
    if changes and not confirmed:
        raise ConfirmationNeeded
    is_new = row.pk is None
    row.save()
    record(
        "rates_entered" if is_new else "rates_changed",
        subject=row,
        actor=actor,
        data=_facts(row) | {"past_changes": changes},
    )


def _facts(row: HalfYearRate) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in VALUES}
    return values | {
        "year": row.year, "half": row.half, "source": row.source, "source_date": row.source_date,
    }  # fmt: skip


@transaction.atomic
def set_up_rates(published: tuple[tuple[Rates, str, date], ...]) -> None:
    """Adds the half-years that the table lacks; what staff entered stays."""
    for rates, source, source_date in published:
        HalfYearRate.objects.get_or_create(
            year=rates.half_year.year,
            half=rates.half_year.half,
            defaults={
                "ecb_rate": rates.ecb,
                "legal_rate": rates.legal,
                "legal_rate_individual": rates.legal_individual,
                "source": source,
                "source_date": source_date,
            },
        )
