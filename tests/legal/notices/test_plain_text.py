import pytest
from hypothesis import given
from hypothesis import strategies as st

from legal.notices.plain_text import text_of

words = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"], exclude_characters="<>&-|"),
    min_size=1,
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>Titre</h2><p>Un <b>mot</b> et\nun autre.</p>", "Titre\nUn mot et un autre."),
        ("<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"),
        ("<p>ligne<br>suivante</p>", "ligne\nsuivante"),
        ("<table><tr><th>a</th><td>b</td></tr></table>", "a | b"),
        ("<p>l&#x27;été &amp; l&rsquo;hiver</p>", "l'été & l’hiver"),
        ("<p>4\u202f000\u00a0€</p>", "4\u202f000\u00a0€"),
        ("", ""),
    ],
)
def test_text_is_the_words_of_the_page_line_by_line(html, text):
    assert text_of(html) == text


@given(st.lists(words, min_size=1))
def test_each_paragraph_is_a_line(paragraphs):
    assert text_of("".join(f"<p>{p}</p>" for p in paragraphs)).split("\n") == paragraphs
