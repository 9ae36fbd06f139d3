import pytest

from base.importing.lines import parse_lines
from courses.catalogue.importing.programme import read_programme


def outline(*texts):
    """Half-days as « day moment », titles and points, then the warnings."""
    programme = read_programme(parse_lines(texts))
    half_days = [
        (f"{half_day.day} {half_day.moment}", [(m.title, *m.points) for m in half_day.modules])
        for half_day in programme.half_days
    ]
    return half_days, list(programme.warnings)


def test_read_programme_takes_the_title_of_a_half_day_for_its_only_module():
    assert outline("Jour 1 - Matin : Les bases", "- a", "- b") == (
        [("1 morning", [("Les bases", "a", "b")])],
        [],
    )


def test_read_programme_takes_a_module_written_after_its_half_day():
    assert outline("Jour 1 - Matin : 1. Les bases", "- a") == (
        [("1 morning", [("Les bases", "a")])],
        [],
    )


def test_read_programme_tells_a_title_of_half_day_that_has_no_place():
    assert outline("Jour 1 - Matin : Découvrir", "Pour bien commencer", "1. Les bases") == (
        [("1 morning", [("Les bases",)])],
        [
            "Texte du programme non repris : « Pour bien commencer ».",
            "Texte du programme non repris : « Découvrir ».",
        ],
    )


def test_read_programme_parts_a_day_into_its_moments():
    assert outline("Jour 1 : Découvrir", "Matin", "1. Un", "Après-midi", "2. Deux") == (
        [("1 morning", [("Un",)]), ("1 afternoon", [("Deux",)])],
        ["Texte du programme non repris : « Découvrir »."],
    )


def test_read_programme_goes_on_with_a_half_day_named_again_after_a_page():
    assert outline("Jour 1 - Matin", "1. Un", "Jour 1 - Matin (suite)", "- a", "2. Deux") == (
        [("1 morning", [("Un", "a"), ("Deux",)])],
        [],
    )


def test_read_programme_keeps_a_half_day_without_points():
    assert outline("Jour 1 - Matin : Visite de l’atelier") == (
        [("1 morning", [("Visite de l’atelier",)])],
        [],
    )


def test_read_programme_leaves_out_an_empty_half_day_and_says_so():
    assert outline("Jour 1 - Matin", "1. Un", "Jour 1 - Après-midi") == (
        [("1 morning", [("Un",)])],
        ["Jour 1, après-midi : aucun module."],
    )


def test_read_programme_names_a_module_that_has_no_title():
    assert outline("Jour 2 - Matin", "- a") == (
        [("2 morning", [("Jour 2, matin", "a")])],
        ["Jour 2, matin : un module n’a pas de titre dans la fiche."],
    )


def test_read_programme_reads_a_title_on_the_line_after_its_number():
    assert outline("Jour 1 - Matin", "Module 1", "Les bases", "- a") == (
        [("1 morning", [("Les bases", "a")])],
        [],
    )


@pytest.mark.parametrize("bullet", ["-", "•", "·", "–", "—", "*", "▪", "o", "\uf0b7", "➢"])
def test_read_programme_knows_the_usual_bullets(bullet):
    assert outline("Jour 1 - Matin", "1. Un", f"{bullet} a ;") == (
        [("1 morning", [("Un", "a")])],
        [],
    )


def test_read_programme_keeps_the_introduction_apart():
    programme = read_programme(parse_lines(["En fin de stage, vous saurez :", "1. Un", "- a"]))

    assert programme.introduction == "En fin de stage, vous saurez :"
