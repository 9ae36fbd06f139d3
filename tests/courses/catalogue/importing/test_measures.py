from datetime import date
from decimal import Decimal

import pytest

from courses.catalogue.importing.measures import (
    Duration,
    read_date,
    read_duration,
    read_group_size,
)


@pytest.mark.parametrize(
    ("text", "days", "hours"),
    [
        ("2 Jours", "2", None),
        ("2 jours (14 heures)", "2", "14"),
        ("1,5 jour soit 10,5 h", "1.5", "10.5"),
        ("14h00 sur deux jours", "2", "14"),
        ("3 h 30", None, "3.5"),
        ("3 h 45", None, None),
        ("2 jours, 7 heures par jour", "2", "14"),
        ("2 jours de 7 heures", "2", "14"),
        ("7 h/jour", None, None),
        ("2 jours, de 9h00 à 17h30", "2", None),
        ("une demi-journée", "0.5", None),
        ("3 demi-journées", "1.5", None),
        ("2 jours et demi", "2.5", None),
        ("à définir", None, None),
    ],
)
def test_read_duration_says_no_more_than_the_text(text, days, hours):
    expected = Duration(days and Decimal(days), hours and Decimal(hours))

    assert read_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("Effectif : 4 à 10 personnes", (4, 10)),
        ("De 3 à 8", (3, 8)),
        ("12 participants maximum", (None, 12)),
        ("Effectif maximum : 12", (None, 12)),
        ("minimum 4, maximum 10", (4, 10)),
        ("jusqu’à 6 stagiaires", (None, 6)),
        ("8 stagiaires", (None, 8)),
        ("petit groupe", (None, None)),
    ],
)
def test_read_group_size_reads_fewest_and_most(text, sizes):
    assert read_group_size(text) == sizes


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Mise à jour : 12/03/2026", date(2026, 3, 12)),
        ("le 1er août 2026", date(2026, 8, 1)),
        ("31/02/2026", None),
        ("mars 2026", None),
    ],
)
def test_read_date_reads_whole_dates_only(text, day):
    assert read_date(text) == day
