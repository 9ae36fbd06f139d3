"""A paper comes back, is looked at by somebody, and binds the client or is sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from base.events import record
from base.private_files import keep
from legal.terms.acceptance import RequestFacts
from shop.proposals.actions import ProposalRefused, mark_signed
from shop.proposals.models import Proposal
from shop.proposals.paper.letters import acknowledge_return, tell_refusal
from shop.proposals.paper.models import PaperFile, PaperReturn
from shop.proposals.paper.rules import MOST_WAITING, ReturnState, missing
from shop.proposals.rules import ProposalState, may_become
from shop.proposals.signing.models import ProposalSignature
from shop.proposals.signing.rules import MENTION, Channel
from shop.proposals.signing.tasks import file_signature
from shop.proposals.uploads import Upload


class ReturnRefused(ProposalRefused):
    """The message is one French sentence; nothing was written."""


@dataclass(frozen=True)
class Received:
    """``at`` is when the paper reached us; ``recorded_by`` is empty when the client sent the files."""

    at: datetime
    form_key: str
    facts: RequestFacts
    email: str = ""
    recorded_by: str = ""


@dataclass(frozen=True)
class Reading:
    """What staff read on the paper; ``seen`` names the files (SHA-256) of each requirement."""

    first_name: str
    last_name: str
    function: str
    email: str
    paper_date: date
    seen: Mapping[str, Sequence[str]]


@transaction.atomic
def receive_return(
    *, proposal_id: int, uploads: Sequence[Upload], received: Received, now: datetime
) -> PaperReturn:
    """Keeps the files and acknowledges them; the same form sent twice is one return.

    Raises ReturnRefused.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    known = PaperReturn.objects.filter(form_key=received.form_key).first()
    if known is not None and known.proposal_id != proposal.pk:
        raise ReturnRefused("Rechargez la page, puis envoyez à nouveau.")
    if known is not None:
        return known
    _refuse_unless_awaited(proposal, received)
    paper = PaperReturn.objects.create(
        proposal=proposal,
        received_at=received.at,
        email=received.email,
        ip=received.facts.ip,
        user_agent=received.facts.user_agent,
        recorded_by=received.recorded_by,
        form_key=received.form_key,
    )
    for position, upload in enumerate(uploads, start=1):
        _keep(paper, position, upload)
    data = {
        "files": [file.sha256 for file in paper.files.all()],
        "email": received.email,
        "ip": received.facts.ip,
        "user_agent": received.facts.user_agent,
    }
    actor = received.recorded_by or received.email or proposal.company_name
    record("Exemplaire papier reçu", subject=proposal, actor=actor, data=data, at=now)
    acknowledge_return(paper)
    return paper


def _refuse_unless_awaited(proposal: Proposal, received: Received) -> None:
    state = proposal.state_at(received.at)
    by_staff = bool(received.recorded_by)
    # A letter that came in time may be opened after the clock wrote the end down.
    late = state == ProposalState.EXPIRED and by_staff and proposal.may_have_arrived(received.at)
    if state != ProposalState.ISSUED and not late:
        raise ReturnRefused(f"Cette proposition est {state.label} : elle n’attend aucun retour.")
    waiting = proposal.returns.filter(state=ReturnState.RECEIVED.value).count()
    if waiting >= MOST_WAITING:
        raise ReturnRefused(
            "Plusieurs envois attendent déjà notre contrôle. Nous vous répondons par e-mail."
        )


def _keep(paper: PaperReturn, position: int, upload: Upload) -> None:
    PaperFile.append(
        paper_return=paper,
        position=position,
        name=upload.name,
        sha256=keep(upload.content),
        content_type=upload.content_type,
        size=len(upload.content),
        pages=upload.pages,
    )


@transaction.atomic
def accept_return(
    *, return_id: int, reading: Reading, actor: str, now: datetime
) -> ProposalSignature:
    """Every requirement was seen: the paper binds the client from its reception (CGV 2.1).

    Raises ReturnRefused, and ProposalRefused when it arrived after the last day.
    """
    paper, proposal = _locked(return_id)
    files = list(paper.files.values_list("sha256", flat=True))
    if absent := missing(reading.seen, files):
        labels = ", ".join(item.label for item in absent)
        raise ReturnRefused(
            f"Il manque : {labels}. Cochez ce que vous voyez, ou refusez le retour."
        )
    data = {"files": files, "return": paper.pk}
    name = f"{reading.first_name} {reading.last_name}"
    mark_signed(
        proposal_id=proposal.pk, signatory=name, received_at=paper.received_at, data=data, now=now
    )
    _decide(paper, ReturnState.ACCEPTED, "", actor, now)
    signature = _signature(paper, proposal, reading, actor, now)
    file_signature.enqueue(signature.pk)
    return signature


def _signature(
    paper: PaperReturn, proposal: Proposal, reading: Reading, actor: str, now: datetime
) -> ProposalSignature:
    document, terms = proposal.document, proposal.terms_version
    if document is None or terms is None:
        raise ReturnRefused("Le fichier de la proposition n’est pas encore établi.")
    signature: ProposalSignature = ProposalSignature.append(
        proposal=proposal,
        channel=Channel.PAPER.value,
        first_name=reading.first_name,
        last_name=reading.last_name,
        function=reading.function,
        email=reading.email,
        mention=MENTION,
        terms_version=terms,
        terms_sha256=proposal.terms_sha256,
        document_sha256=document.sha256,
        ip=paper.ip,
        user_agent=paper.user_agent,
        checks={
            "return": paper.pk,
            "seen": {name: list(files) for name, files in reading.seen.items()},
        },
        paper_date=reading.paper_date,
        signed_at=paper.received_at,
        recorded_at=now,
        recorded_by=actor,
    )
    return signature


@transaction.atomic
def refuse_return(*, return_id: int, reason: str, actor: str, now: datetime) -> PaperReturn:
    """The client reads the reason and may send again. Raises ReturnRefused."""
    paper, proposal = _locked(return_id)
    _decide(paper, ReturnState.REFUSED, reason, actor, now)
    data = {"reason": reason, "return": paper.pk}
    record("Exemplaire papier refusé", subject=proposal, actor=actor, data=data, at=now)
    tell_refusal(paper, may_send_again=proposal.may_be_accepted(now))
    return paper


def _locked(return_id: int) -> tuple[PaperReturn, Proposal]:
    """The proposal first, as everywhere."""
    proposal_id = PaperReturn.objects.values_list("proposal_id", flat=True).get(pk=return_id)
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    paper = PaperReturn.objects.select_related("proposal").get(pk=return_id)
    if paper.state != ReturnState.RECEIVED:
        raise ReturnRefused(f"Ce retour est déjà {paper.get_state_display()}.")
    if not may_become(ProposalState(proposal.state), ProposalState.SIGNED):
        label = ProposalState(proposal.state).label
        raise ReturnRefused(
            f"Cette proposition est {label} : ce retour ne peut plus rien y changer."
        )
    return paper, proposal


def _decide(paper: PaperReturn, state: ReturnState, reason: str, actor: str, now: datetime) -> None:
    paper.state, paper.reason = state.value, reason
    paper.decided_by, paper.decided_at = actor, now
    paper.save(update_fields=["state", "reason", "decided_by", "decided_at"])
