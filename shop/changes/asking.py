"""What a client asks for in writing, and what cannot be asked for. Nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from base.typography import counted
from courses.sessions.models import CourseSession
from shop.cancelled_sessions.reading import open_offer
from shop.changes.effects import ChangeRefused, refuse_invoiced
from shop.changes.models import WrittenRequest
from shop.changes.reading import commitment_of
from shop.changes.rules import Cause, Wish
from shop.orders.models import Order
from shop.payments.models import Contract
from shop.proposals.agreement.people import people_of
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState
from shop.withdrawal.deadline import is_in_time
from shop.withdrawal.models import DeclarationChannel

MOST_WAITING = 5


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a client writes. ``people`` are names, ``heads`` how many are concerned."""

    wish: Wish
    cause: Cause
    asked_by: str
    heads: int = 1
    people: tuple[str, ...] = field(default=())
    session: CourseSession | None = None
    text: str = ""

    def unsaved(
        self, contract: Contract, *, sent_at: datetime, received_at: datetime
    ) -> WrittenRequest:
        return WrittenRequest(
            **{contract._meta.model_name or "": contract},
            wish=self.wish.value,
            cause=self.cause.value,
            heads=self.heads,
            people=list(self.people),
            session=self.session,
            text=self.text,
            asked_by=self.asked_by[:120],
            channel=DeclarationChannel.ONLINE,
            sent_at=sent_at,
            received_at=received_at,
        )


def refuse_impossible(contract: Contract, wanted: Wanted, sent_at: datetime) -> None:
    """Raises ChangeRefused."""
    _refuse_called_off(contract, sent_at)
    refuse_invoiced(contract)
    if isinstance(contract, Order):
        _refuse_order(contract, sent_at)
    else:
        _refuse_proposal(contract)
    _refuse_people(contract, wanted)
    if wanted.session is not None and not _may_move_to(contract, wanted.session):
        raise ChangeRefused("Cette session n’est pas une autre session de la même formation.")
    if WrittenRequest.objects.all().of(contract).waiting().count() >= MOST_WAITING:
        raise ChangeRefused(
            f"{MOST_WAITING} demandes attendent déjà notre réponse : appelez-nous plutôt."
        )


def _refuse_people(contract: Contract, wanted: Wanted) -> None:
    left = commitment_of(contract).left
    if not 1 <= wanted.heads <= left:
        raise ChangeRefused(f"Cette commande porte sur {counted(left, 'participant')}.")
    if wanted.wish == Wish.POSTPONE and wanted.heads < left:
        raise ChangeRefused("Un report concerne tout le groupe : cochez tous les participants.")
    if not set(wanted.people) <= _attending(contract):
        raise ChangeRefused("La liste des participants a changé : cochez à nouveau les personnes.")


def may_still_withdraw(order: Order, at: datetime) -> bool:
    """Then nothing is cancelled: the consumer gives the contract up, free of charge (W-01)."""
    return order.is_active and is_in_time(order, at)


def _refuse_order(order: Order, sent_at: datetime) -> None:
    if not order.is_active:
        raise ChangeRefused(f"La commande {order.reference} est {order.get_state_display()}.")
    if may_still_withdraw(order, sent_at):
        raise ChangeRefused(
            "Le délai de rétractation court encore : renoncez au contrat, c’est gratuit et sans motif."
        )


def _refuse_proposal(proposal: Proposal) -> None:
    if proposal.state != ProposalState.SIGNED:
        raise ChangeRefused("Cette proposition n’est pas signée : il n’y a rien à annuler.")
    if proposal.is_cancelled:
        raise ChangeRefused("Cette commande est déjà annulée.")


def _attending(contract: Contract) -> set[str]:
    people = [] if isinstance(contract, Order) else people_of(contract)
    return {person.full_name for person in people}


def _may_move_to(contract: Contract, session: CourseSession) -> bool:
    current = contract.session
    return (
        current is not None and session.pk != current.pk and session.course_id == current.course_id
    )


def _refuse_called_off(contract: Contract, sent_at: datetime) -> None:
    """LEXOM cancelled first: the client has its money back, or another date (CGV 3.5, T-13)."""
    offer = open_offer(contract)
    if offer is not None and offer.created_at <= sent_at:
        raise ChangeRefused(
            "LEXOM a annulé cette session : vous ne devez rien. Répondez à notre proposition pour "
            f"être remboursé ou choisir une autre date : {offer.url}"
        )
