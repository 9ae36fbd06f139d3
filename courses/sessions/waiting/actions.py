"""What happens on a waiting list. Only these functions change the state of an entry.

Each locks the session's row first: seats and entries of one session change one after the other.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from base.events import record
from courses.sessions.models import CourseSession
from courses.sessions.rules import PUBLIC_STATES
from courses.sessions.seats import lock_session, release_seats, take_seats
from courses.sessions.waiting.closing import closes_at
from courses.sessions.waiting.mails import tell_staff_of_group, write_to
from courses.sessions.waiting.models import WaitingEntry
from courses.sessions.waiting.rules import (
    GROUP_LASTS,
    WaitingState,
    may_become,
    offer_until,
    state_after_leaving,
    who_fits,
)

VISITOR = "personne inscrite"  # the journal outlives the entry: no name in it
CLOCK = "liste d’attente"


class WaitingRefused(Exception):
    """The message is one French sentence for whoever asked; nothing was written."""


class SeatsAreFree(WaitingRefused):
    """There is nothing to wait for."""


@transaction.atomic
def join(*, session_id: int, name: str, email: str, places: int, now: datetime) -> WaitingEntry:
    """Adds somebody at the end; an address that is on the list already keeps its entry as it is.

    Raises WaitingRefused: closed, too large a group, or SeatsAreFree.
    """
    session = lock_session(session_id)
    email = email.strip().lower()
    existing = WaitingEntry.objects.live().filter(session=session, email=email).first()
    if existing is not None:
        return existing
    _refuse_join(session, places, now)
    entry = WaitingEntry.objects.create(
        session=session, name=name, email=email, places=places, joined_at=now
    )
    _record(entry, "Inscription en liste d’attente", VISITOR, now)
    write_to(entry, "waiting_joined")
    return entry


def _refuse_join(session: CourseSession, places: int, now: datetime) -> None:
    if session.state not in PUBLIC_STATES or session.starts_on <= timezone.localdate(now):
        raise WaitingRefused("Cette session n’est plus ouverte aux inscriptions.")
    if offer_until(now, closes_at(session, places=places)) is None:
        raise WaitingRefused(
            "La liste d’attente est fermée : la session est trop proche pour qu’une place "
            "libérée puisse encore vous être proposée."
        )
    if session.capacity is not None and places > session.capacity:
        raise WaitingRefused(f"Cette session n’accueille pas {places} personnes.")
    if session.seats_left is None or session.seats_left >= places:
        raise SeatsAreFree("Il reste assez de places : inscrivez-vous directement.")


@transaction.atomic
def settle(*, session_id: int, now: datetime) -> None:
    """Brings a list up to date: closes, takes back what nobody answered, offers what is free.

    May run as often as one likes, for whatever reason; the lock keeps two runs apart.
    """
    session = lock_session(session_id)
    for entry in WaitingEntry.objects.live().filter(session=session).by_arrival():
        entry.session = session
        _end_if_time(entry, now)
    _offer_free_seats(lock_session(session_id), now)


def _end_if_time(entry: WaitingEntry, now: datetime) -> None:
    session = entry.session
    if session.is_cancelled or session.starts_on <= timezone.localdate(now):
        _close(entry, now)
    elif entry.is_offered and entry.offered_until and entry.offered_until <= now:
        _change(entry, WaitingState.EXPIRED, CLOCK, now)
        write_to(entry, "waiting_expired")
    elif entry.is_waiting and offer_until(now, closes_at(session, places=entry.places)) is None:
        _close(entry, now)


def _close(entry: WaitingEntry, now: datetime) -> None:
    had_offer = entry.is_offered
    _change(entry, WaitingState.CLOSED, CLOCK, now)
    write_to(entry, "waiting_closed", had_offer=had_offer)


def _offer_free_seats(session: CourseSession, now: datetime) -> None:
    if session.state not in PUBLIC_STATES:
        return
    entries = list(WaitingEntry.objects.waiting().filter(session=session).by_arrival())
    for position in who_fits([entry.places for entry in entries], session.seats_left):
        entry = entries[position]
        entry.session = session
        _offer(entry, CLOCK, now)


def _offer(entry: WaitingEntry, actor: str, now: datetime) -> None:
    until = offer_until(now, closes_at(entry.session, places=entry.places))
    if until is None:
        raise WaitingRefused("La session est trop proche pour proposer encore une place.")
    take_seats(session_id=entry.session_id, count=entry.places)
    entry.offered_until = until
    _change(entry, WaitingState.OFFERED, actor, now)
    write_to(entry, "waiting_offer")


@transaction.atomic
def leave(*, token: str, now: datetime) -> WaitingEntry:
    """Leaves the list, or declines what was offered; nothing happens the second time.

    Raises WaitingEntry.DoesNotExist.
    """
    entry = _locked(token)
    if entry.is_live:
        _change(entry, state_after_leaving(WaitingState(entry.state)), VISITOR, now)
    return entry


@transaction.atomic
def confirm_group(*, token: str, now: datetime) -> WaitingEntry:
    """A group wants its seats: they stay held long enough to write a proposal; staff are told.

    Raises WaitingRefused when the seats are no longer held, WaitingEntry.DoesNotExist.
    """
    entry = _locked(token)
    if not entry.is_offered:
        raise WaitingRefused("Ces places ne sont plus tenues à votre disposition.")
    if entry.confirmed_at is None:
        closing = closes_at(entry.session, places=entry.places)
        until = offer_until(now, closing, lasting=GROUP_LASTS)
        entry.confirmed_at, entry.offered_until = now, until or entry.offered_until
        entry.save(update_fields=["confirmed_at", "offered_until"])
        _record(entry, "Groupe confirmé", VISITOR, now)
        tell_staff_of_group(entry)
    return entry


@transaction.atomic
def release_for_order(*, token: str, session_id: int, now: datetime, count: int = 1) -> bool:
    """Gives the seats of an offer back, for the caller to take in the same transaction.

    The session's row is locked here and stays so until the caller's transaction ends: nobody else
    can have the seats in between, and a caller that fails leaves the offer as it was. An offer past
    its deadline that nobody took back yet still counts. False: no such offer, nothing was changed.
    """
    if not token:
        return False
    lock_session(session_id)
    offers = WaitingEntry.objects.offered().select_related("session")
    entry = offers.filter(token=token, session_id=session_id, places=count).first()
    if entry is None:
        return False
    _change(entry, WaitingState.ACCEPTED, VISITOR, now)
    return True


@transaction.atomic
def remove(*, entry: WaitingEntry, actor: str, now: datetime) -> WaitingEntry:
    """Staff take somebody off the list, and the seats back. Raises WaitingRefused."""
    entry = _locked(entry.token)
    _change(entry, WaitingState.REMOVED, actor, now)
    return entry


@transaction.atomic
def offer_now(*, entry: WaitingEntry, actor: str, now: datetime) -> WaitingEntry:
    """Staff offer seats out of turn. Raises WaitingRefused, SeatsRefused."""
    entry = _locked(entry.token)
    if not entry.is_waiting:
        raise WaitingRefused(f"Cette inscription est déjà « {entry.get_state_display()} ».")
    _offer(entry, actor, now)
    return entry


def _locked(token: str) -> WaitingEntry:
    """The session is locked before the entry is read: what it says cannot change any more."""
    lock_session(WaitingEntry.objects.values_list("session_id", flat=True).get(token=token))
    return WaitingEntry.objects.select_related("session__course").get(token=token)


def _change(entry: WaitingEntry, state: WaitingState, actor: str, now: datetime) -> None:
    """Whatever ends an offer gives its seats back."""
    before = WaitingState(entry.state)
    if not may_become(before, state):
        raise WaitingRefused(f"Cette inscription est déjà « {before.label} ».")
    entry.state = state.value
    if not entry.is_live:
        entry.ended_at = now
    entry.save(update_fields=["state", "offered_until", "ended_at"])
    if before == WaitingState.OFFERED:
        release_seats(session_id=entry.session_id, count=entry.places)
    _record(entry, f"Liste d’attente : {state.label}", actor, now)


def _record(entry: WaitingEntry, name: str, actor: str, now: datetime) -> None:
    data = {
        "session": entry.session_id, "places": entry.places, "offered_until": entry.offered_until,
    }  # fmt: skip
    record(name, subject=entry, actor=actor, data=data, at=now)
