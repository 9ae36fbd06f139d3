import pytest

from legal.terms.consumer_law import CLAUSES, review
from legal.terms.text import Article, Part, Terms
from pages.demo.terms import read_terms, terms_text

ONLY = Terms(
    (Part("II", "Prix", "", (Article("2.2", "Contrat", "<p>Elles sont IRRÉVOCABLES.</p>"),)),)
)


def test_every_doubtful_clause_is_found_in_terms_that_hold_them_all():
    text = terms_text(read_terms()["part"])

    found = review(text)

    assert [clause.says for clause in found.gone] == []
    assert {clause.anchor for clause in found.found} <= text.anchors


def test_review_tells_what_stands_and_what_is_gone():
    found = review(ONLY)

    assert [(clause.place, clause.anchor) for clause in found.found] == [("2.2", "article-2-2")]
    assert len(found.gone) == len(CLAUSES) - 1


def test_article_rewritten_without_the_clause_no_longer_matches():
    article = Article("2.2", "Contrat", "<p>Le client peut toujours renoncer.</p>")

    assert review(Terms((Part("II", "Prix", "", (article,)),))).found == ()


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: f"{clause.place} {clause.words}")
def test_every_clause_says_its_law_and_what_happens_instead(clause):
    told = (clause.says, clause.conflict, clause.law, clause.instead, clause.companies)

    assert all(told)
    assert all(sentence.endswith((".", ")")) for sentence in (clause.says, clause.conflict))
