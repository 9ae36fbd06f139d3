import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.lines import one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Camille\u00a0 Essai ", "Camille Essai"),
        ("Camille\r\nBcc: autre@example.org", "Camille Bcc: autre@example.org"),
        ("Ca\x00mi\x07lle", "Camille"),
        ("Camille\u202eiassE", "CamilleiassE"),
        ("\ud800Camille", "Camille"),
        ("\u200b\u200d", ""),
        ("كاميليا", "كاميليا"),
        ("Zoé 👩\u200d🚀", "Zoé 👩\u200d🚀"),
        ("'); DROP TABLE shop_order; --", "'); DROP TABLE shop_order; --"),
    ],
)
def test_typed_text_becomes_one_visible_line(typed, kept):
    assert one_line(typed) == kept


@given(st.text())
def test_line_never_breaks_and_stays_as_it_is(text):
    line = one_line(text)

    assert [char for char in line if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")] == []
    assert (one_line(line), line.encode().decode()) == (line, line)
