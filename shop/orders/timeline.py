"""What happened to an order, what comes next and when, in the customer's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.utils import timezone

from base.typography import euros, french_date
from shop.invoices.models import Invoice
from shop.invoices.papers import title_of
from shop.orders.models import Order
from shop.orders.rules import Milestone, OrderState
from shop.payments.models import Due, MandateState
from shop.payments.rules import AttemptState


def timeline(order: Order, now: datetime) -> list[Milestone]:
    """Oldest first; steps that an end made impossible are left out."""
    papers = list(order.invoices.defer("content").order_by("issued_at", "pk"))
    steps = [
        *_placing(order),
        *_period(order, now),
        *_payments(order),
        *_papers(paper for paper in papers if not paper.is_credit),
        *_course(order, now),
        *([] if order.is_active else [_end(order)]),
        *_papers(paper for paper in papers if paper.is_credit),
    ]
    done = sorted((step for step in steps if step.done), key=_planned_day)
    if not order.is_active:
        return done
    return done + sorted((step for step in steps if not step.done), key=_planned_day)


def _planned_day(step: Milestone) -> date:
    """What has no date yet is what everything else waits for; on one day, the order above."""
    return date.min if step.at is None else step.day


def next_step(steps: list[Milestone]) -> Milestone | None:
    return next((step for step in steps if not step.done), None)


def _placing(order: Order) -> Iterator[Milestone]:
    yield Milestone("Commande passée", order.placed_at, done=True)
    accepted = order.confirmation_accepted_at
    yield Milestone(
        "Confirmation et contrat envoyés",
        accepted,
        done=accepted is not None,
        detail=f"à {order.email}" if accepted else f"Envoi en cours à {order.email}",
    )


def _period(order: Order, now: datetime) -> Iterator[Milestone]:
    card = order.mandates.filter(state=MandateState.ACTIVE).first()
    if card:
        yield Milestone("Carte enregistrée", card.accepted_at, done=True, detail=str(card))
    last_day = order.withdrawal_last_day
    is_over = last_day is not None and timezone.localdate(now) > last_day
    detail = "Vous pouvez renoncer sans motif et sans frais jusqu’à ce jour inclus."
    yield Milestone(
        "Fin du délai de rétractation", last_day, done=is_over, detail="" if is_over else detail
    )


def _payments(order: Order) -> Iterator[Milestone]:
    dues = order.dues.prefetch_related("attempts")
    for due in dues:
        paid = [a for a in due.attempts.all() if a.state == AttemptState.SUCCEEDED]
        title = f"{due_label(due)} : {euros(due.amount)}"
        if paid:
            yield Milestone(title, paid[0].finished_at, done=True, detail="payé, merci")
        elif due.stopped_at is None:
            yield Milestone(title, due.due_on, done=False, detail=_payment_detail(due))


def _papers(invoices: Iterable[Invoice]) -> Iterator[Milestone]:
    for invoice in invoices:
        title = f"{title_of(invoice)} : {euros(invoice.incl_vat)}"
        yield Milestone(
            title,
            invoice.issued_at,
            done=True,
            detail="envoyé par courriel" if invoice.is_credit else "envoyée par courriel",
        )


def _payment_detail(due: Due) -> str:
    if due.asks_customer:
        return "Votre banque demande votre confirmation ou une autre carte : voyez vos courriels."
    if due.not_before is None:
        return "Date prévue, confirmée dès que notre courriel vous est remis."
    return "Rien n’est prélevé avant cette date."


def due_label(due: Due) -> str:
    return "Acompte" if due.position == 1 else f"Solde, versement {due.position - 1}"


def _course(order: Order, now: datetime) -> Iterator[Milestone]:
    over = timezone.localdate(now) > order.ends_on
    yield Milestone("Formation", order.starts_on, done=over, detail=order.place)


def _end(order: Order) -> Milestone:
    titles = {
        OrderState.WITHDRAWN: "Vous avez renoncé au contrat",
        OrderState.CANCELLED: "Commande annulée",
        OrderState.COMPLETED: "Formation terminée",
    }
    return Milestone(
        titles[OrderState(order.state)], order.ended_at, done=True, detail=order.end_reason
    )


def withdrawal_sentence(order: Order, now: datetime) -> str:
    """Beside « Renoncer au contrat ici », which stays there even when the day has passed (F-07)."""
    last_day = order.withdrawal_last_day
    if last_day is None:
        return "Votre délai de quatorze jours commencera quand notre confirmation vous sera remise."
    if timezone.localdate(now) <= last_day:
        return f"Vous avez jusqu’au {french_date(last_day)} inclus, sans motif et sans frais."
    return (
        f"Le délai calculé s’est terminé le {french_date(last_day)}. Une déclaration reçue après "
        "est enregistrée et étudiée."
    )
