import pytest

from mail.plain_text import UnknownElement, plain_text, subject_of

PAGE = """
<html><head><title>Objet&nbsp;:
  suite</title><style>p { color: red }</style></head><body><main>
  <h1>Titre</h1>
  <p>Un paragraphe
     sur <strong>deux</strong> lignes.<br>
     Puis une autre.</p>
  <dl><dt>Formation</dt><dd>Plan &amp; budget</dd><dt>Session</dt><dd>Lyon</dd></dl>
  <ul><li>un</li><li>deux</li></ul>
  <ol><li>premier</li><li>second</li></ol>
  <p><a class="button" href="https://www.example.org/a?b=1&amp;c=2">Voir la commande</a></p>
  <p><a href="mailto:x@example.org">x@example.org</a></p>
  <blockquote>Bonjour,<br><br>- je cite</blockquote>
</main><footer><p>LEXOM<br>Lyon</p><p>Fin.</p></footer></body></html>
"""
TEXT = """\
Titre

Un paragraphe sur deux lignes.
Puis une autre.

Formation\u00a0: Plan & budget
Session\u00a0: Lyon

- un
- deux

1. premier
2. second

Voir la commande <https://www.example.org/a?b=1&c=2>

x@example.org

> Bonjour,
>
> - je cite

-- 
LEXOM
Lyon
Fin.
"""  # noqa: W291  the signature mark ends with a space


def test_every_element_has_its_plain_text():
    assert plain_text(PAGE) == TEXT


def test_subject_is_the_title_on_one_line():
    assert subject_of(PAGE) == "Objet : suite"


@pytest.mark.parametrize("tag", ["table", "div", "span", "img", "script"])
def test_element_without_plain_text_is_refused(tag):
    with pytest.raises(UnknownElement, match=f"<{tag}>"):
        plain_text(f"<p>avant</p><{tag}>")
