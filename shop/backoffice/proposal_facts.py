"""The facts of a proposal, from rows that are already in memory: a page of them costs no more than one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from documents.issued import IssuedDocument
from mail.models import OutgoingMessage
from shop.backoffice.contract_next_action import ContractFacts
from shop.backoffice.facts import answer_day, due_facts, dues_with_facts, waiting_offers
from shop.backoffice.listing import at_present
from shop.backoffice.next_action import DueFacts, NextAction
from shop.backoffice.proposal_next_action import ProposalFacts, proposal_next_action
from shop.orders.sales_settings import SalesSettings
from shop.payments.models import Due
from shop.payments.rules import AttemptState
from shop.pricing.rules import DueKind
from shop.proposals.agreement.letters import AGREEMENT
from shop.proposals.agreement.models import AGREEMENT_KIND, Participant
from shop.proposals.agreement.rules import last_naming_day
from shop.proposals.letters import PROPOSAL
from shop.proposals.models import DOCUMENT_KIND, Proposal
from shop.proposals.rules import ProposalState

OWNER = Proposal._meta.label_lower


def proposals_with_facts() -> QuerySet[Proposal]:
    """Proposals with everything that ``action_of`` reads."""
    return annotated_proposals().prefetch_related(dues_with_facts(), waiting_offers())


def annotated_proposals() -> QuerySet[Proposal]:
    """The same before what is prefetched, for whoever reads several lists at once."""
    rows: QuerySet[Proposal] = Proposal.objects.annotate(
        key=Cast("pk", CharField()),
        now=at_present(),
        naming_days=Value(SalesSettings.current().naming_days, output_field=IntegerField()),
        named=Coalesce(Subquery(_named()), 0),
    )
    return rows.annotate(
        is_filed=Exists(_documents(DOCUMENT_KIND)),
        letter_failed=Exists(_failed_letters(PROPOSAL)),
        agreement_filed=Exists(_documents(AGREEMENT_KIND)),
        agreement_failed=Exists(_failed_letters(AGREEMENT)),
    )


def _named() -> QuerySet[Participant]:
    attending = Participant.objects.filter(proposal=OuterRef("pk")).attending().order_by()
    return attending.values("proposal").annotate(people=Count("pk")).values("people")


def _documents(kind: str) -> QuerySet[IssuedDocument]:
    return IssuedDocument.objects.filter(kind=kind, owner_type=OWNER, owner_id=OuterRef("key"))


def _failed_letters(template: str) -> QuerySet[OutgoingMessage]:
    found: QuerySet[OutgoingMessage] = OutgoingMessage.objects.undelivered().filter(
        template=template, owner_type=OWNER, owner_id=OuterRef("key")
    )
    return found


def action_of(proposal: Proposal) -> NextAction:
    """``proposal`` comes from ``proposals_with_facts``."""
    row: Any = proposal
    state = proposal.state_at(row.now)
    facts = ProposalFacts(
        state=state,
        asked_on=timezone.localdate(proposal.asked_at),
        valid_until=proposal.valid_until,
        is_filed=row.is_filed,
        letter_failed=row.letter_failed,
        has_ended=proposal.ended_at is not None,
        answer_by=answer_day(proposal),
        contract=_contract(proposal) if state == ProposalState.SIGNED else None,
    )
    return proposal_next_action(facts, today_of(proposal))


def today_of(proposal: Proposal) -> date:
    return timezone.localdate(proposal.now)  # type: ignore[attr-defined]  # see at_present


def _contract(proposal: Proposal) -> ContractFacts:
    assert proposal.starts_on and proposal.ends_on  # noqa: S101, PT018  a signed proposal was issued
    row: Any = proposal
    dues = list(proposal.dues.all())
    return ContractFacts(
        starts_on=proposal.starts_on,
        ends_on=proposal.ends_on,
        name_by=last_naming_day(proposal.starts_on, row.naming_days),
        is_definitive=proposal.definitive_at is not None,
        is_seated=proposal.session_id is None or proposal.seats_held > 0,
        asks_staff=proposal.asks_staff,
        unnamed=max(0, proposal.headcount - row.named),
        agreement_sent=row.agreement_filed,
        agreement_failed=row.agreement_failed,
        deposits=_of_kind(dues, DueKind.DEPOSIT),
        balances=_of_kind(dues, DueKind.BALANCE),
        funded=_of_kind(dues, DueKind.FUNDED),
        deposit_given_up=any(_is_given_up(due) for due in dues if due.kind == DueKind.DEPOSIT),
    )


def _of_kind(dues: list[Due], kind: DueKind) -> tuple[DueFacts, ...]:
    return tuple(due_facts(due) for due in dues if due.kind == kind)


def _is_given_up(due: Due) -> bool:
    paid = any(attempt.state == AttemptState.SUCCEEDED for attempt in due.attempts.all())
    return due.stopped_at is not None and not paid
