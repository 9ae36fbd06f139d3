"""What happened to an order, what comes next and when, in the customer's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.utils import timezone

from base.events import events_of
from base.typography import euros, french_date
from shop.cancelled_sessions.models import SessionOffer
from shop.cancelled_sessions.reading import open_offer
from shop.cancelled_sessions.rules import ANSWERED, CANCELLED
from shop.changes.rules import Wish
from shop.complaints.milestones import complaint_milestones
from shop.invoices.models import Invoice
from shop.invoices.papers import title_of
from shop.orders.models import Order
from shop.orders.rules import Milestone, OrderState
from shop.payments.models import Due, MandateState, RefundState
from shop.payments.rules import NEW_CARD_ASKED, REMINDED, AttemptState, CustomerTask
from shop.pricing.rules import DueKind

LETTERS = {
    REMINDED: "Rappel d’un paiement qui vous attend",
    NEW_CARD_ASKED: "Nouvelle carte demandée : la vôtre expire",
}


def timeline(order: Order, now: datetime) -> list[Milestone]:
    """Oldest first; steps that an end made impossible are left out, money given back and
    complaints never are.

    A training that is over does not end what is still owed for it.
    """
    dues = list(order.dues.prefetch_related("attempts__refunds"))
    papers = list(order.invoices.defer("content").order_by("issued_at", "pk"))
    payments = list(_payments(dues))
    steps = [
        *_placing(order),
        *_period(order, now),
        *payments,
        *_papers(paper for paper in papers if not paper.is_credit),
        *_letters(order),
        *_requests(order),
        *_course(order, now),
    ]
    if (offer := open_offer(order)) is not None:
        steps = [*(step for step in steps if step.done), _answer_to(offer)]
    if not order.is_active:
        # A due that an end left standing is owed: of a training given, or by a decision.
        steps = [*(step for step in steps if step.done or step in payments), _end(order)]
    steps += _papers(paper for paper in papers if paper.is_credit)
    steps += _refunds(dues)
    steps += complaint_milestones(order)
    return sorted(steps, key=lambda step: (not step.done, _planned_day(step)))


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


def _payments(dues: list[Due]) -> Iterator[Milestone]:
    for due in dues:
        paid = [a for a in due.attempts.all() if a.state == AttemptState.SUCCEEDED]
        title = f"{due_label(due)} : {euros(due.amount)}"
        if paid:
            yield Milestone(title, paid[0].finished_at, done=True, detail="payé, merci")
        elif due.stopped_at is None:
            yield Milestone(
                title, due.charge_day or due.due_on, done=False, detail=_payment_detail(due)
            )


def _letters(order: Order) -> Iterator[Milestone]:
    for event in events_of(order).filter(name__in=[*LETTERS, CANCELLED, ANSWERED]):
        if event.name == ANSWERED:
            title = f"Réponse à l’annulation : {event.data['state']}"
            yield Milestone(title, event.at, done=True, detail=event.data.get("after", ""))
        else:
            title = LETTERS.get(event.name, CANCELLED)
            yield Milestone(title, event.at, done=True, detail="par e-mail")


def _answer_to(offer: SessionOffer) -> Milestone:
    """Everything that was planned waits for it."""
    return Milestone(
        "Votre réponse : un remboursement ou une autre date",
        offer.last_day,
        done=False,
        detail="Rien n’est prélevé d’ici là. Sans réponse, nous vous remboursons.",
    )


_TASKS = {
    CustomerTask.CONFIRM: "Votre banque demande que vous confirmiez ce paiement.",
    CustomerTask.CARD: "Votre banque a refusé le paiement : il faut une autre carte.",
    CustomerTask.PAY: "À payer en ligne : vous n’avez pas de carte enregistrée.",
}


def _papers(invoices: Iterable[Invoice]) -> Iterator[Milestone]:
    for invoice in invoices:
        title = f"{title_of(invoice)} : {euros(invoice.incl_vat)}"
        yield Milestone(
            title,
            invoice.issued_at,
            done=True,
            detail="envoyé par e-mail" if invoice.is_credit else "envoyée par e-mail",
        )


def _payment_detail(due: Due) -> str:
    if due.asks_customer:
        return _TASKS[CustomerTask(due.asks_customer)]
    if due.not_before is None:
        return "Date prévue, confirmée dès que notre e-mail vous est remis."
    if due.next_try_at and any(a.state == AttemptState.FAILED for a in due.attempts.all()):
        day = french_date(timezone.localdate(due.next_try_at))
        return f"Votre banque a refusé le paiement. Nouvel essai à partir du {day}."
    return "Rien n’est prélevé avant cette date."


def _refunds(dues: list[Due]) -> Iterator[Milestone]:
    """One that failed is made again by staff: nothing reached the customer."""
    for refund in (r for due in dues for a in due.attempts.all() for r in a.refunds.all()):
        title = f"Remboursement : {euros(refund.amount)}"
        if refund.state == RefundState.SUCCEEDED:
            yield Milestone(title, refund.finished_at, done=True, detail="par le moyen du paiement")
        elif refund.state != RefundState.FAILED:
            yield Milestone(title, None, done=False, detail="Envoyé à votre banque.")


def due_label(due: Due) -> str:
    if due.kind == DueKind.INDEMNITY:
        return due.label
    return "Acompte" if due.position == 1 else f"Solde, versement {due.position - 1}"


def _requests(order: Order) -> Iterator[Milestone]:
    """What the customer asked in writing, and our answer."""
    for asked in order.written_requests.select_related("outcome").order_by("received_at", "pk"):
        what = "d’annulation" if asked.wish == Wish.CANCEL else "de report"
        outcome = getattr(asked, "outcome", None)
        yield Milestone(f"Demande {what} reçue", asked.received_at, done=True)
        if outcome is None:
            detail = "Une personne l’examine ; rien n’est prélevé d’ici là."
            yield Milestone(
                f"Notre réponse à votre demande {what}", None, done=False, detail=detail
            )
        else:
            kept = f"{euros(outcome.kept)} conservés, {euros(outcome.refund)} remboursés"
            detail = kept if outcome.applied else "La commande continue comme convenu."
            yield Milestone(
                f"Réponse à votre demande {what}", outcome.decided_at, done=True, detail=detail
            )


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
