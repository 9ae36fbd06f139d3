"""The PDF of an agreement, sealed by LEXOM: the client's consent is the signature of the proposal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.template.loader import render_to_string
from django.utils import timezone

from base.typography import french_date
from documents.issued import render_to_issue
from documents.rendering import Rendered
from documents.sealing import Appearance, seal, seal_key
from shop.proposals.agreement.content import AgreementContent

# Raise it when the template, its styles or its sentences change.
TEMPLATE_VERSION = "2"
TEMPLATE = "documents/agreement.html"
STYLESHEET = "proposal"
FIELD = "LEXOM"


def render_agreement(content: AgreementContent) -> Rendered:
    """Before its seal, the same bytes for the same content. Raises RenderingFailed."""
    context = {
        "agreement": content, "proposal": content.proposal, "issuer": content.proposal.issuer,
    }  # fmt: skip
    html = render_to_string(TEMPLATE, context)
    return render_to_issue(html, stylesheet=STYLESHEET, signable=True)


def sealed(rendered: Rendered, content: AgreementContent, now: datetime) -> Rendered:
    """Raises NoSealKey, SealFailed and TimestampUnavailable."""
    day = french_date(timezone.localdate(now))
    title = f"Scellée par {content.proposal.issuer.name}"
    written = seal(
        rendered.content,
        key=seal_key(),
        field=FIELD,
        box=rendered.boxes["lexom"],
        appearance=Appearance(title, (f"Convention {content.number}", f"le {day}")),
        reason="Établissement de la convention de formation",
    )
    return replace(rendered, content=written, sha256=sha256(written).hexdigest())
