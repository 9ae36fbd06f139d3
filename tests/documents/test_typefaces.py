import pytest

from documents.typefaces import drawable


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (
            "Œuvre № 3 à 1\u202f188\u00a0€ ☐ ☑ ✓ → Ÿ Ωмега",
            "Œuvre № 3 à 1\u202f188\u00a0€ ☐ ☑ ✓ → Ÿ Ωмега",
        ),
        ("e\u0301te\u0301", "été"),
        ("Société 🎓 中", "Société □ □"),
        ("❤\ufe0f👩\u200d🎓", "❤□□"),
        ("a\tb\r\nc\x00\x1b", "a\tb\r\nc"),
        ("l&#x27;œil &amp; &lt;b&gt; &eacute;", "l&#x27;œil &amp; &lt;b&gt; &eacute;"),
        ("&#128512; &#x1F393 &#x200D;", "□ □ "),
        ("AT&T &inconnue;", "AT&T &inconnue;"),
    ],
)
def test_drawable_replaces_only_what_the_fonts_lack(text, printed):
    assert drawable(text) == printed
