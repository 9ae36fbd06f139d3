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


def visitor(address):
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = address
    return request


def test_limit_counts_each_purpose_and_each_visitor():
    here = visitor("192.0.2.1")
    answers = [too_many(here, "essai", per_hour=2) for _ in range(3)]

    assert answers == [False, False, True]
    assert not too_many(here, "autre", per_hour=2)
    assert not too_many(visitor("192.0.2.2"), "essai", per_hour=2)


def test_place_is_free_again_an_hour_after_its_own_sending(time_machine):
    here, start = visitor("192.0.2.1"), timezone.now()
    answers = []
    for minutes in (0, 50, 70, 80):
        time_machine.move_to(start + timedelta(minutes=minutes), tick=False)
        answers.append(too_many(here, "essai", per_hour=2))
    assert answers == [False, False, False, True]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_visitor_of_ipv6_is_its_network(first, second, same):
    assert not too_many(visitor(first), "essai", per_hour=1)
    assert too_many(visitor(second), "essai", per_hour=1) is same


def test_cache_out_of_order_blocks_nobody(monkeypatch, caplog):
    def full(*args, **kwargs):
        raise OSError("disque plein")

    monkeypatch.setattr("django.core.cache.cache.add", full, raising=False)
    monkeypatch.setattr("django.core.cache.cache.set", full, raising=False)
    assert not any(too_many(visitor("192.0.2.1"), "essai", per_hour=1) for _ in range(3))
    assert "ne répond pas" in caplog.text
