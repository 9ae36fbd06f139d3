import pytest

from base.importing.lines import parse_lines
from courses.catalogue.importing.timetable import (
    HalfDayMark,
    half_day_mark,
    numbering_of,
    roman,
    title_of,
)


def line(text):
    return parse_lines([text])[0]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Jour 1 - Matin", HalfDayMark(1, "morning")),
        ("Jour 1 – Matin", HalfDayMark(1, "morning")),
        ("JOUR 2 APRÈS-MIDI", HalfDayMark(2, "afternoon")),
        ("Jour n°3 : après midi", HalfDayMark(3, "afternoon")),
        ("J2 - PM", HalfDayMark(2, "afternoon")),
        ("1er jour, matinée", HalfDayMark(1, "morning")),
        ("Deuxième journée", HalfDayMark(2, None)),
        ("Après-midi (13h30-17h)", HalfDayMark(None, "afternoon")),
        ("Jour 1 – Matin (9h-12h30)", HalfDayMark(1, "morning")),
        ("Jour 1 – Matin : Les bases", HalfDayMark(1, "morning", "Les bases")),
        ("Demi-journée 3", HalfDayMark(2, "morning")),
        ("Jour 2 - Matin (suite)", HalfDayMark(2, "morning")),
        ("Jour de fête", None),
        ("Le matin du grand jour", None),
        ("2 jours", None),
    ],
)
def test_half_day_mark_reads_days_and_moments(text, mark):
    assert half_day_mark(line(text)) == mark


@pytest.mark.parametrize(
    ("text", "numbered"),
    [
        ("1. Titre", (1, "Titre")),
        ("2) Titre", (2, "Titre")),
        ("3 - Titre", (3, "Titre")),
        ("2. 5 erreurs", (2, "5 erreurs")),
        ("Module 4 : Titre", (4, "Titre")),
        ("Séquence n° 2 – Titre", (2, "Titre")),
        ("Partie IV : Titre", (4, "Titre")),
        ("II. Titre", (2, "Titre")),
    ],
)
def test_title_of_reads_the_usual_numberings(text, numbered):
    kind = numbering_of([line(text)])

    assert title_of(kind, line(text)) == numbered


@pytest.mark.parametrize("text", ["1.1 Détail", "2026 : bilan", "- 1. Point", "Titre"])
def test_numbering_of_leaves_points_alone(text):
    assert numbering_of([line(text)]) is None


@pytest.mark.parametrize(("numeral", "value"), [("I", 1), ("IV", 4), ("IX", 9), ("XII", 12)])
def test_roman_reads_numerals(numeral, value):
    assert roman(numeral) == value
