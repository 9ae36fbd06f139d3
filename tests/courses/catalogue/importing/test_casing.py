import pytest

from base.importing.lines import parse_lines
from courses.catalogue.importing.casing import is_guess, unshout, vocabulary


@pytest.fixture
def known():
    return vocabulary(
        parse_lines(["Le suivi opérationnelle du CRM à Nîmes", "Une équipe", "Des formés", "AVIS"])
    )


@pytest.mark.parametrize(
    ("shouted", "written"),
    [
        ("EQUIPE", "Équipe"),
        ("EQUIPES", "Équipes"),
        ("SUIVI OPERATIONNEL", "Suivi opérationnel"),
        ("CRM A NIMES", "CRM à Nîmes"),
        ("FORME", "Forme"),
        ("Déjà écrit", "Déjà écrit"),
    ],
)
def test_unshout_follows_the_words_of_the_sheet(shouted, written, known):
    assert unshout(shouted, known) == written


@pytest.mark.parametrize(("name", "guess"), [("EQUIPE", False), ("AVIS", True), ("Avis", False)])
def test_is_guess_tells_words_found_nowhere_else(name, guess, known):
    assert is_guess(name, known) is guess
