"""A signed proposal becomes a contract, once. Only these functions make it definitive."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from base.events import record
from base.typography import counted
from courses.sessions.rules import PUBLIC_STATES
from courses.sessions.seats import lock_session, take_seats
from shop.cancelled_sessions.rules import OfferState
from shop.numbering.actions import take_place
from shop.payments.companies import deposit_is_received
from shop.proposals.actions import SYSTEM, ProposalRefused
from shop.proposals.agreement.composing import content_of
from shop.proposals.agreement.content import to_json
from shop.proposals.agreement.letters import announce_missing_seats
from shop.proposals.agreement.models import Agreement
from shop.proposals.agreement.people import start_list
from shop.proposals.agreement.rules import (
    NUMBER_DIGITS,
    SEATS_MISSING,
    SERIES,
    Seating,
    Step,
    seating_of,
    step_of,
)
from shop.proposals.agreement.tasks import lay_out_agreement
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState


@transaction.atomic
def conclude(*, proposal_id: int, now: datetime) -> Proposal:
    """Makes a proposal definitive when it is signed and its deposit received (CGV 2.2).

    Called after a signature and after a payment, in the caller's transaction, as its last act; in
    every other case it changes nothing, and says so by an empty ``definitive_at``.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    if (
        _step(proposal) == Step.DEPOSIT_AWAITED
        and deposit_is_received(proposal)
        and not _is_called_off(proposal)
    ):
        _conclude(proposal, SYSTEM, now)
    return proposal


@transaction.atomic
def conclude_without_deposit(
    *, proposal_id: int, reason: str, actor: str, now: datetime
) -> Proposal:
    """LEXOM does not wait for the deposit, which remains due; a signature is always needed.

    Raises ProposalRefused.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    _refuse_called_off(proposal)
    step = _step(proposal)
    if step == Step.UNSIGNED:
        raise ProposalRefused("Cette proposition n’est pas signée : elle ne peut pas être conclue.")
    if step == Step.DEFINITIVE:
        raise ProposalRefused("Cette proposition est déjà définitive.")
    if deposit_is_received(proposal):
        raise ProposalRefused("L’acompte est reçu : la proposition devient définitive toute seule.")
    proposal.waiver, proposal.waived_by = reason[:300], actor[:200]
    return _conclude(proposal, actor, now)


@transaction.atomic
def hold_missing_seats(*, proposal_id: int, actor: str, now: datetime) -> Proposal:
    """Holds the seats that were missing, and issues the agreement that waited for them.

    Raises ProposalRefused while the session has not enough of them.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    _refuse_called_off(proposal)
    if _step(proposal) != Step.DEFINITIVE or Agreement.objects.filter(proposal=proposal).exists():
        raise ProposalRefused("Aucune place ne manque à cette proposition.")
    if _seat(proposal, now) == Seating.MISSING:
        raise ProposalRefused(
            f"La session n’a pas {counted(proposal.seats_wanted, 'place', 'libre')} : augmentez sa capacité, ou proposez-en une autre."
        )
    proposal.asks_staff = ""
    proposal.save(update_fields=["seats_held", "asks_staff"])
    data = {"seats": proposal.seats_held}
    record("Places retenues", subject=proposal, actor=actor, data=data, at=now)
    issue_agreement(proposal, now)
    return proposal


@transaction.atomic
def settle_question(*, proposal_id: int, reason: str, actor: str, now: datetime) -> Proposal:
    """What waited for somebody is settled in another way. Raises ProposalRefused."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    if not proposal.asks_staff:
        raise ProposalRefused("Ce point est déjà classé.")
    data = {"reason": reason, "text": proposal.asks_staff}
    proposal.asks_staff = ""
    proposal.save(update_fields=["asks_staff"])
    record("Point classé", subject=proposal, actor=actor, data=data, at=now)
    return proposal


def _is_called_off(proposal: Proposal) -> bool:
    """Its contract has ended, or its client has to choose another session first."""
    waiting = proposal.session_offers.filter(state=OfferState.OPEN.value)
    return proposal.ended_at is not None or waiting.exists()


def _refuse_called_off(proposal: Proposal) -> None:
    if _is_called_off(proposal):
        raise ProposalRefused("La session est annulée, ou la commande terminée.")


def _step(proposal: Proposal) -> Step:
    return step_of(ProposalState(proposal.state), proposal.definitive_at)


def _conclude(proposal: Proposal, actor: str, now: datetime) -> Proposal:
    start_list(proposal, now)
    seating = _seat(proposal, now)
    proposal.definitive_at = now
    proposal.asks_staff = SEATS_MISSING if seating == Seating.MISSING else ""
    proposal.save(
        update_fields=["definitive_at", "waiver", "waived_by", "seats_held", "asks_staff"]
    )
    data = {
        "number": proposal.reference, "seats": proposal.seats_held,
        "reason": proposal.waiver, "text": proposal.asks_staff,
    }  # fmt: skip
    name = "Contrat définitif sans acompte" if proposal.waiver else "Contrat définitif"
    record(name, subject=proposal, actor=actor, data=data, at=now)
    if seating == Seating.MISSING:
        announce_missing_seats(proposal)
    else:
        issue_agreement(proposal, now)
    return proposal


def _seat(proposal: Proposal, now: datetime) -> Seating:
    """Takes the seats of the session when it has them all, under its lock."""
    wanted = proposal.seats_wanted
    if proposal.session_id is None:
        return seating_of(has_session=False, is_open=False, seats_left=None, wanted=wanted)
    session = lock_session(proposal.session_id)
    is_open = session.state in PUBLIC_STATES and session.starts_on > timezone.localdate(now)
    seating = seating_of(
        has_session=True, is_open=is_open, seats_left=session.seats_left, wanted=wanted
    )
    if seating == Seating.HELD:
        take_seats(session_id=session.pk, count=wanted)
        proposal.seats_held = wanted
    return seating


def issue_agreement(proposal: Proposal, now: datetime) -> None:
    """Numbers and freezes it, last; its file and the letters follow from the worker."""
    place = take_place(SERIES, timezone.localdate(now), digits=NUMBER_DIGITS)
    content = content_of(proposal, number=place.number, issued_on=place.issued_on)
    agreement = Agreement.append(
        proposal=proposal,
        number=place.number,
        year=place.year,
        sequence=place.sequence,
        issued_on=place.issued_on,
        issued_at=now,
        content=to_json(content),
    )
    data = {"number": agreement.number}
    record("Convention établie", subject=proposal, actor=SYSTEM, data=data, at=now)
    lay_out_agreement.enqueue(agreement.pk)
