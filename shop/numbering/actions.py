"""Numbers of invoices, proposals, agreements and complaints: one row lock a series, never a database sequence (law.md I-03)."""

from __future__ import annotations

from datetime import date

from shop.numbering.models import SeriesCounter
from shop.numbering.rules import Place, next_place


def take_place(series: str, today: date, *, digits: int = 5) -> Place:
    """The next place of a series, in the caller's transaction; whatever undoes it gives it back.

    The row stays locked until that transaction ends: take it last.
    """
    SeriesCounter.objects.get_or_create(
        series=series, defaults={"year": today.year, "issued_on": today}
    )
    counter = SeriesCounter.objects.select_for_update().get(series=series)
    last = Place(series, counter.year, counter.sequence, counter.issued_on, digits)
    place = next_place(last, today)
    counter.year, counter.sequence, counter.issued_on = place.year, place.sequence, place.issued_on
    counter.save(update_fields=["year", "sequence", "issued_on"])
    return place
