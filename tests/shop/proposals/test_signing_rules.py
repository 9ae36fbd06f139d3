"""The code, the mention and how long they hold. No database."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.proposals.signing.evidence import happened
from shop.proposals.signing.rules import (
    BLOCKED_FOR,
    CODE_LIFETIME,
    CONFIRMED_FOR,
    blocked_until,
    is_alive,
    is_confirmed,
    is_mention,
    new_code,
    read_code,
)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    "typed",
    [
        "BON POUR ACCORD", "bon pour accord", "  Bon  pour\taccord ", "bonpouraccord",
        "Bon pour áccord", "BON\u00a0POUR\u202fACCORD",
    ],
)  # fmt: skip
def test_mention_is_recognised_whatever_its_capitals_accents_and_spaces(typed):
    assert is_mention(typed)


@pytest.mark.parametrize(
    "typed", ["", "bon", "BON POUR ACORD", "BON POUR ACCORD !", "« BON POUR ACCORD »", "J’accepte"]
)
def test_anything_else_is_no_mention(typed):
    assert not is_mention(typed)


@given(st.text(max_size=40))
def test_only_letters_of_the_mention_make_one(typed):
    letters = re.sub(r"[^a-z]", "", typed.casefold())
    if is_mention(typed) and typed.isascii():
        assert letters == "bonpouraccord"


def test_code_has_six_digits_and_is_not_always_the_same():
    codes = {new_code() for _ in range(50)}
    assert len(codes) > 40
    assert all(re.fullmatch(r"[0-9]{6}", code) for code in codes)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("012345", "012345"), (" 012 345 ", "012345"), ("01234", ""), ("0123456", ""),
        ("abcdef", ""), ("٠١٢٣٤٥", ""), ("", ""),
    ],
)  # fmt: skip
def test_code_is_read_as_people_type_it(typed, code):
    assert read_code(typed) == code


def test_code_lives_a_quarter_of_an_hour():
    assert is_alive(NOW, NOW + CODE_LIFETIME - INSTANT)
    assert not is_alive(NOW, NOW + CODE_LIFETIME)
    assert not is_alive(None, NOW)


def test_proved_address_signs_within_two_hours():
    assert is_confirmed(NOW, NOW + CONFIRMED_FOR - INSTANT)
    assert not is_confirmed(NOW, NOW + CONFIRMED_FOR)
    assert not is_confirmed(None, NOW)


def test_fifth_wrong_code_blocks_an_hour():
    assert blocked_until(4, NOW, NOW) is None
    assert blocked_until(5, NOW, NOW) == NOW + timedelta(hours=1)
    assert blocked_until(5, NOW, NOW + BLOCKED_FOR) is None
    assert blocked_until(0, None, NOW) is None


@pytest.mark.parametrize("typed", ["2026-99-99", "2026-12-25", "2026-02-30"])
def test_proof_prints_words_as_typed_even_those_that_look_like_a_day(typed):
    data = {"function": typed, "valid_until": "2026-12-25"}
    details = happened(NOW, "Signature commencée", "Alix Essai", data).details
    assert details == (f"fonction : {typed}", "valable jusqu’au : 25 décembre 2026")
