"""A number taken and, every third time, given back by a failure."""

from datetime import date, timedelta

from django.db import transaction

from shop.numbering.actions import take_place
from shop.numbering.rules import Place

TODAY = date(2026, 12, 1)


class Undone(Exception):
    """A failure after the number was taken."""


@transaction.atomic
def take(place: int) -> Place:
    """The days arrive in disorder, as from clocks that differ."""
    taken = take_place("F", TODAY + timedelta(days=place * 7 % 5))
    if place % 3 == 0:
        raise Undone
    return taken
