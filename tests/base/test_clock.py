from datetime import UTC, datetime, timedelta

from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

import pytest

from base import clock
from base.clock import Job, JobRun, present, register, run_due

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def jobs(db, monkeypatch):
    """No job but those that the test registers."""
    monkeypatch.setattr(clock, "_jobs", {})


def counting_job(name="compte", every=timedelta(hours=1)):
    runs = []
    register(Job(name, every, runs.append))
    return runs


def test_job_runs_at_once_then_after_its_period():
    runs = counting_job()

    for moment in (NOON, NOON + timedelta(minutes=59), NOON + timedelta(hours=1)):
        run_due(moment)

    assert runs == [NOON, NOON + timedelta(hours=1)]


@pytest.mark.parametrize("alone", [False, True])
def test_jobs_run_on_when_the_system_clock_goes_back(alone):
    runs = []
    register(Job("compte", timedelta(days=1), runs.append, own_transactions=alone))
    run_due(NOON + timedelta(hours=3))
    run_due(NOON)
    run_due(NOON + timedelta(hours=3))

    assert runs == [NOON + timedelta(hours=3), NOON]


def test_two_clocks_a_few_seconds_apart_run_a_job_once():
    runs = counting_job()
    run_due(NOON + timedelta(seconds=20))
    run_due(NOON)

    assert len(runs) == 1


class Enough(Exception):
    pass


def turns_of_the_clock(time_machine, monkeypatch, turns, then):
    """The command, each pause taking as long as it says; ``then`` happens in the first one."""
    left = turns

    def pause(seconds):
        nonlocal left
        left -= 1
        if left == 0:
            raise Enough
        then()
        time_machine.shift(seconds)

    monkeypatch.setattr("base.management.commands.clock.time.sleep", pause)
    # The transaction of the test lives in the connection that would be renewed.
    monkeypatch.setattr("base.management.commands.clock.close_old_connections", lambda: None)
    with pytest.raises(Enough):
        call_command("clock")


def test_time_goes_on_from_the_instant_to_which_a_trial_site_was_moved(time_machine, monkeypatch):
    """A pause lasts half a minute; what has to happen each minute happens one minute later."""
    moved = NOON + timedelta(days=30)
    runs = counting_job(every=timedelta(minutes=1))
    time_machine.move_to(NOON, tick=False)

    turns_of_the_clock(time_machine, monkeypatch, 5, lambda: moved in runs or run_due(moved))

    assert runs == [NOON, moved, moved + timedelta(minutes=1)]


def test_present_of_production_follows_the_system_clock_alone(time_machine, monkeypatch, settings):
    settings.CLOCK_MAY_BE_MOVED = False
    later = NOON + timedelta(days=30)
    runs = counting_job(every=timedelta(minutes=1))
    time_machine.move_to(NOON, tick=False)

    turns_of_the_clock(time_machine, monkeypatch, 4, lambda: later in runs or run_due(later))

    assert runs == [NOON, later, *(NOON + timedelta(seconds=wait) for wait in (30, 90))]


def test_broken_job_is_reported_retried_and_does_not_stop_the_others(caplog):
    def fail(now):
        raise ValueError("panne")

    register(Job("a casse", timedelta(hours=1), fail))
    runs = counting_job("b compte")

    assert run_due(NOON) == ["b compte"]
    assert JobRun.objects.get(name="a casse").latest_run_at is None
    assert "a casse" in caplog.text
    assert runs == [NOON]


def test_clock_command_runs_once_at_a_simulated_instant():
    runs = counting_job()

    call_command("clock", "--once", "--now", "2026-12-08T12:00+01:00")

    assert runs == [datetime(2026, 12, 8, 11, 0, tzinfo=UTC)]


@pytest.mark.parametrize("text", ["demain", "2026-12-08T12:00"])
def test_clock_command_refuses_an_instant_without_meaning(text):
    with pytest.raises(CommandError, match="fuseau"):
        call_command("clock", "--now", text)


def test_time_cannot_be_moved_in_production(settings):
    settings.CLOCK_MAY_BE_MOVED = False

    with pytest.raises(CommandError, match="production"):
        call_command("clock", "--now", "2026-12-08T12:00+01:00")


def test_database_that_does_not_answer_does_not_stop_the_clock(monkeypatch, caplog):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    runs = counting_job()
    monkeypatch.setattr(JobRun.objects, "get_or_create", locked)

    assert run_due(NOON) == []
    assert runs == []
    assert "compte" in caplog.text


def test_job_with_its_own_transactions_runs_in_none_of_ours():
    runs, nested = [], []

    def run(now):
        nested.append(len(connection.savepoint_ids))
        runs.append(now)

    depth = len(connection.savepoint_ids)
    register(Job("seul", timedelta(hours=1), run, own_transactions=True))

    for moment in (NOON, NOON + timedelta(minutes=59), NOON + timedelta(hours=1)):
        run_due(moment)

    assert runs == [NOON, NOON + timedelta(hours=1)]
    assert nested == [depth, depth]


def test_job_with_its_own_transactions_is_tried_again_after_a_failure(caplog):
    def fail(now):
        raise ValueError("panne")

    register(Job("seul", timedelta(hours=1), fail, own_transactions=True))

    assert run_due(NOON) == []
    assert JobRun.objects.get().latest_run_at is None
    assert "seul" in caplog.text


def test_present_follows_a_clock_that_was_moved(settings):
    counting_job()
    future = NOON + timedelta(days=3650)
    assert present() < future

    run_due(future)
    assert present() == future
    settings.CLOCK_MAY_BE_MOVED = False
    assert present() < future
