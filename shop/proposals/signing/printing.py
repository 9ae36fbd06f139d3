"""The signature in the client's box, and the sealed file of proof beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from textwrap import shorten

from django.template.loader import render_to_string
from django.utils import timezone

from base.typography import french_instant
from documents.issued import IssuedDocument, render_to_issue
from documents.rendering import Rendered
from documents.sealing import Appearance, seal, seal_key, sign
from shop.proposals.printing import CLIENT_FIELD, OUR_FIELD
from shop.proposals.signing.evidence import Evidence
from shop.proposals.signing.models import ProposalSignature
from shop.proposals.signing.rules import MENTION

# Raise it when the template, its styles or its sentences change.
TEMPLATE_VERSION = "2"
TEMPLATE = "documents/evidence.html"
STYLESHEET = "evidence"
ROOM = 90  # characters of a line of the box, at most: it has the height of two lines


def signed_bytes(issued: IssuedDocument, signature: ProposalSignature) -> Rendered:
    """The issued bytes, followed by the signature in their empty box; they were verified.

    The certificate is ours, and the box says so. Raises NoSealKey, SealFailed, TimestampUnavailable.
    """
    ours = signature.proposal.facts.issuer.name
    content = sign(
        issued.content(),
        key=seal_key(),
        field=CLIENT_FIELD,
        appearance=_appearance(signature, ours),
        signatory=signature.full_name,
        reason=f"Bon pour accord, preuve {signature.number}",
    )
    return Rendered(content, issued.pages, sha256(content).hexdigest(), specimen=issued.specimen)


def _appearance(signature: ProposalSignature, ours: str) -> Appearance:
    name = shorten(signature.full_name, ROOM, placeholder="…")
    service = f"Signé par le service de signature de {ours} pour {name}."
    lines = (
        shorten(f"{signature.full_name}, {signature.function}", ROOM, placeholder="…"),
        shorten(f"pour {signature.proposal.company_name}", ROOM, placeholder="…"),
        f"le {_in_paris(signature.signed_at)}, heure de Paris",
        f"Preuve n° {signature.number}",
        f"{service} Le certificat est celui de {ours}.",
    )
    return Appearance(MENTION, lines)


def _in_paris(instant: datetime) -> str:
    return french_instant(timezone.localtime(instant))


def render_evidence(evidence: Evidence) -> Rendered:
    """Before its seal. Raises RenderingFailed."""
    html = render_to_string(TEMPLATE, {"evidence": evidence, "issuer": evidence.issuer})
    return render_to_issue(html, stylesheet=STYLESHEET, signable=True)


def sealed_evidence(evidence: Evidence, now: datetime) -> Rendered:
    """Raises RenderingFailed, NoSealKey, SealFailed, TimestampUnavailable."""
    rendered = render_evidence(evidence)
    content = seal(
        rendered.content,
        key=seal_key(),
        field=OUR_FIELD,
        box=rendered.boxes["lexom"],
        appearance=Appearance(
            f"Scellé par {evidence.issuer.name}",
            (f"Preuve n° {evidence.number}", f"le {_in_paris(now)}"),
        ),
        reason="Dossier de preuve d’une signature",
    )
    return replace(rendered, content=content, sha256=sha256(content).hexdigest())
