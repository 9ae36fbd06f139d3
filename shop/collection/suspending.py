"""Trainings that LEXOM holds back until it is paid, and gives back at once after (CGV 2.2, 3.4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from base.events import record
from shop.collection.actions import AUTHOR, CollectionRefused, lock_case
from shop.collection.letters import tell_resumption, tell_suspension
from shop.collection.models import CollectionCase, Suspension, SuspensionCause
from shop.collection.reading import case_with_facts, debts_of, unpaid_of
from shop.payments.companies import deposit_is_received
from shop.payments.models import Due
from shop.pricing.rules import DueKind
from shop.proposals.models import Proposal

PAID = "sommes dues reçues"
ENDED = "commande terminée"


def trainings_of(case: CollectionCase, today: date) -> QuerySet[Proposal]:
    """Signed trainings of the same client, under way or to come, that are not suspended."""
    proposal = case.invoice.proposal
    if proposal is None:
        return Proposal.objects.none()
    mine = Q(siren=proposal.siren) if proposal.siren else Q(email=proposal.email)
    rows = Proposal.objects.binding().filter(mine, ends_on__gte=today)
    standing = Suspension.objects.standing().values("proposal")
    found: QuerySet[Proposal] = rows.exclude(pk__in=standing)
    return found.defer("content").order_by("starts_on", "pk")


@transaction.atomic
def suspend_trainings(
    *, case_id: int, proposals: Collection[Proposal], reason: str, actor: str, now: datetime
) -> list[Suspension]:
    """Until all that the invoice asks for is paid (CGV 3.4). Raises CollectionRefused."""
    lock_case(case_id)
    case = case_with_facts(case_id)
    unpaid = unpaid_of(debts_of(case))
    if not case.is_professional:
        raise CollectionRefused("La formation d’un particulier n’est pas suspendue (CGV 3.4).")
    if not unpaid:
        raise CollectionRefused("Cette facture est réglée : rien ne justifie une suspension.")
    possible = trainings_of(case, timezone.localdate(now)).filter(
        pk__in=[row.pk for row in proposals]
    )
    if not proposals or len(possible) != len(proposals):
        raise CollectionRefused("Choisissez des formations en cours ou à venir de ce client.")
    fields = {"case": case, "cause": SuspensionCause.UNPAID, "reason": reason}
    return [_suspend(row, unpaid, actor, now, **fields) for row in possible]


@transaction.atomic
def suspend_for_deposit(*, proposal_id: int, reason: str, actor: str, now: datetime) -> Suspension:
    """Signed, its deposit is due and not received (CGV 2.2). Raises CollectionRefused."""
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    owed = unpaid_deposit(proposal, timezone.localdate(now))
    if not owed:
        raise CollectionRefused("Aucun acompte échu ne manque à cette proposition signée.")
    if proposal.suspensions.standing().exists():
        raise CollectionRefused("Cette formation est déjà suspendue.")
    fields = {"cause": SuspensionCause.DEPOSIT, "reason": reason}
    return _suspend(proposal, owed, actor, now, **fields)


def unpaid_deposit(proposal: Proposal, today: date) -> Decimal:
    dues = Due.objects.of(proposal).filter(kind=DueKind.DEPOSIT.value, due_on__lt=today).unpaid()
    if not Proposal.objects.binding().filter(pk=proposal.pk).exists():
        return Decimal(0)
    return sum((due.amount for due in dues), Decimal(0))


def _suspend(
    proposal: Proposal, unpaid: Decimal, actor: str, now: datetime, **fields: object
) -> Suspension:
    suspension = Suspension.objects.create(
        proposal=proposal, decided_at=now, decided_by=actor[:200], **fields
    )
    tell_suspension(suspension, unpaid=unpaid)
    data = {
        "reason": suspension.reason, "amount": unpaid, "text": suspension.get_cause_display(),
    }  # fmt: skip
    record("Formation suspendue", subject=proposal, actor=actor, data=data, at=now)
    return suspension


@transaction.atomic
def lift_suspension(*, suspension_id: int, reason: str, actor: str, now: datetime) -> Suspension:
    """The client reads that its training takes place, unless it has been called off meanwhile.

    A second click changes nothing.
    """
    suspension = Suspension.objects.select_for_update(of=("self",)).get(pk=suspension_id)
    if suspension.lifted_at is None:
        suspension.lifted_at, suspension.lifted_by = now, actor[:200]
        suspension.lift_reason = reason[:300]
        suspension.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
        if suspension.proposal.ended_at is None:
            tell_resumption(suspension)
        record(
            "Suspension levée",
            subject=suspension.proposal,
            actor=actor,
            data={"reason": reason},
            at=now,
        )
    return suspension


def lift_what_waits_for_nothing(now: datetime) -> None:
    """Job: what a suspension waited for is paid, or its contract has ended."""
    for suspension in Suspension.objects.standing().select_related("proposal").order_by("pk"):
        if reason := _reason_to_lift(suspension):
            lift_suspension(suspension_id=suspension.pk, reason=reason, actor=AUTHOR, now=now)


def _reason_to_lift(suspension: Suspension) -> str:
    if suspension.proposal.ended_at:
        return ENDED
    return PAID if _is_paid(suspension) else ""


def _is_paid(suspension: Suspension) -> bool:
    if suspension.case_id is None:
        return deposit_is_received(suspension.proposal)
    return unpaid_of(debts_of(case_with_facts(suspension.case_id))) == 0
