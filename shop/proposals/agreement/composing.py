"""From a signed proposal to what its agreement says."""

from __future__ import annotations

from datetime import date

from django.db.models import Max
from django.utils import timezone

from base.organisation import Organisation
from shop.payments.models import Attempt, Due
from shop.payments.rules import AttemptState
from shop.pricing.rules import DueKind
from shop.proposals.agreement.content import AgreementContent, Signature
from shop.proposals.agreement.models import Participant
from shop.proposals.models import Proposal


def content_of(proposal: Proposal, *, number: str, issued_on: date) -> AgreementContent:
    """Of a signed proposal whose participants are rows."""
    people = Participant.objects.filter(proposal=proposal).attending()
    return AgreementContent(
        number=number,
        issued_on=issued_on,
        proposal=proposal.current,
        signature=signature_of(proposal),
        participants=tuple(str(person) for person in people),
        terms_sha256=proposal.terms_sha256,
        trainee_contact=Organisation.current().trainee_contact,
        deposit_received_on=deposit_received_on(proposal),
        is_moved=proposal.moved_at is not None,
    )


def signature_of(proposal: Proposal) -> Signature:
    signed = proposal.signature
    return Signature(
        name=signed.full_name,
        function=signed.function,
        signed_on=signed.paper_date or timezone.localdate(signed.signed_at),
    )


def deposit_received_on(proposal: Proposal) -> date | None:
    """The day of the payment that completed the deposit; None while a part of it is missing."""
    deposits = Due.objects.of(proposal).filter(kind=DueKind.DEPOSIT.value)
    if deposits.unpaid().exists():
        return None
    paid = Attempt.objects.filter(due__in=deposits, state=AttemptState.SUCCEEDED)
    latest = paid.aggregate(latest=Max("finished_at"))["latest"]
    return timezone.localdate(latest) if latest else None
