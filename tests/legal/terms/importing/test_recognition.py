import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legal.terms.importing.recognition import recognise
from legal.terms.text import plain_text
from tests.factories.terms_sheet import SHEET


def read(text=SHEET):
    return recognise(text.splitlines())


def test_titles_and_articles_keep_their_numbers_and_titles():
    text = read().text

    assert [part.heading for part in text.parts] == [
        "I. Application", "II. Commande", "III. Prix", "IV. Exécution", "V. Divers",
    ]  # fmt: skip
    assert [article.heading for article in text.articles] == [
        "2.1. Proposition", "2.2. Contrat définitif", "3.1. Montant", "4.1. Moyens", "5.1. Loi",
    ]  # fmt: skip


def test_paragraphs_lists_links_and_introductions_are_kept():
    text = read().text

    assert text.parts[0].introduction == "<p>Commander vaut acceptation.</p>"
    assert text.parts[2].introduction == "<p>Une phrase avant les articles.</p>"
    assert text.articles[0].html == (
        "<p>La proposition comprend :</p>"
        "<ul><li>le prix, comme dit à l’article 3.5 ;</li><li>la durée.</li></ul>"
        "<p>Elle vaut 30 jours. Voir "
        '<a href="https://mediation.example/">https://mediation.example/</a> ou '
        '<a href="https://exemple.fr">https://exemple.fr</a>.</p>'
    )


def test_course_sheet_before_the_terms_is_left_out_and_told():
    ignored = read().ignored

    assert [(span.label, span.first_line, span.last_line) for span in ignored] == [
        ("texte qui précède les conditions", 1, 4),
        ("intitulé du document", 6, 6),
        ("numéro de page", 23, 23),
    ]
    assert ignored[0].excerpt.startswith("Souder à l’arc Objectifs Régler un poste")


def test_reference_to_an_article_is_not_taken_for_a_heading():
    assert [article.number for article in read().text.parts[2].articles] == ["3.1"]


def test_what_is_missing_is_told():
    text = SHEET.replace("2.1. Proposition\n", "").replace("V. Divers", "").replace("5.1. Loi", "")

    assert read(text).missing == (
        "Seulement 4 titres sur les 5 attendus.",
        "L’article 2.1 n’a pas été trouvé.",
    )
    assert read().missing == ()


def test_terms_without_any_sheet_are_read_from_their_first_title():
    alone = SHEET[SHEET.index("I. Application") :]

    assert (read(alone).text, read(alone).ignored[0].label) == (read().text, "numéro de page")


@pytest.mark.parametrize("text", ["", "Bonjour.", "Conditions générales de vente", "II. Prix"])
def test_text_without_a_first_title_holds_no_terms(text):
    assert not read(text).is_terms


@given(st.lists(st.sampled_from([*SHEET.splitlines(), "1.1. X", "I. Y", "VI. Z", "# Titre"])))
def test_recognition_loses_no_word_and_never_fails(lines):
    found = recognise(lines)

    text = found.text
    kept = " ".join(
        [part.heading + " " + plain_text(part.introduction) for part in text.parts]
        + [article.heading + " " + plain_text(article.html) for article in text.articles]
    )
    left_out = {n for span in found.ignored for n in range(span.first_line, span.last_line + 1)}
    if text.parts:
        words = {
            word
            for number, line in enumerate(lines, 1)
            if number not in left_out
            for word in re.findall(r"[^\W\d_]{3,}", line)
        }
        assert words <= set(re.findall(r"[^\W\d_]{3,}", kept))
