"""An order goes to another session of the same course, with its seat and its instalments."""

from __future__ import annotations

from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from base.events import record
from courses.sessions.models import CourseSession
from courses.sessions.seats import lock_sessions, release_seats, take_seats
from mail.actions import queue_message
from shop.invoices.content import InvoiceKind
from shop.orders.actions import OrderRefused
from shop.orders.contract_text import full_place
from shop.orders.models import Order
from shop.orders.offers import taught_hours
from shop.payments.models import Attempt, Due
from shop.payments.rules import LIVE_STATES
from shop.pricing.rules import PlannedDue, consumer_schedule

MOVED = "order_moved"
NOON = time(12)


@transaction.atomic
def move_order(*, order: Order, session_id: int, actor: str, reason: str, now: datetime) -> Order:
    """Same course, price and amounts; a second click changes nothing.

    Raises OrderRefused and SeatsRefused: nothing was written then.
    """
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if order.session_id == session_id:
        return order
    before, after = lock_sessions(order.session_id, session_id)
    planned = _planned(order, before, after)
    take_seats(session_id=after.pk)
    release_seats(session_id=before.pk)
    data = {"before": before.dates, "after": after.dates, "reason": reason}
    _rewrite(order, after)
    moved = _date_again(order, planned)
    record("Commande déplacée", subject=order, actor=actor, data=data, at=now)
    _tell_client(order, moved, old_dates=before.dates, number=_moves(order, now))
    return order


def _planned(order: Order, before: CourseSession, after: CourseSession) -> list[PlannedDue]:
    """The instalments on the new days. Raises OrderRefused."""
    if not order.is_active:
        raise OrderRefused("Cette commande est terminée : elle ne peut plus changer de session.")
    if order.invoices.filter(kind=InvoiceKind.FINAL.value).exists():
        raise OrderRefused(
            "La formation est facturée comme donnée : la commande ne peut plus changer de session."
        )
    if before.course_id != after.course_id:
        raise OrderRefused("Cette session est celle d’une autre formation.")
    if order.first_charge_at is None or order.withdrawal_last_day is None:
        raise OrderRefused(
            "La confirmation n’est pas encore remise au client : le délai de rétractation et les "
            "dates de paiement ne sont pas connus."
        )
    if not order.early_start_requested and after.starts_on <= order.withdrawal_last_day:
        raise OrderRefused(
            "Cette session commence avant la fin du délai de rétractation, et le client n’a pas "
            "demandé un début anticipé."
        )
    return _same_amounts(order, after)


def _same_amounts(order: Order, after: CourseSession) -> list[PlannedDue]:
    hours = taught_hours(after)
    if not hours or order.first_charge_at is None:
        raise OrderRefused("Les horaires de cette session ne sont pas encore saisis.")
    planned = consumer_schedule(
        order.price_incl_vat,
        hours_by_day=hours,
        first_charge_day=timezone.localdate(order.first_charge_at),
    )
    dues = Due.objects.select_for_update().filter(order=order).order_by("position")
    if [(due.position, due.amount) for due in dues] != [(p.position, p.amount) for p in planned]:
        raise OrderRefused(
            "Les jours de cette session n’ont pas les mêmes durées : les montants de l’échéancier "
            "du contrat changeraient."
        )
    return list(planned)


def _rewrite(order: Order, session: CourseSession) -> None:
    order.session, order.place = session, full_place(session)
    order.starts_on, order.ends_on = session.starts_on, session.ends_on
    order.hours_by_day = {str(day): str(hours) for day, hours in taught_hours(session).items()}
    order.save(update_fields=["session", "place", "starts_on", "ends_on", "hours_by_day"])


def _date_again(order: Order, planned: list[PlannedDue]) -> list[Due]:
    """A debit that changes day is announced again. Raises OrderRefused while a payment is under way."""
    assert order.first_charge_at is not None  # noqa: S101  see _planned
    days = {plan.position: plan.due_on for plan in planned}
    moved = [due for due in order.dues.unpaid() if due.due_on != days[due.position]]
    if Attempt.objects.filter(due__in=moved, state__in=LIVE_STATES).exists():
        raise OrderRefused("Un paiement de cette commande est en cours : attendez son issue.")
    for due in moved:
        due.due_on = days[due.position]
        noon = timezone.make_aware(datetime.combine(due.due_on, NOON))
        due.not_before = max(order.first_charge_at, noon)
        due.announced_at = due.next_try_at = None
        due.save(update_fields=["due_on", "not_before", "announced_at", "next_try_at"])
    return moved


def _moves(order: Order, now: datetime) -> str:
    return f"{order.session_id}-{int(now.timestamp())}"


def _tell_client(order: Order, moved: list[Due], *, old_dates: str, number: str) -> None:
    site = settings.SITE_URL.rstrip("/")
    queue_message(
        event_key=f"order-{order.pk}-moved-{number}",
        template=MOVED,
        to=order.email,
        context={
            "order": order,
            "dues": moved,
            "old_dates": old_dates,
            "order_url": site + order.get_absolute_url(),
            "withdrawal_url": f"{site}/renoncer/",
        },
        subject_owner=order,
    )
