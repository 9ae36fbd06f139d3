"""A company's contract goes to another session of the same course, or gives seats back.

What was signed and frozen does not change: the amendment is on the row, in the journal and in the
letter to the client (CGV 2.1).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from base.events import record
from base.typography import counted
from courses.sessions.models import CourseSession
from courses.sessions.rules import PUBLIC_STATES
from courses.sessions.seats import lock_sessions, release_seats, take_seats
from shop.changes.models import RequestOutcome
from shop.funding.rules import last_day_to_pay
from shop.invoices.content import InvoiceKind
from shop.payments.companies import balance_opening
from shop.payments.models import Attempt, Due
from shop.payments.rules import LIVE_STATES
from shop.pricing.rules import DueKind
from shop.proposals.actions import ProposalRefused
from shop.proposals.agreement.actions import issue_agreement
from shop.proposals.agreement.letters import announce_move, tell_participant_of_move
from shop.proposals.agreement.models import Agreement, Participant
from shop.proposals.agreement.rules import SEATS_MISSING, Seating, seating_of
from shop.proposals.agreement.tasks import conclude_now
from shop.proposals.composing import session_facts
from shop.proposals.content import ProposalContent, session_to_json
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState

MOVING_FIELDS = (
    "session", "moved_at", "starts_on", "ends_on", "amendment", "seats_held", "asks_staff",
)  # fmt: skip


@transaction.atomic
def move_proposal(
    *, proposal_id: int, session_id: int, actor: str, reason: str, now: datetime
) -> Proposal:
    """Same course, price and amounts; a second click changes nothing.

    A contract whose seats were missing takes them there, and its agreement is issued. Raises
    ProposalRefused and SeatsRefused: nothing was written then.
    """
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if proposal.session_id == session_id:
        return proposal
    refuse_ended(proposal)
    if proposal.session_id is None:
        raise ProposalRefused("Cette formation a lieu chez le client : elle n’a pas de session.")
    before, after = lock_sessions(proposal.session_id, session_id)
    _refuse_move(proposal, before, after, timezone.localdate(now))
    known, former_dates = proposal.current, before.dates
    _take_over(proposal, before, after, now)
    dues = _date_again(proposal)
    data = {
        "before": former_dates, "after": after.dates, "reason": reason,
        "seats": proposal.seats_held, "dues": {str(due.position): due.due_on for due in dues},
    }  # fmt: skip
    record("Commande d’entreprise déplacée", subject=proposal, actor=actor, data=data, at=now)
    _tell(proposal, known, dues)
    if proposal.definitive_at is None:
        conclude_now.enqueue(
            proposal.pk
        )  # the deposit may have come while the session was cancelled
    elif not Agreement.objects.filter(proposal=proposal).exists():
        issue_agreement(proposal, now)
    return proposal


@transaction.atomic
def give_seats_back(
    *, proposal_id: int, count: int, actor: str, reason: str, now: datetime
) -> Proposal:
    """``count`` people do not come: what was held for them is free, what was missing is wanted no more.

    Raises ProposalRefused for more people than the contract still has.
    """
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if not 1 <= count <= proposal.seats_wanted:
        raise ProposalRefused(
            f"Cette proposition porte encore sur {counted(proposal.seats_wanted, 'participant')}."
        )
    released = min(count, proposal.seats_held)
    proposal.seats_held -= released
    proposal.seats_given_back += count
    proposal.save(update_fields=["seats_held", "seats_given_back"])
    if released and proposal.session_id:
        release_seats(session_id=proposal.session_id, count=released)
    data = {"seats": count, "released": released, "reason": reason}
    record("Places rendues", subject=proposal, actor=actor, data=data, at=now)
    return proposal


def refuse_ended(proposal: Proposal) -> None:
    """Raises ProposalRefused for what is no contract, or has ended."""
    if proposal.state != ProposalState.SIGNED:
        raise ProposalRefused(
            "Cette proposition n’est pas signée : un changement donne une nouvelle version."
        )
    if proposal.ended_at is not None:
        raise ProposalRefused("Cette commande est terminée : elle ne peut plus changer.")


def _refuse_move(
    proposal: Proposal, before: CourseSession, after: CourseSession, today: date
) -> None:
    if proposal.invoices.filter(kind=InvoiceKind.FINAL.value).exists():
        raise ProposalRefused(
            "La formation est facturée comme donnée : la commande ne peut plus changer de session."
        )
    if before.course_id != after.course_id:
        raise ProposalRefused("Cette session est celle d’une autre formation.")
    is_postponed = RequestOutcome.objects.all().of(proposal).with_open_window().exists()
    if not (before.is_cancelled or is_postponed) and before.ends_on < today:
        raise ProposalRefused("La session de cette commande est passée.")
    seating = seating_of(
        has_session=True,
        is_open=after.state in PUBLIC_STATES and after.starts_on > today,
        seats_left=after.seats_left,
        wanted=proposal.seats_wanted,
    )
    if seating != Seating.HELD:
        raise ProposalRefused(
            f"La session choisie n’a pas {counted(proposal.seats_wanted, 'place')} : choisissez-en une autre."
        )


def _take_over(
    proposal: Proposal, before: CourseSession, after: CourseSession, now: datetime
) -> None:
    """Seats belong to a definitive contract only; the others take theirs when they become so."""
    if proposal.definitive_at and proposal.seats_wanted:
        take_seats(session_id=after.pk, count=proposal.seats_wanted)
        if proposal.seats_held:
            release_seats(session_id=before.pk, count=proposal.seats_held)
        proposal.seats_held = proposal.seats_wanted
        if proposal.asks_staff == SEATS_MISSING:
            proposal.asks_staff = ""
    proposal.session, proposal.moved_at = after, now
    proposal.starts_on, proposal.ends_on = after.starts_on, after.ends_on
    proposal.amendment = session_to_json(session_facts(after))
    proposal.save(update_fields=[*MOVING_FIELDS])


def _date_again(proposal: Proposal) -> list[Due]:
    """The balance follows the last day, the fund's month too (CGV 3.2, 3.3); nothing else does.

    Raises ProposalRefused while a payment is under way.
    """
    assert proposal.ends_on  # noqa: S101  of a session
    shared = (DueKind.BALANCE.value, DueKind.FUNDED.value)
    balance = Due.objects.of(proposal).filter(kind__in=shared).select_for_update()
    moved = list(balance.unpaid().order_by("position"))
    if Attempt.objects.filter(due__in=moved, state__in=LIVE_STATES).exists():
        raise ProposalRefused("Un paiement de cette commande est en cours : attendez son issue.")
    for due in moved:
        if due.kind == DueKind.FUNDED:
            due.due_on = last_day_to_pay(proposal.ends_on)
        else:
            due.due_on, due.not_before = balance_opening(proposal)
        due.next_try_at, due.asks_customer = None, ""
        due.save(update_fields=["due_on", "not_before", "next_try_at", "asks_customer"])
    return moved


def _tell(proposal: Proposal, known: ProposalContent, dues: list[Due]) -> None:
    announce_move(proposal, known, dues)
    informed = Participant.objects.filter(proposal=proposal, informed_at__isnull=False).attending()
    for person in informed.exclude(email=""):
        tell_participant_of_move(proposal, person, known)
