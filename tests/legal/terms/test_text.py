import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legal.terms.text import (
    Article,
    Part,
    Terms,
    as_data,
    clean_html,
    from_data,
    numbering_faults,
    plain_text,
    unsafe_links,
)
from tests.factories.terms import terms_text

MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "<b>", "</b>", "<i>",
         "</i>", "<a href='https://lexom.fr/'>", "<a href=javascript:alert(1)>", "</a>", "<br>",
         "<script>", "</script>", "<img src=x onerror=y>", "un mot", " ", "&lt;p&gt;", "<", "é & à"]
    )
).map("".join)  # fmt: skip


class Nesting(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.faults = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in {"p", "ul", "ol", "li", "strong", "em", "a"} or (attrs and tag != "a"):
            self.faults.append((tag, attrs))
        if tag == "li" and self.open[-1:] not in (["ul"], ["ol"]):
            self.faults.append(tag)
        if tag in {"p", "ul", "ol"} and self.open:
            self.faults.append((tag, self.open))
        self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")


@given(MARKUP)
def test_clean_html_is_well_formed_and_holds_only_what_is_allowed(source):
    reader = Nesting()
    reader.feed(clean_html(source))
    reader.close()

    assert (reader.faults, reader.open) == ([], [])


@given(MARKUP)
def test_clean_html_of_its_own_result_changes_nothing(source):
    once = clean_html(source)

    assert clean_html(once) == once


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("texte nu", "<p>texte nu</p>"),
        ("<p>un <b>mot</b> <i>dit</i></p>", "<p>un <strong>mot</strong> <em>dit</em></p>"),
        ("<p>l'acompte : 30 %</p>", "<p>l’acompte\u00a0: 30\u202f%</p>"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        (
            "<ol><li>a<ul><li>b</li></ul></li></ol>",
            "<ol><li>a</li><li>b</li></ol>",
        ),
        ("<h2>Titre</h2>", "<p>Titre</p>"),
        ('<a href="http://x.fr">x</a>', "<p>x</p>"),
        ('<a href="https://x.fr" onclick="y">x</a>', '<p><a href="https://x.fr">x</a></p>'),
        ("<script>alert(1)</script><p>a</p>", "<p>a</p>"),
        ("<p> </p>", ""),
    ],
)
def test_clean_html_keeps_paragraphs_lists_emphasis_and_secure_links(source, expected):
    assert clean_html(source) == expected


def test_plain_text_has_a_line_for_each_paragraph_and_item():
    source = "<p>Un <b>mot</b> &amp; deux.</p><ul><li>premier</li><li>second</li></ul>"

    assert plain_text(source) == "Un mot & deux.\npremier\nsecond"


def test_unsafe_links_are_named():
    source = (
        '<a href="http://a.fr">a</a> <a href="https://b.fr">b</a> <a linktype="page" id="3">c</a>'
    )

    assert unsafe_links(source) == ["http://a.fr", ""]


def test_anchors_come_from_the_numbers():
    text = Terms((Part("III", "Prix", "", (Article("3.5", "Annulation", "<p>x</p>"),)),))

    assert text.anchors == {"titre-iii", "article-3-5"}


def test_numbering_faults_tell_what_is_malformed_or_repeated():
    article = Article("3.a", "Titre", "")
    part = Part("3", "Prix", "", (article, Article("3.1", "x", ""), Article("3.1", "y", "")))

    assert numbering_faults(Terms((part,))) == [
        "« 3 » n’est pas un numéro de titre (I, II, III…).",
        "« 3.a » n’est pas un numéro d’article (par exemple 3.5).",
        "Plusieurs passages portent le numéro d’article 3.1.",
    ]


def test_text_survives_a_journey_through_data():
    text = terms_text("<p>Un</p>", "<p>Deux</p>")

    assert from_data(as_data(text)) == text
    assert re.fullmatch(r"article-2-\d", text.articles[0].anchor)
