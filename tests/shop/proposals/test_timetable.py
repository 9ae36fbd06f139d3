from datetime import date, time

import pytest

from shop.orders.contract import TaughtDay
from shop.proposals.timetable import TimetableUnread, day_outside, read_timetable, write_timetable

DAY = TaughtDay(
    date(2027, 1, 12), ((time(9), time(12, 30)), (time(13, 30), time(17)))
)  # fmt: skip
NEXT = TaughtDay(date(2027, 1, 13), ((time(9), time(12)),))


@pytest.mark.parametrize(
    "line",
    [
        "12/01/2027 : 9h-12h30, 13h30-17h",
        "12/1/2027 9:00-12:30 13:30-17:00",
        "12/01/2027 de 9 h à 12 h 30 et de 13 h 30 à 17 h.",
        "  12/01/2027: 09h00 – 12h30 ; 13h30 – 17h00  ",
    ],
)
def test_day_is_read_as_people_write_it(line):
    assert read_timetable(line) == (DAY,)


def test_what_is_written_is_read_back_in_the_order_of_days():
    text = write_timetable([NEXT, DAY])
    assert text == "13/01/2027 : 9h-12h\n12/01/2027 : 9h-12h30, 13h30-17h"
    assert read_timetable(f"\n{text}\n\n") == (DAY, NEXT)


def test_nothing_is_an_empty_timetable():
    assert read_timetable(" \n ") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lundi matin", "Écrivez « lundi matin » ainsi"),
        ("31/02/2027 : 9h-12h", "ainsi"),
        ("12/01/2027", "ainsi"),
        ("12/01/2027 : 25h-26h", "ainsi"),
        ("12/01/2027 : 9h-12h puis sieste", "ainsi"),
        ("12/01/2027 : 12h-9h", "ne se suivent pas"),
        ("12/01/2027 : 9h-12h, 11h-17h", "ne se suivent pas"),
        ("12/01/2027 : 9h-12h\n12/01/2027 : 14h-17h", "deux fois"),
        ("x" * 500, "…"),
    ],
)
def test_what_cannot_be_read_is_told(text, sentence):
    with pytest.raises(TimetableUnread, match=sentence):
        read_timetable(text)


def test_day_outside_the_two_dates_is_found():
    days = read_timetable(write_timetable([DAY, NEXT]))
    assert day_outside(days, DAY.day, NEXT.day) is None
    assert day_outside(days, DAY.day, DAY.day) == NEXT.day
    assert day_outside(days, NEXT.day, NEXT.day) == DAY.day
