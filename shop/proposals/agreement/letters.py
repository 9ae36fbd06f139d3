"""What the client, its participants and LEXOM read once a proposal is signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from base.organisation import Organisation
from documents.issued import IssuedDocument
from legal.notices.rules import NoticeKind
from legal.notices.tasks import documents_in_force
from mail.actions import queue_message
from mail.rules import Attachment
from shop.orders.sales_settings import SalesSettings
from shop.payments.models import Due
from shop.proposals.agreement.models import Agreement, ChangeAnswer, ChangeRequest, Participant
from shop.proposals.agreement.rules import last_naming_day
from shop.proposals.content import ProposalContent
from shop.proposals.letters import proposal_context
from shop.proposals.models import Proposal

AGREEMENT = "agreement"
SEATS_MISSING = "agreement_seats_missing"
PARTICIPANT_PACK = "participant_information"
CHANGE_RECEIVED = "change_request"
CHANGE_ANNOUNCED = "change_request_announcement"
CHANGE_ANSWERED = "change_answer"
MOVED = "proposal_moved"
PARTICIPANT_MOVED = "participant_moved"


def acknowledge_contract(agreement: Agreement, document: IssuedDocument, now: datetime) -> None:
    """LEXOM acknowledges by e-mail what it received (CGV 2.1), once."""
    proposal = agreement.proposal
    enclosed = [document, *_house_rules(timezone.localdate(now))]
    queue_message(
        event_key=f"agreement-{proposal.pk}",
        template=AGREEMENT,
        to=proposal.email,
        context=contract_context(proposal) | {"agreement": agreement, "facts": agreement.facts},
        subject_owner=proposal,
        attachments=_attached(enclosed),
    )


def announce_missing_seats(proposal: Proposal) -> None:
    """The contract binds, and the dates are still to be found."""
    queue_message(
        event_key=f"agreement-{proposal.pk}",
        template=SEATS_MISSING,
        to=proposal.email,
        context=contract_context(proposal),
        subject_owner=proposal,
    )


def inform_participant(proposal: Proposal, person: Participant, now: datetime) -> None:
    """The facts of L6353-8 and the house rules, once for each address (law.md T-09, T-11)."""
    queue_message(
        event_key=f"participant-{person.pk}",
        template=PARTICIPANT_PACK,
        to=person.email,
        context=contract_context(proposal) | {"participant": person},
        subject_owner=proposal,
        attachments=_attached(_house_rules(timezone.localdate(now))),
        reply_to=_our_address(),
    )


def announce_move(proposal: Proposal, before: ProposalContent, dues: Sequence[Due]) -> None:
    """The amendment in writing: what was agreed on before, and what holds now (CGV 2.1)."""
    queue_message(
        event_key=f"proposal-{proposal.pk}-moved-{_move(proposal)}",
        template=MOVED,
        to=proposal.email,
        context=contract_context(proposal) | {"before": before, "dues": dues},
        subject_owner=proposal,
    )


def tell_participant_of_move(
    proposal: Proposal, person: Participant, before: ProposalContent
) -> None:
    """Whoever knows the former days learns the new ones."""
    queue_message(
        event_key=f"participant-{person.pk}-moved-{_move(proposal)}",
        template=PARTICIPANT_MOVED,
        to=person.email,
        context=proposal_context(proposal) | {"before": before, "participant": person},
        subject_owner=proposal,
        reply_to=_our_address(),
    )


def _move(proposal: Proposal) -> str:
    assert proposal.moved_at is not None  # noqa: S101  it has just been moved
    return f"{proposal.session_id}-{int(proposal.moved_at.timestamp())}"


def acknowledge_change(asked: ChangeRequest) -> None:
    queue_message(
        event_key=f"change-{asked.pk}",
        template=CHANGE_RECEIVED,
        to=asked.proposal.email,
        context=proposal_context(asked.proposal) | {"asked": asked},
        subject_owner=asked.proposal,
    )


def announce_change(asked: ChangeRequest) -> None:
    """The answer button of the mail program writes to the client."""
    queue_message(
        event_key=f"change-{asked.pk}",
        template=CHANGE_ANNOUNCED,
        to=_our_address(),
        context=proposal_context(asked.proposal) | {"asked": asked},
        subject_owner=asked.proposal,
        reply_to=asked.proposal.email,
    )


def send_answer(answer: ChangeAnswer) -> None:
    """The written answer that a change needs (CGV 2.1)."""
    asked = answer.request
    queue_message(
        event_key=f"change-{asked.pk}-answer",
        template=CHANGE_ANSWERED,
        to=asked.proposal.email,
        context=proposal_context(asked.proposal) | {"asked": asked, "answer": answer},
        subject_owner=asked.proposal,
    )


def contract_context(proposal: Proposal) -> dict[str, Any]:
    """What a letter about a signed proposal may say."""
    site = settings.SITE_URL.rstrip("/")
    days = SalesSettings.current().naming_days
    return proposal_context(proposal) | {
        "people_url": site + reverse("proposal_people", args=[proposal.token]),
        "last_naming_day": last_naming_day(proposal.current.offer.starts_on, days),
    }


def _house_rules(on: date) -> list[IssuedDocument]:
    return documents_in_force([NoticeKind.HOUSE_RULES], on)


def _attached(documents: Sequence[IssuedDocument]) -> list[Attachment]:
    return [Attachment(document.sha256, document.file_name) for document in documents]


def _our_address() -> str:
    return Organisation.current().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
