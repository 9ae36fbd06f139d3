"""What the client's pages show of a contract, from the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from documents.issued import IssuedDocument
from shop.cancelled_sessions.models import SessionOffer
from shop.cancelled_sessions.reading import open_offer
from shop.collection.models import Suspension
from shop.orders.sales_settings import SalesSettings
from shop.proposals.agreement.models import Agreement, ChangeRequest
from shop.proposals.agreement.people import people_of
from shop.proposals.agreement.rules import Named, Step, last_naming_day, may_name, step_of
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState


@dataclass(frozen=True)
class ContractPage:
    """Of a signed proposal. ``agreement`` is None while the deposit or the seats are missing;
    ``session_offer`` waits for an answer about a cancelled session; ``suspension`` for a payment."""

    step: Step
    agreement: Agreement | None
    document: IssuedDocument | None
    people: list[Named]
    changes: list[ChangeRequest]
    last_naming_day: date
    may_name: bool
    session_offer: SessionOffer | None
    suspension: Suspension | None

    @property
    def is_definitive(self) -> bool:
        return self.step == Step.DEFINITIVE


def contract_page(proposal: Proposal, now: datetime) -> ContractPage | None:
    """None before the signature."""
    step = step_of(ProposalState(proposal.state), proposal.definitive_at)
    if step == Step.UNSIGNED:
        return None
    agreement = Agreement.objects.filter(proposal=proposal).first()
    starts_on, days = proposal.current.offer.starts_on, SalesSettings.current().naming_days
    return ContractPage(
        step=step,
        agreement=agreement,
        document=agreement.document if agreement else None,
        people=people_of(proposal),
        changes=changes_of(proposal),
        last_naming_day=last_naming_day(starts_on, days),
        may_name=may_name(starts_on, days, now) and proposal.ended_at is None,
        session_offer=open_offer(proposal),
        suspension=_suspension(proposal),
    )


def _suspension(proposal: Proposal) -> Suspension | None:
    if proposal.ended_at:
        return None
    rows = Suspension.objects.standing().filter(proposal=proposal)
    return rows.select_related("case__invoice").first()


def changes_of(proposal: Proposal) -> list[ChangeRequest]:
    """The latest first, with their answers."""
    rows = ChangeRequest.objects.filter(proposal=proposal)
    return list(rows.select_related("answer__extra").order_by("-asked_at", "-pk"))
