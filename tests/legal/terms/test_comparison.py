from hypothesis import given
from hypothesis import strategies as st

from legal.terms.comparison import (
    Change,
    Piece,
    after_of,
    before_of,
    compare,
    likeness,
    match,
    passages,
    word_diff,
)
from legal.terms.text import Article, Part, Terms
from tests.factories.terms import terms_text

WORDS = st.lists(st.sampled_from(["acompte", "30", "%", " ", "\n", "jours", ",", "é"])).map("".join)


@given(WORDS | st.text(), WORDS | st.text())
def test_word_diff_gives_either_text_back(before, after):
    pieces = word_diff(before, after)

    assert (before_of(pieces), after_of(pieces)) == (before, after)


@given(WORDS)
def test_word_diff_of_a_text_with_itself_changes_nothing(text):
    assert {piece.change for piece in word_diff(text, text)} <= {Change.SAME}


def test_word_diff_shows_the_words_that_changed():
    assert word_diff("valable 30 jours.", "valable 45 jours.") == (
        Piece(Change.SAME, "valable "),
        Piece(Change.DELETED, "30"),
        Piece(Change.INSERTED, "45"),
        Piece(Change.SAME, " jours."),
    )


def test_word_diff_groups_neighbouring_words():
    pieces = word_diff("un délai de dix jours", "un délai de trois mois")

    assert [(p.change.value, p.text) for p in pieces] == [
        ("same", "un délai de "),
        ("deleted", "dix jours"),
        ("inserted", "trois mois"),
    ]


def test_word_diff_of_endless_texts_stays_quick():
    before, after = "mot " * 9000, "autre " * 9000

    assert word_diff(before, after) == (
        Piece(Change.DELETED, before),
        Piece(Change.INSERTED, after),
    )


def part(*articles):
    return Terms((Part("II", "Prix", "", articles),))


LONG = "<p>Les factures se paient à la fin de la prestation, dès leur réception.</p>"


def test_articles_are_matched_by_number_then_by_wording():
    before = part(Article("2.1", "Prix", "<p>Hors taxes.</p>"), Article("2.2", "Délai", LONG))
    after = part(
        Article("2.1", "Prix", "<p>Toutes taxes comprises.</p>"), Article("2.3", "Délai", LONG)
    )

    old, new = passages(before), passages(after)

    assert {old[i].number: new[j].number for i, j in match(old, new).items()} == {
        "II": "II",
        "2.1": "2.1",
        "2.2": "2.3",
    }


def test_likeness_counts_shared_words():
    one = passages(part(Article("2.1", "", LONG)))[1]
    other = passages(part(Article("2.9", "", "<p>Autre chose.</p>")))[1]

    assert (likeness(one, one), likeness(one, other)) == (1.0, 0.0)


def test_compare_tells_added_removed_changed_and_unchanged_articles():
    before = terms_text("<p>Un.</p>", "<p>Deux.</p>")
    after = part(Article("2.1", "Article 1", "<p>Un !</p>"), Article("2.3", "Nouveau", LONG))

    found = [(c.anchor, c.label) for c in compare(before, after)]

    assert found == [
        ("supprime-titre-i", "supprimé"),
        ("titre-ii", "inchangé"),
        ("article-2-1", "modifié"),
        ("supprime-article-2-2", "supprimé"),
        ("article-2-3", "ajouté"),
    ]


TEXTS = st.lists(st.sampled_from(["<p>Un.</p>", "<p>Deux mots.</p>", LONG, "<p>x</p>"]), max_size=4)


@given(TEXTS, TEXTS)
def test_compare_loses_no_article_of_either_version(old, new):
    before, after = terms_text(*old), terms_text(*new)

    changes = compare(before, after)

    assert sorted(p.heading for p in passages(before)) == sorted(
        before_of(c.heading) for c in changes if c.before
    )
    assert [p.heading for p in passages(after)] == [after_of(c.heading) for c in changes if c.after]
