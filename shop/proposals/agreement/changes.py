"""A change of a signed proposal holds when LEXOM accepts it expressly and in writing (CGV 2.1)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from base.events import record
from shop.proposals.actions import ProposalRefused
from shop.proposals.agreement.letters import acknowledge_change, announce_change, send_answer
from shop.proposals.agreement.models import ChangeAnswer, ChangeRequest
from shop.proposals.agreement.rules import ChangeKind
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState

MOST_WAITING = 10


@transaction.atomic
def ask_for_change(
    *,
    proposal_id: int,
    kind: ChangeKind,
    text: str,
    asked_by: str,
    request_key: str,
    now: datetime,
) -> ChangeRequest:
    """Stores what the client asks and acknowledges it; a second click finds the first one's row.

    Raises ProposalRefused before the signature, and when many requests wait already.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    known: ChangeRequest | None = ChangeRequest.objects.filter(
        proposal=proposal, request_key=request_key
    ).first()
    if known is not None:
        return known
    if proposal.state != ProposalState.SIGNED:
        raise ProposalRefused(
            "Cette proposition n’est pas signée : un changement donne une nouvelle version."
        )
    if proposal.is_cancelled:
        raise ProposalRefused("Cette commande est annulée : rien ne peut plus y changer.")
    if ChangeRequest.objects.filter(proposal=proposal).waiting().count() >= MOST_WAITING:
        raise ProposalRefused(
            f"{MOST_WAITING} demandes attendent déjà notre réponse : appelez-nous plutôt."
        )
    asked = _write(proposal, kind, text, asked_by, request_key, now)
    data = {"kind": kind.label, "text": text, "by": asked_by}
    record("Modification demandée", subject=proposal, actor=asked_by, data=data, at=now)
    acknowledge_change(asked)
    announce_change(asked)
    return asked


def _write(
    proposal: Proposal, kind: ChangeKind, text: str, asked_by: str, key: str, now: datetime
) -> ChangeRequest:
    """Raises ProposalRefused for a key that belongs to another proposal."""
    try:
        with transaction.atomic():
            return ChangeRequest.append(
                proposal=proposal,
                kind=kind.value,
                text=text,
                asked_by=asked_by,
                request_key=key,
                asked_at=now,
            )
    except IntegrityError as error:
        raise ProposalRefused("Rechargez la page, puis envoyez à nouveau.") from error


@transaction.atomic
def answer_change(
    *,
    request_id: int,
    accepted: bool,
    text: str,
    actor: str,
    now: datetime,
    extra: Proposal | None = None,
) -> ChangeAnswer:
    """Answers once, in writing; ``extra`` is the specific proposal that a new price needs (CGV 2.2).

    The frozen proposal does not change: the answer is the amendment. Raises ProposalRefused.
    """
    asked = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if ChangeAnswer.objects.filter(request=asked).exists():
        raise ProposalRefused("Cette demande a déjà reçu une réponse.")
    if extra is not None and not accepted:
        raise ProposalRefused("Un refus ne renvoie pas à une proposition complémentaire.")
    answer = ChangeAnswer.append(
        request=asked,
        accepted=accepted,
        text=text,
        answered_by=actor[:200],
        answered_at=now,
        extra=extra,
    )
    name = f"Modification {asked.state.label}"
    data = {"text": text, "number": extra.reference if extra else ""}
    record(name, subject=asked.proposal, actor=actor, data=data, at=now)
    send_answer(answer)
    return answer
