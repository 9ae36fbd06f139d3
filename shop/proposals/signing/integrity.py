"""What signatures must never say, one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from base.private_files import FileFault
from documents.issued import IssuedDocument
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState
from shop.proposals.signing.filing import signatures_without_file
from shop.proposals.signing.models import ProposalSignature

BATCH = 500
FILE_PATIENCE = timedelta(hours=1)


def signature_faults() -> Iterator[str]:
    yield from _unsigned()
    for pk in signatures_without_file(timezone.now() - FILE_PATIENCE):
        yield f"{ProposalSignature.objects.get(pk=pk)} : le dossier de preuve n’a pas été établi."
    rows = ProposalSignature.objects.select_related("proposal").order_by("pk")
    for signature in rows.iterator(chunk_size=BATCH):
        yield from _faults_of(signature)


def _unsigned() -> Iterator[str]:
    signed = Proposal.objects.filter(state=ProposalState.SIGNED.value)
    for proposal in signed.filter(signature__isnull=True):
        yield f"{proposal} : signée, mais sans signature."
    wrongly = ProposalSignature.objects.exclude(proposal__state=ProposalState.SIGNED.value)
    for signature in wrongly.select_related("proposal"):
        yield f"{signature} : la proposition n’est pas à l’état « signée »."


def _faults_of(signature: ProposalSignature) -> Iterator[str]:
    """An issued file that is gone or altered is told by the check of documents."""
    issued = signature.proposal.document
    if issued is None or issued.sha256 != signature.document_sha256:
        yield f"{signature} : l’empreinte signée n’est pas celle de la proposition émise."
        return
    signed, proof = signature.signed_document, signature.proof
    if signed is not None and not _continues(signed, issued):
        yield f"{signature} : le fichier signé ne commence pas par la proposition émise."
    if proof is not None and signature.is_online and signed is None:
        yield f"{signature} : le fichier signé manque."
    if proof is not None and signed is not None and proof.context["signed_sha256"] != signed.sha256:
        yield f"{signature} : le dossier de preuve nomme un autre fichier signé."


def _continues(signed: IssuedDocument, issued: IssuedDocument) -> bool:
    try:
        return signed.content().startswith(issued.content())
    except FileFault:
        return True
