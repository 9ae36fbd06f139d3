from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from shop.numbering.rules import Place, next_place

DAY = date(2026, 12, 30)


def test_number_names_series_year_and_rank():
    assert Place("F", 2026, 7, DAY).number == "F-2026-00007"


def test_rank_begins_again_with_the_year():
    last = Place("F", 2026, 41, DAY)
    assert next_place(last, date(2026, 12, 31)) == Place("F", 2026, 42, date(2026, 12, 31))
    assert next_place(last, date(2027, 1, 1)) == Place("F", 2027, 1, date(2027, 1, 1))


def test_date_never_goes_back_even_over_the_new_year():
    last = Place("F", 2027, 1, date(2027, 1, 1))
    assert next_place(last, date(2026, 12, 31)) == Place("F", 2027, 2, date(2027, 1, 1))


@given(st.lists(st.dates(date(2026, 1, 1), date(2030, 1, 1)), min_size=1, max_size=60))
def test_whatever_the_clock_says_the_series_has_no_gap_and_no_step_back(days):
    place = Place("F", days[0].year, 0, days[0])
    for day in days:
        before, place = place, next_place(place, day)
        assert place.issued_on >= before.issued_on
        assert place.year == place.issued_on.year
        expected = before.sequence + 1 if place.year == before.year else 1
        assert place.sequence == expected
