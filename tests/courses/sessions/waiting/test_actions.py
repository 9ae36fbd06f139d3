from datetime import timedelta

from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

import pytest

from base.clock import run_due
from base.events import events_of
from courses.models import CourseSession, WaitingEntry
from courses.sessions.rules import SessionState
from courses.sessions.seats import SessionFull, release_seats, take_seats
from courses.sessions.waiting.actions import (
    SeatsAreFree,
    WaitingRefused,
    confirm_group,
    leave,
    offer_now,
    release_for_order,
    remove,
    settle,
)
from courses.sessions.waiting.closing import closes_at
from courses.sessions.waiting.jobs import forget_old_entries, settle_every_list


def state(entry):
    entry.refresh_from_db()
    return entry.state


def taken(session):
    return CourseSession.objects.values_list("seats_taken", flat=True).get(pk=session.pk)


def free(session, count, run_tasks):
    """Somebody gives seats back, and the worker passes."""
    release_seats(session_id=session.pk, count=count)
    run_tasks()


def texts(address):
    return [message.subject for message in mail.outbox if message.to == [address]]


def test_freed_seat_is_offered_to_the_first_and_held(full, queue, run_tasks):
    first, second = queue("a"), queue("b")

    free(full, 1, run_tasks)

    assert (state(first), state(second), taken(full)) == ("offered", "waiting", 2)
    assert first.offered_until - timezone.now() > timedelta(hours=47)
    with pytest.raises(SessionFull):
        take_seats(session_id=full.pk)


def test_offer_is_mailed_with_its_address_and_deadline(full, queue, run_tasks):
    first = queue("a")

    free(full, 1, run_tasks)
    run_tasks()

    assert texts("a@example.org") == [
        "Liste d’attente : Plan marketing",
        "Une place se libère : Plan marketing",
    ]
    first.refresh_from_db()
    assert first.url in mail.outbox[-1].body
    assert first.deadline in mail.outbox[-1].body


def test_second_request_from_an_address_is_the_same_entry(full, queue):
    first, again = queue("a"), queue("a", places=3)

    assert (first.pk, again.places, WaitingEntry.objects.count()) == (again.pk, 1, 1)


def test_group_keeps_its_place_while_smaller_ones_pass(full, queue, run_tasks):
    group, single = queue("g", places=2), queue("s")

    free(full, 1, run_tasks)
    assert (state(group), state(single)) == ("waiting", "offered")

    leave(token=single.token, now=timezone.now())
    free(full, 1, run_tasks)
    assert (state(group), state(single), taken(full)) == ("offered", "declined", 2)


def test_declined_seat_goes_to_the_next(full, queue, run_tasks):
    first, second = queue("a"), queue("b")
    free(full, 1, run_tasks)

    leave(token=first.token, now=timezone.now())
    run_tasks()

    assert (state(first), state(second), taken(full)) == ("declined", "offered", 2)


def test_unanswered_offer_expires_says_so_and_passes_on(full, queue, run_tasks, time_machine):
    first, second = queue("a"), queue("b")
    free(full, 1, run_tasks)
    run_tasks()

    time_machine.move_to(timezone.now() + timedelta(hours=49))
    settle_every_list(timezone.now())
    run_tasks()
    run_tasks()

    assert (state(first), state(second), taken(full)) == ("expired", "offered", 2)
    assert texts("a@example.org")[-1] == "Proposition sans réponse : Plan marketing"


def test_leaving_twice_changes_nothing(full, queue):
    entry = queue("a")

    leave(token=entry.token, now=timezone.now())
    leave(token=entry.token, now=timezone.now())

    assert (state(entry), taken(full)) == ("left", 2)
    assert [event.name for event in events_of(entry)] == [
        "Inscription en liste d’attente",
        "Liste d’attente : partie de la liste",
    ]


def test_more_seats_serve_everybody_that_fits(full, queue, run_tasks):
    entries = [queue("a"), queue("b", places=2), queue("c")]
    CourseSession.objects.filter(pk=full.pk).update(capacity=None)

    settle(session_id=full.pk, now=timezone.now())

    assert ([state(entry) for entry in entries], taken(full)) == (["offered"] * 3, 6)


@pytest.mark.parametrize("change", ["cancelled", "begun"])
def test_cancelled_or_begun_session_closes_its_list_and_tells(full, queue, run_tasks, change):
    offered, waiting = queue("a"), queue("b")
    free(full, 1, run_tasks)
    run_tasks()
    changes = {
        "cancelled": {"state": SessionState.CANCELLED.value},
        "begun": {"starts_on": timezone.localdate(), "ends_on": timezone.localdate()},
    }
    CourseSession.objects.filter(pk=full.pk).update(**changes[change])

    settle(session_id=full.pk, now=timezone.now())
    run_tasks()

    assert (state(offered), state(waiting), taken(full)) == ("closed", "closed", 1)
    for name in "ab":
        assert texts(f"{name}@example.org")[-1] == "Liste d’attente fermée : Plan marketing"


def test_list_closes_before_the_session(full, queue, run_tasks, time_machine):
    entry = queue("a")

    time_machine.move_to(closes_at(full, places=1))
    free(full, 1, run_tasks)

    assert (state(entry), taken(full)) == ("closed", 1)
    with pytest.raises(WaitingRefused, match="est fermée"):
        queue("b")


def test_offer_near_the_closing_ends_with_it(full, queue, run_tasks, time_machine):
    entry = queue("a")
    closing = closes_at(full, places=1)

    time_machine.move_to(closing - timedelta(hours=10), tick=False)
    free(full, 1, run_tasks)

    assert state(entry) == "offered"
    assert entry.offered_until == closing


def test_hidden_session_offers_nothing(full, queue, run_tasks):
    entry = queue("a")
    CourseSession.objects.filter(pk=full.pk).update(state=SessionState.DRAFT.value)

    free(full, 1, run_tasks)

    assert (state(entry), taken(full)) == ("waiting", 1)


def test_nobody_waits_for_seats_that_are_free(full, queue):
    release_seats(session_id=full.pk)

    with pytest.raises(SeatsAreFree):
        queue("a")
    assert queue("b", places=2).state == "waiting"


def test_group_larger_than_the_session_is_refused(full, queue):
    with pytest.raises(WaitingRefused, match="n’accueille pas 3 personnes"):
        queue("a", places=3)


def test_group_that_says_yes_keeps_its_seats_for_a_week(full, queue, run_tasks):
    group = queue("g", places=2)
    free(full, 2, run_tasks)

    confirm_group(token=group.token, now=timezone.now())
    confirm_group(token=group.token, now=timezone.now() + timedelta(days=3))
    run_tasks()

    assert (state(group), taken(full)) == ("offered", 2)
    assert timedelta(days=6) < group.offered_until - timezone.now() < timedelta(days=7)
    assert "Groupe de 2 personnes à traiter : Plan marketing" in [m.subject for m in mail.outbox]


def test_order_takes_over_the_seat_that_was_held(full, queue, run_tasks):
    first, second = queue("a"), queue("b")
    free(full, 1, run_tasks)

    with transaction.atomic():
        held = release_for_order(token=first.token, session_id=full.pk, now=timezone.now())
        take_seats(session_id=full.pk)
    run_tasks()

    assert (held, state(first), state(second), taken(full)) == (True, "accepted", "waiting", 2)


def test_order_that_fails_leaves_the_offer_as_it_was(full, queue, run_tasks):
    first = queue("a")
    free(full, 1, run_tasks)

    @transaction.atomic
    def order_that_fails():
        release_for_order(token=first.token, session_id=full.pk, now=timezone.now())
        take_seats(session_id=full.pk)
        raise LookupError

    with pytest.raises(LookupError):
        order_that_fails()

    assert (state(first), taken(full)) == ("offered", 2)


@pytest.mark.parametrize("token", ["", "inconnu", "waiting", "group"])
def test_order_gets_no_seat_that_is_not_held_for_it(full, queue, run_tasks, token):
    waiting, group = queue("a", places=2), queue("g")
    free(full, 1, run_tasks)
    given = {"waiting": waiting.token, "group": group.token}.get(token, token)
    count = 2 if token == "group" else 1

    assert not release_for_order(token=given, session_id=full.pk, now=timezone.now(), count=count)
    assert taken(full) == 2


def test_staff_offer_out_of_turn_only_when_it_fits(full, queue, run_tasks):
    queue("a", places=2)
    later = queue("b", places=2)

    with pytest.raises(SessionFull):
        offer_now(entry=later, actor="equipe", now=timezone.now())
    release_seats(session_id=full.pk, count=2)
    offer_now(entry=later, actor="equipe", now=timezone.now())

    assert (state(later), taken(full)) == ("offered", 2)
    assert events_of(later).last().actor == "equipe"
    with pytest.raises(WaitingRefused, match="place proposée"):
        offer_now(entry=later, actor="equipe", now=timezone.now())


def test_staff_removal_gives_the_held_seat_to_the_next(full, queue, run_tasks):
    first, second = queue("a"), queue("b")
    free(full, 1, run_tasks)

    remove(entry=first, actor="equipe", now=timezone.now())
    run_tasks()

    assert (state(first), state(second)) == ("removed", "offered")
    with pytest.raises(WaitingRefused, match="retirée"):
        remove(entry=first, actor="equipe", now=timezone.now())


def test_entries_are_forgotten_thirty_days_after_the_start(full, queue):
    entry = queue("a")
    leave(token=entry.token, now=timezone.now())
    start = timezone.now() + timedelta(days=60)

    forget_old_entries(start + timedelta(days=30))
    assert WaitingEntry.objects.count() == 1
    forget_old_entries(start + timedelta(days=31))
    assert WaitingEntry.objects.count() == 0


def test_journal_names_nobody(full, queue, run_tasks):
    entry = queue("camille")
    free(full, 1, run_tasks)
    leave(token=entry.token, now=timezone.now())

    said = [f"{event.actor} {event.data}" for event in events_of(entry)]
    assert len(said) == 3
    assert not any("camille" in text for text in said)


def test_clock_offers_what_no_task_offered(full, queue, run_tasks):
    entry = queue("a")
    CourseSession.objects.filter(pk=full.pk).update(seats_taken=1)

    assert "listes d’attente" in run_due(timezone.now())
    run_tasks()

    assert state(entry) == "offered"


def test_two_live_entries_of_an_address_are_refused_by_the_database(full, queue):
    entry = queue("a")

    with pytest.raises(IntegrityError), transaction.atomic():
        WaitingEntry.objects.create(
            session=full, name="a", email=entry.email, joined_at=timezone.now()
        )


def test_midnight_deadline_belongs_to_the_day_before(full):
    entry = WaitingEntry(session=full, offered_until=closes_at(full, places=1))

    assert entry.deadline.endswith("à minuit")
