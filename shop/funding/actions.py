"""What a client and staff write down of a fund's agreement, and what that changes of the balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from base.events import record
from base.money import round_cents
from base.private_files import keep
from base.typography import euros, french_date
from shop.funding.models import Funding
from shop.funding.rules import FundingState, shares_of
from shop.payments.companies import balance_opening
from shop.payments.locking import lock_due
from shop.payments.models import Due
from shop.pricing.rules import DueKind
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState
from shop.proposals.uploads import Upload

OPEN_STATES = (ProposalState.ISSUED, ProposalState.SIGNED)


class FundingRefused(Exception):
    """The message is one French sentence; nothing was written."""


@dataclass(frozen=True)
class Request:
    """What the client says it asked its fund for; ``amount`` is in euros, tax included."""

    fund: str
    file_number: str
    amount: Decimal | None
    subrogated: bool


@transaction.atomic
def request_funding(*, proposal_id: int, request: Request, actor: str, now: datetime) -> Funding:
    """Written down, or corrected until the fund has answered. Raises FundingRefused."""
    proposal = _locked(proposal_id)
    funding = Funding.objects.filter(proposal=proposal).first()
    if funding and funding.state != FundingState.REQUESTED:
        raise FundingRefused("L’OPCO a déjà répondu : écrivez-nous pour corriger ce dossier.")
    funding = funding or Funding(proposal=proposal, requested_at=now)
    funding.fund, funding.file_number = request.fund, request.file_number
    funding.requested, funding.subrogated = request.amount, request.subrogated
    funding.save()
    data = {
        "fund": request.fund, "file": request.file_number, "amount": request.amount,
        "subrogated": request.subrogated,
    }  # fmt: skip
    record("Prise en charge demandée", subject=proposal, actor=actor, data=data, at=now)
    return funding


@transaction.atomic
def attach_attestation(
    *, proposal_id: int, attestation: Upload, actor: str, now: datetime
) -> Funding:
    """The latest one counts; earlier files stay in the journal. Raises FundingRefused."""
    proposal = _locked(proposal_id)
    funding = Funding.objects.filter(proposal=proposal).first()
    if funding is None:
        raise FundingRefused("Dites d’abord à quel OPCO la prise en charge est demandée.")
    funding.attestation = keep(attestation.content)
    funding.attestation_name = attestation.name
    funding.attestation_type, funding.attested_at = attestation.content_type, now
    funding.save(
        update_fields=["attestation", "attestation_name", "attestation_type", "attested_at"]
    )
    data = {"sha256": funding.attestation, "name": attestation.name}
    record("Attestation de prise en charge reçue", subject=proposal, actor=actor, data=data, at=now)
    return funding


@transaction.atomic
def grant_funding(
    *, proposal_id: int, amount: Decimal, subrogated: bool, actor: str, now: datetime
) -> Funding:
    """Under subrogation, the balance is shared between the client and the fund.

    ``amount`` is in euros, tax included. Raises FundingRefused, also when a part of the balance is
    paid or on its way: its sharing would then change what somebody has paid.
    """
    proposal = _locked(proposal_id)
    funding = _known(proposal)
    if amount <= 0:
        raise FundingRefused("Indiquez un montant accordé supérieur à zéro.")
    if proposal.incl_vat is not None and amount > proposal.incl_vat:
        raise FundingRefused(
            f"La formation coûte {euros(proposal.incl_vat)} : l’OPCO ne paie pas davantage."
        )
    funding.state, funding.granted, funding.reason = FundingState.GRANTED.value, amount, ""
    funding.subrogated, funding.decided_at = subrogated, now
    funding.save()
    data = {"amount": amount, "subrogated": subrogated}
    record("Prise en charge accordée", subject=proposal, actor=actor, data=data, at=now)
    share_balance(proposal, now)
    return funding


@transaction.atomic
def refuse_funding(*, proposal_id: int, reason: str, actor: str, now: datetime) -> Funding:
    """The client pays the whole balance. Raises FundingRefused."""
    proposal = _locked(proposal_id)
    funding = _known(proposal)
    funding.state, funding.granted, funding.reason = FundingState.REFUSED.value, None, reason[:300]
    funding.decided_at = now
    funding.save()
    data = {"reason": reason}
    record("Prise en charge refusée", subject=proposal, actor=actor, data=data, at=now)
    share_balance(proposal, now)
    return funding


def share_balance(proposal: Proposal, now: datetime) -> list[Due]:
    """The open dues of the balance as the fund's answer shares them; in the caller's transaction.

    Raises FundingRefused when a part of it is paid or on its way.
    """
    funding = Funding.objects.filter(proposal=proposal).first()
    balance = Due.objects.of(proposal).of_price()
    balance = balance.exclude(kind__in=(DueKind.DEPOSIT.value, DueKind.INDEMNITY.value))
    dues = list(balance.select_for_update().order_by("position"))
    if funding is None or not dues:
        return dues
    shares = shares_of(
        round_cents(sum((due.amount for due in dues), Decimal(0))),
        state=FundingState(funding.state),
        granted=funding.granted,
        subrogated=funding.subrogated,
    )
    wanted = list(shares)
    if [(due.kind, due.amount) for due in dues] == wanted:
        return dues
    if any(due.attempts.exists() or due.stopped_at for due in dues):
        raise FundingRefused(
            "Une partie du solde est déjà payée ou en cours de paiement : le partage ne change plus."
        )
    return _rewrite(proposal, dues, wanted, funding, now)


def _rewrite(
    proposal: Proposal,
    dues: list[Due],
    wanted: list[tuple[DueKind, Decimal]],
    funding: Funding,
    now: datetime,
) -> list[Due]:
    """Rows are used again: none of them was ever asked for or paid."""
    Due.objects.filter(pk__in=[due.pk for due in dues[len(wanted) :]]).delete()
    last = Due.objects.of(proposal).aggregate(last=Max("position"))["last"]
    kept = dues[: len(wanted)]
    while len(kept) < len(wanted):
        last += 1
        kept.append(Due(proposal=proposal, position=last))
    for due, (kind, amount) in zip(kept, wanted, strict=True):
        due.kind, due.amount = kind.value, amount
        if kind == DueKind.FUNDED:
            due.due_on, due.not_before = funding.last_day_to_pay, None
        else:
            due.due_on, due.not_before = balance_opening(proposal)
        due.save()
    data = {str(due.position): [due.kind, due.amount] for due in kept}
    record("Solde partagé avec l’OPCO", subject=proposal, actor="LEXOM", data=data, at=now)
    return kept


@transaction.atomic
def bill_client(*, due_id: int, actor: str, now: datetime) -> Due:
    """The fund did not pay within its month: the client is asked for its part (CGV 3.3).

    Raises FundingRefused before that month is over, without a training, or when the part is paid.
    """
    due = lock_due(due_id)
    if due.kind != DueKind.FUNDED or due.is_paid or due.not_before is not None:
        raise FundingRefused("Cette part est déjà payée ou demandée au client.")
    if timezone.localdate(now) <= due.due_on:
        raise FundingRefused(f"L’OPCO peut payer jusqu’au {french_date(due.due_on)} inclus.")
    if not Due.objects.owed().filter(pk=due.pk).exists():
        raise FundingRefused("La formation n’a pas eu lieu : cette part n’est pas due.")
    due.not_before, due.asks_staff = now, ""
    due.save(update_fields=["not_before", "asks_staff"])
    data = {"due": due.position, "amount": due.amount}
    record(
        "Part de l’OPCO demandée au client", subject=due.contract, actor=actor, data=data, at=now
    )
    return due


def tell_unpaid(now: datetime) -> None:
    """Job: staff look first at what a fund has not paid within its month, of trainings that took place."""
    late = Due.objects.owed().filter(
        kind=DueKind.FUNDED.value,
        not_before__isnull=True,
        asks_staff="",
        due_on__lt=timezone.localdate(now),
    )
    late.update(asks_staff="L’OPCO n’a pas payé sa part dans le mois : la demander au client ?")


def _locked(proposal_id: int) -> Proposal:
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if proposal.state not in OPEN_STATES or proposal.is_cancelled:
        raise FundingRefused("Cette proposition n’attend pas de prise en charge.")
    return proposal


def _known(proposal: Proposal) -> Funding:
    funding = Funding.objects.filter(proposal=proposal).first()
    if funding is None:
        raise FundingRefused("Aucune prise en charge n’est demandée pour cette proposition.")
    return funding
