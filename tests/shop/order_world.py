"""A few sessions, whoever orders them, Stripe and the mail server: what a history acts on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client

from django_tasks import default_task_backend

from base.clock import Job, registered_jobs
from courses.models import CoursePage, CourseSession, HalfDay
from legal.terms.acceptance import RequestFacts
from shop.models import Order
from shop.orders.actions import OrderRefused, place_order
from shop.orders.consents import consent_boxes
from shop.orders.drafts import offer_for_draft, save_draft, session_of
from shop.payments.gateway_errors import GatewayError
from tests.factories.courses import CourseSessionFactory
from tests.factories.orders import paris

START = paris(date(2026, 11, 10), 10)
# Far apart: a name that is misspelt still designates one person only.
PEOPLE = ("Camille Exemple", "Dominique Modele", "Maxence Gabarit", "Sacha Patron", "Alix Fictif")
CAPACITIES = (1, 2, 2)
ROOMS = ("shop.", "mail.", "courses.sessions.", "base.")
# Lays out again what nobody reads here.
UNREAD = "prepare_draft_contract"


class Crash(BaseException):
    """A process is killed: nothing catches that."""


def open_sessions(course: CoursePage) -> list[CourseSession]:
    """Two taught days each, the first in forty days, one month apart."""
    return [_session(course, capacity, place) for place, capacity in enumerate(CAPACITIES)]


def _session(course: CoursePage, capacity: int, place: int) -> CourseSession:
    first = START.date() + timedelta(days=40 + 28 * place)
    days = (first, first + timedelta(days=1))
    session = CourseSessionFactory(
        course=course, capacity=capacity, starts_on=days[0], ends_on=days[1]
    )
    for day in days:
        for start, end in ((time(9), time(12, 30)), (time(13, 30), time(17))):
            HalfDay.objects.create(session=session, date=day, start_time=start, end_time=end)
    return session


def jobs() -> list[Job]:
    return [job for job in registered_jobs() if job.run.__module__.startswith(ROOMS)]


@contextmanager
def dying(at: int) -> Iterator[None]:
    """Whoever runs inside is killed instead of sending the ``at``-th statement to the database."""
    left = at

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal left
        left -= not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        if left == 0:
            left = -1
            raise Crash
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield


class World:
    def __init__(self, stripe: Any, clock: Any, sessions: list[CourseSession]) -> None:
        self.stripe, self.clock, self.sessions = stripe, clock, sessions
        self.client = Client()
        self.dies_at = 0
        self.number = 0
        stripe.server.control("reset")
        default_task_backend.clear()
        self.move_to(START)

    def move_to(self, now: datetime) -> None:
        self.now = now
        self.clock.move_to(now.astimezone(UTC), tick=False)
        self.stripe.move(now)

    def next_number(self) -> int:
        self.number += 1
        return self.number

    # Processes

    def do(self, act: Callable[[], Any]) -> Any:
        """What somebody asks for; asked again, all the same, where the first process was killed."""
        at, self.dies_at = self.dies_at, 0
        if at:
            with suppress(Crash), dying(at):
                return self._tried(act)
        return self._tried(act)

    def _tried(self, act: Callable[[], Any]) -> Any:
        """Tasks are rows of the transaction that enqueues them: what is undone enqueued none."""
        queued = list(default_task_backend.results)
        try:
            return act()
        except BaseException:
            default_task_backend.results[:] = queued
            raise

    def run(self, job: Job) -> None:
        def act() -> None:
            if job.own_transactions:
                job.run(self.now)
                return
            with transaction.atomic():
                job.run(self.now)

        with suppress(GatewayError):
            self.do(act)

    def run_jobs(self) -> None:
        for job in jobs():
            self.run(job)

    def work(self) -> None:
        """The worker does everything that waits, and what that enqueues."""
        while queued := list(default_task_backend.results):
            default_task_backend.clear()
            for result in queued:
                self._work_on(result)

    def _work_on(self, result: Any) -> None:
        if result.task.func.__name__ == UNREAD:
            return
        with suppress(GatewayError):
            self.do(lambda: result.task.func(*result.args, **result.kwargs))

    # Customers

    def place(self, session: CourseSession, person: str, waiting_token: str = "") -> Order | None:
        """None for whoever comes too late or finds no seat."""
        first_name, last_name = person.split()
        data = {
            "for_whom": "particulier", "first_name": first_name, "last_name": last_name,
            "email": f"{last_name.lower()}@exemple.fr", "phone": "", "street": "1 rue de l’Exemple",
            "postcode": "07000", "town": "Privas", "country": "FR", "attente": waiting_token,
        }  # fmt: skip
        draft = save_draft(session=session, data=data)
        offer = offer_for_draft(draft, session_of(draft), self.now)
        if not offer.sellable:
            return None
        boxes = consent_boxes(terms_number=offer.terms.number, begins_early=offer.begins_early)
        with suppress(OrderRefused):
            return self.do(
                lambda: place_order(
                    draft_id=draft.pk,
                    shown=offer.fingerprint,
                    consents=dict.fromkeys(boxes, True),
                    facts=RequestFacts("192.0.2.7", "Navigateur d’essai"),
                    now=self.now,
                )
            )
        return None
