import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from base.workdays import is_teaching_day

FOLDER = Path(__file__).parent
LONG_COURSE_DAYS = 3


def read_site() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "site.toml").read_text(encoding="utf-8"))


def read_legal() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "legal.toml").read_text(encoding="utf-8"))


def read_answers() -> list[dict[str, str]]:
    text = (FOLDER / "answers.toml").read_text(encoding="utf-8")
    return [
        {name: words.strip() for name, words in row.items()}
        for row in tomllib.loads(text)["templates"]
    ]


def read_courses() -> list[dict[str, Any]]:
    files = sorted((FOLDER / "courses").glob("*.toml"))
    return [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]


def first_day(today: date, offset: int, duration_days: float) -> date:
    """A teaching day about ``offset`` days from ``today``; courses of a week begin on a Monday."""
    day = today + timedelta(days=offset)
    while not is_teaching_day(day) or (duration_days >= LONG_COURSE_DAYS and day.weekday() != 0):
        day += timedelta(days=1)
    return day
