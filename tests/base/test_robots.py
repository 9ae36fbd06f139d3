from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

import pytest

from base.robots import opened_by_a_human, opening_stamp, too_many


@pytest.mark.parametrize(
    ("elapsed", "human"),
    [
        (timedelta(seconds=1), False),
        (timedelta(seconds=5), True),
        (timedelta(hours=23), True),
        (timedelta(hours=25), False),
    ],
)
def test_human_takes_some_seconds_and_less_than_a_day(time_machine, elapsed, human):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    stamp = opening_stamp()

    time_machine.move_to(now + elapsed, tick=False)

    assert opened_by_a_human(stamp) is human


def test_stamp_that_is_not_ours_is_a_robot():
    assert not opened_by_a_human("contact:1:faux")


def test_limit_counts_each_purpose_and_each_visitor():
    def visitor(address):
        request = HttpRequest()
        request.META["REMOTE_ADDR"] = address
        return request

    here = visitor("192.0.2.1")
    answers = [too_many(here, "essai", per_hour=2) for _ in range(3)]

    assert answers == [False, False, True]
    assert not too_many(here, "autre", per_hour=2)
    assert not too_many(visitor("192.0.2.2"), "essai", per_hour=2)
