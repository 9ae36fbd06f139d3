"""The files of a signature: the signed proposal, the proof, then the letters; each made once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from base.clock import present
from base.events import events_of
from base.private_files import FileAltered
from base.typography import french_date
from documents.issued import IssuedDocument, issue
from mail.rules import Attachment
from shop.proposals.models import Proposal
from shop.proposals.paper.models import PaperFile, PaperReturn
from shop.proposals.paper.rules import Requirement
from shop.proposals.signing.evidence import Evidence, Happened, PaperSeen, happened, instant
from shop.proposals.signing.letters import send_signature
from shop.proposals.signing.models import PROOF_KIND, SIGNED_KIND, ProposalSignature
from shop.proposals.signing.printing import TEMPLATE_VERSION, sealed_evidence, signed_bytes

MOST_MAILED = 10 * 1024 * 1024  # bytes of scans that a letter carries


def file_the_signature(signature_id: int) -> IssuedDocument:
    """Signs the issued bytes, writes and seals the proof, and queues the letters.

    Returns the proof; what exists is never made again. Raises RenderingFailed, NoSealKey, SealFailed,
    TimestampUnavailable and FileFault: the job tries again.
    """
    signature = _loaded(signature_id)
    if known := signature.proof:
        return known
    signed = signature.signed_document or (
        sign_the_file(signature) if signature.is_online else None
    )
    now = present()
    evidence = evidence_of(signature, signed)
    rendered = sealed_evidence(evidence, now)
    with transaction.atomic():
        Proposal.objects.select_for_update().get(pk=signature.proposal_id)
        if known := signature.proof:  # another worker was faster
            return known
        proof = issue(
            kind=PROOF_KIND,
            number=signature.number,
            title="Dossier de preuve",
            file_name=f"LEXOM-preuve-{signature.number}.pdf",
            owner=signature.proposal,
            rendered=rendered,
            template_version=TEMPLATE_VERSION,
            context=asdict(evidence),
            terms_number=evidence.terms_number,
            sealed_at=now,
            predecessor=signed or signature.proposal.document,
        )
        send_signature(signature, [*_signed_copies(signature, signed), _attached(proof)])
    return proof


def _loaded(signature_id: int) -> ProposalSignature:
    rows = ProposalSignature.objects.select_related("proposal", "terms_version")
    found: ProposalSignature = rows.get(pk=signature_id)
    return found


def sign_the_file(signature: ProposalSignature) -> IssuedDocument:
    """Raises FileAltered when the proposal is no longer the file that was signed."""
    proposal, now = signature.proposal, present()
    issued = proposal.document
    if issued is None or issued.sha256 != signature.document_sha256:
        raise FileAltered(signature.document_sha256)
    rendered = signed_bytes(issued, signature)
    with transaction.atomic():
        Proposal.objects.select_for_update().get(pk=proposal.pk)
        if known := signature.signed_document:  # another worker was faster
            return known
        return issue(
            kind=SIGNED_KIND,
            number=signature.number,
            title="Proposition commerciale signée",
            file_name=f"LEXOM-proposition-{proposal.document_number}-signee.pdf",
            owner=proposal,
            rendered=rendered,
            template_version=issued.template_version,
            context=issued.context,
            terms_number=issued.terms_number,
            sealed_at=now,
            predecessor=issued,
        )


def evidence_of(signature: ProposalSignature, signed: IssuedDocument | None) -> Evidence:
    proposal = signature.proposal
    content = proposal.facts
    return Evidence(
        number=signature.number,
        reference=proposal.reference,
        title=content.offer.sheet.title,
        issuer=content.issuer,
        client=content.client.name,
        client_number=content.client.number,
        channel=signature.get_channel_display(),
        signatory=signature.full_name,
        function=signature.function,
        email=signature.email,
        statements=tuple(signature.statements),
        mention=signature.mention,
        signed_at=signature.signed_at,
        recorded_at=signature.recorded_at,
        terms_number=signature.terms_version.number,
        terms_sha256=signature.terms_sha256,
        document_sha256=signature.document_sha256,
        signed_sha256=signed.sha256 if signed else "",
        ip=signature.ip or "",
        user_agent=signature.user_agent,
        code=_code(signature),
        recorded_by=signature.recorded_by,
        paper_date=french_date(signature.paper_date) if signature.paper_date else "",
        papers=_papers(signature),
        events=_events(signature),
    )


def _code(signature: ProposalSignature) -> tuple[str, ...]:
    proof = signature.code_proof
    if not proof:
        return ()
    return (
        f"Code de six chiffres envoyé à {proof['email']} et saisi sur la page de signature.",
        f"Code confirmé le {instant(datetime.fromisoformat(proof['confirmed_at']))}.",
        f"Codes envoyés : {proof['codes_sent']}. Codes faux : {proof['wrong_tries']}.",
    )


def _papers(signature: ProposalSignature) -> tuple[PaperSeen, ...]:
    seen: dict[str, list[str]] = signature.checks.get("seen", {})
    return tuple(
        PaperSeen(
            file.name,
            file.sha256,
            file.size,
            tuple(item.label for item in Requirement if file.sha256 in seen.get(item.value, ())),
        )
        for file in _paper_files(signature)
    )


def _paper_files(signature: ProposalSignature) -> list[PaperFile]:
    if not signature.checks:
        return []
    paper = PaperReturn.objects.get(pk=signature.checks["return"])
    return list(paper.files.all())


def _events(signature: ProposalSignature) -> tuple[Happened, ...]:
    """Those of the proposal and of this signature; other people's attempts stay in the journal."""
    own = signature.code_proof.get("signing")
    events = events_of(signature.proposal).filter(at__lte=signature.recorded_at)
    return tuple(
        happened(event.at, event.name, event.actor, event.data)
        for event in events.order_by("pk")
        if event.data.get("signing", own) == own
    )


def _signed_copies(signature: ProposalSignature, signed: IssuedDocument | None) -> list[Attachment]:
    if signed is not None:
        return [_attached(signed)]
    files = _paper_files(signature)
    if sum(file.size for file in files) > MOST_MAILED:
        return []
    return [Attachment(file.sha256, file.name, file.content_type) for file in files]


def _attached(document: IssuedDocument) -> Attachment:
    return Attachment(document.sha256, document.file_name)


def signatures_without_file(before: datetime) -> list[int]:
    """Keys of the signatures recorded before that instant whose proof was not made."""
    known = set(IssuedDocument.objects.filter(kind=PROOF_KIND).values_list("owner_id", flat=True))
    rows = ProposalSignature.objects.filter(recorded_at__lt=before).order_by("pk")
    return [pk for pk, owner in rows.values_list("pk", "proposal_id") if str(owner) not in known]
