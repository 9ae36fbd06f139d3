"""A session is cancelled, then each client answers, once. Only these functions change an offer.

A contract is locked before its offer, and the sessions after both: nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from base.events import record
from courses.sessions.actions import close_session
from courses.sessions.models import CourseSession
from courses.sessions.rules import PUBLIC_STATES
from courses.sessions.seats import lock_session
from shop.cancelled_sessions.ending import end_and_refund
from shop.cancelled_sessions.letters import offer_choice, tell_attendees, tell_refund
from shop.cancelled_sessions.models import SessionCancellation, SessionOffer
from shop.cancelled_sessions.reading import signed_on
from shop.cancelled_sessions.rules import (
    ANSWERED,
    CANCELLED,
    Cause,
    Choice,
    OfferState,
    answers_until,
    last_day_of,
    latest_answer_day,
)
from shop.cancelled_sessions.tasks import follow_cancellation
from shop.orders.models import Order
from shop.orders.moving import move_order
from shop.payments.models import Contract, of_contract
from shop.proposals.agreement.moving import move_proposal

SYSTEM = "LEXOM"


class CancellationRefused(Exception):
    """The message is one French sentence for whoever asked; nothing was written."""


@transaction.atomic
def cancel_session(
    *,
    session_id: int,
    cause: Cause,
    told: str,
    alternatives: Collection[int],
    last_day: date,
    actor: str,
    now: datetime,
) -> SessionCancellation:
    """The session closes at once, and each contract on it is offered its money or another session.

    A second click finds the first one's row. Without ``alternatives`` there is nothing to choose: the
    worker gives everybody their money back. Raises CancellationRefused.
    """
    contracts = hold_contracts(session_id)
    session = lock_session(session_id)
    known = SessionCancellation.objects.filter(session=session).first()
    if known is not None:
        return known
    _refuse(session, alternatives, last_day, now)
    cancellation: SessionCancellation = SessionCancellation.append(
        session=session,
        cause=cause.value,
        told=told,
        last_day=last_day,
        cancelled_at=now,
        cancelled_by=actor[:200],
    )
    cancellation.alternatives.set(alternatives)
    close_session(session_id=session.pk)
    data = {
        "reason": cause.label, "text": told, "last_day": last_day, "sessions": sorted(alternatives),
    }  # fmt: skip
    record(CANCELLED, subject=session, actor=actor, data=data, at=now)
    make_offers(cancellation, contracts, now)
    follow_cancellation.enqueue(cancellation.pk)
    return cancellation


def _refuse(
    session: CourseSession, alternatives: Collection[int], last_day: date, now: datetime
) -> None:
    today = timezone.localdate(now)
    if session.state not in PUBLIC_STATES:
        raise CancellationRefused(
            f"Cette session est {session.get_state_display()} : il n’y a rien à annuler."
        )
    if session.starts_on < today:
        raise CancellationRefused(
            "Cette session a commencé : ce qui n’a pas été donné se règle client par client."
        )
    if not today <= last_day <= latest_answer_day(today, session.starts_on):
        raise CancellationRefused(
            "Les clients répondent d’ici quatorze jours, et au plus tard le premier jour de la session."
        )
    others = CourseSession.objects.upcoming(today).filter(course=session.course_id)
    if others.exclude(pk=session.pk).filter(pk__in=alternatives).count() != len(set(alternatives)):
        raise CancellationRefused(
            "Une des sessions proposées n’est plus ouverte : rechargez la page et choisissez à nouveau."
        )


def hold_contracts(session_id: int, *, but: SessionCancellation | None = None) -> list[Contract]:
    """Whoever counts on the session, held until the end of the transaction, before the session is.

    ``but`` leaves out those to whom that cancellation has made an offer.
    """
    orders = Order.objects.active().filter(session=session_id)
    signed = signed_on([session_id])
    if but is not None:
        orders = orders.exclude(session_offers__cancellation=but)
        signed = signed.exclude(session_offers__cancellation=but)
    return [
        *orders.select_for_update(of=("self",)).order_by("pk"),
        *signed.select_for_update(of=("self",)).order_by("pk"),
    ]


def make_offers(
    cancellation: SessionCancellation, contracts: Iterable[Contract], now: datetime
) -> list[SessionOffer]:
    return [_offer(cancellation, contract, now) for contract in contracts]


def _offer(cancellation: SessionCancellation, contract: Contract, now: datetime) -> SessionOffer:
    last_day = last_day_of(
        max(cancellation.last_day, timezone.localdate(now)),
        cancelled_on=cancellation.cancelled_on,
        is_consumer=isinstance(contract, Order),
    )
    offer: SessionOffer = SessionOffer.append(
        cancellation=cancellation, last_day=last_day, created_at=now, **of_contract(contract)
    )
    data = {"reason": cancellation.get_cause_display(), "last_day": last_day}
    record(CANCELLED, subject=contract, actor=cancellation.cancelled_by, data=data, at=now)
    if cancellation.alternatives.exists():
        offer_choice(offer)
    tell_attendees(offer)
    return offer


@transaction.atomic
def answer_offer(
    *,
    offer_id: int,
    choice: Choice,
    session_id: int | None = None,
    answered_by: str,
    now: datetime,
    note: str = "",
) -> SessionOffer:
    """Moves the contract, or ends it and gives its money back; the same answer again changes nothing.

    A contract that ended otherwise meanwhile settles the offer, without anything else. Raises
    CancellationRefused, and what a move refuses: OrderRefused, ProposalRefused, SeatsRefused.
    """
    offer = _locked(offer_id)
    if not offer.is_open:
        _refuse_other_answer(offer, choice, session_id)
        return offer
    if offer.is_moot:
        return _settle(offer, now)
    if not offer.may_be_answered(now):
        raise CancellationRefused(
            "Le délai de réponse est passé : nous remboursons ce qui a été payé."
        )
    if choice == Choice.REFUND:
        return _refund(offer, answered_by, note, now)
    return _move(offer, session_id, answered_by, note, now)


@transaction.atomic
def close_unanswered(*, offer_id: int, now: datetime) -> SessionOffer:
    """Nobody answered in time, or there was nothing to choose: the money goes back in full.

    Never a move that nobody asked for: CGV 3.5 cannot replace the refund (law.md T-13); a company
    that agreed to no postponement has its deposit back as well.
    """
    offer = _locked(offer_id)
    if not offer.is_open:
        return offer
    if offer.is_moot:
        return _settle(offer, now)
    has_choice = offer.cancellation.alternatives.exists()
    if has_choice and now < answers_until(offer.last_day):
        return offer
    return _refund(offer, SYSTEM, "Sans réponse" if has_choice else "Aucune autre date", now)


@transaction.atomic
def settle_moot(*, offer_id: int, now: datetime) -> SessionOffer:
    """Writes down that the contract ended, or moved, in another way."""
    offer = _locked(offer_id)
    return _settle(offer, now) if offer.is_open and offer.is_moot else offer


def _locked(offer_id: int) -> SessionOffer:
    """The contract first; the offer then reads the held row."""
    known = SessionOffer.objects.select_related("order", "proposal").get(pk=offer_id)
    contract: Contract = known.contract
    held = type(contract).objects.select_for_update(of=("self",)).get(pk=contract.pk)
    offer: SessionOffer = (
        SessionOffer.objects.select_for_update(of=("self",))
        .select_related("cancellation__session")
        .get(pk=offer_id)
    )
    setattr(offer, held._meta.model_name or "", held)
    return offer


def _refuse_other_answer(offer: SessionOffer, choice: Choice, session_id: int | None) -> None:
    same = (
        offer.state == OfferState.REFUNDED
        if choice == Choice.REFUND
        else offer.state == OfferState.MOVED and offer.chosen_id == session_id
    )
    if not same:
        raise CancellationRefused(
            f"Une réponse est déjà enregistrée : {offer.get_state_display()}. Elle ne change plus "
            "ici : écrivez-nous."
        )


def _refund(offer: SessionOffer, answered_by: str, note: str, now: datetime) -> SessionOffer:
    refunds, due_by = end_and_refund(offer, actor=answered_by, now=now)
    _answer(offer, OfferState.REFUNDED, answered_by, note, now, refund_due_by=due_by)
    tell_refund(offer, refunds)
    return offer


def _move(
    offer: SessionOffer, session_id: int | None, answered_by: str, note: str, now: datetime
) -> SessionOffer:
    chosen = offer.cancellation.alternatives.filter(pk=session_id).first()
    if chosen is None:
        raise CancellationRefused("Cette session n’est pas une de celles qui sont proposées.")
    reason = f"Session annulée par LEXOM : {offer.cancellation.get_cause_display()}"
    if offer.order:
        move_order(
            order=offer.order, session_id=chosen.pk, actor=answered_by, reason=reason, now=now
        )
    elif offer.proposal:
        move_proposal(
            proposal_id=offer.proposal.pk, session_id=chosen.pk, actor=answered_by, reason=reason,
            now=now,
        )  # fmt: skip
    return _answer(offer, OfferState.MOVED, answered_by, note, now, chosen=chosen)


def _settle(offer: SessionOffer, now: datetime) -> SessionOffer:
    return _answer(offer, OfferState.SETTLED, SYSTEM, "", now)


def _answer(
    offer: SessionOffer,
    state: OfferState,
    answered_by: str,
    note: str,
    now: datetime,
    *,
    chosen: CourseSession | None = None,
    refund_due_by: date | None = None,
) -> SessionOffer:
    offer.state, offer.answered_at, offer.answered_by = state.value, now, answered_by[:200]
    offer.note, offer.chosen, offer.refund_due_by = note[:300], chosen, refund_due_by
    offer.save(
        update_fields=["state", "answered_at", "answered_by", "note", "chosen", "refund_due_by"]
    )
    data = {
        "state": state.label, "reason": note, "after": chosen.dates if chosen else "",
        "due_by": refund_due_by,
    }  # fmt: skip
    record(
        ANSWERED,
        subject=offer.contract,
        actor=answered_by,
        data=data,
        at=now,
    )
    return offer
