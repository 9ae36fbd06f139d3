"""A line of the journal is shown whatever somebody typed. No database."""

import pytest

from base.events import Event
from base.typography import NBSP
from shop.backoffice.labels import details


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-01T10:00",
        "2026-02-30T10:00:00Z",
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59+00:00",
        "2026-02-30",
        "Toujours pas de réponse",
    ],
)
def test_words_that_only_look_like_a_date_are_shown_as_typed(typed):
    assert details(Event(data={"text": typed})) == f"détail : {typed}"


def test_days_instants_and_amounts_are_shown_as_people_write_them():
    data = {"sent_at": "2026-11-24T09:30:00Z", "due_by": "2026-12-08", "amount": "356.40"}
    shown = details(Event(data=data))
    assert shown == (
        f"montant : 356,40{NBSP}€ ; avant le : 8 décembre 2026 ; envoyée le : 24/11/2026 à 10:30"
    )
