"""Holidays written out by hand: the second source that the library's calendar must agree with."""

from datetime import date, timedelta
from functools import cache

EASTER_SUNDAYS = {
    2025: date(2025, 4, 20), 2026: date(2026, 4, 5), 2027: date(2027, 3, 28),
    2028: date(2028, 4, 16), 2029: date(2029, 4, 1), 2030: date(2030, 4, 21),
    2031: date(2031, 4, 13), 2032: date(2032, 3, 28), 2033: date(2033, 4, 17),
    2034: date(2034, 4, 9), 2035: date(2035, 3, 25), 2036: date(2036, 4, 13),
}  # fmt: skip
FIXED_DAYS = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
EASTER_MONDAY, ASCENSION, WHIT_MONDAY = 1, 39, 50
GOOD_FRIDAY = -2

# An example of postal code, then its local days as (month, day) and as days from Easter.
LOCAL_DAYS = {
    "07000": ([], []),
    "57000": ([(12, 26)], [GOOD_FRIDAY]),
    "67000": ([(12, 26)], [GOOD_FRIDAY]),
    "68100": ([(12, 26)], [GOOD_FRIDAY]),
    "97110": ([(5, 27)], []),
    "97133": ([(10, 9)], []),
    "97150": ([(5, 28)], []),
    "97200": ([(5, 22)], []),
    "97300": ([(6, 10)], []),
    "97400": ([(12, 20)], []),
    "97500": ([], []),
    "97600": ([(4, 27)], []),
    "97700": ([(10, 9)], []),
    "97800": ([(5, 28)], []),
    "98600": ([(4, 28), (6, 29), (7, 29)], []),
    "98714": ([(3, 5), (11, 20)], [GOOD_FRIDAY]),
    "98800": ([(9, 24)], []),
}


@cache
def holidays_of(year, postcode="07000"):
    local_days, local_offsets = LOCAL_DAYS[postcode]
    offsets = [EASTER_MONDAY, ASCENSION, WHIT_MONDAY, *local_offsets]
    return {date(year, *day) for day in FIXED_DAYS + local_days} | {
        EASTER_SUNDAYS[year] + timedelta(days=offset) for offset in offsets
    }


def is_worked(day, postcode="07000"):
    return day.isoweekday() <= 5 and day not in holidays_of(day.year, postcode)
