import pytest

from base.spreadsheets import harmless_cell, writable_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formula_becomes_a_text(start):
    assert harmless_cell(f"{start}cmd()") == f"'{start}cmd()"


@pytest.mark.parametrize("typed", ["+33 4 75 00 00 00", "-12.5", "Deux\nlignes", ""])
def test_phone_numbers_and_amounts_stay_as_typed(typed):
    assert harmless_cell(typed) == writable_cell(typed) == typed


def test_characters_that_spoil_a_sheet_become_spaces():
    assert writable_cell("Bonjour\x0btoi\ud800\uffff\t!\r\n") == "Bonjour toi  \t!\r\n"
