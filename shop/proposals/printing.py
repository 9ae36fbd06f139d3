"""The PDF of a proposal: signable, followed by the terms it refers to, sealed with an empty box for the client."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.template.loader import render_to_string
from django.utils import timezone

from base.typography import french_date
from documents.issued import IssuedDocument, render_to_issue
from documents.rendering import Rendered, render
from documents.sealing import Appearance, seal, seal_key
from legal.terms.pdf import annexed_terms
from shop.proposals.content import ProposalContent

# Raise it when the template, its styles or its sentences change.
TEMPLATE_VERSION = "2"
TEMPLATE = "documents/proposal.html"
STYLESHEET = "proposal"
DRAFT_STYLESHEET = "proposal_draft"
DRAFT_NUMBER = "PROJET"
OUR_FIELD, CLIENT_FIELD = "LEXOM", "Client"


def render_proposal(content: ProposalContent, terms: IssuedDocument) -> Rendered:
    """Before its seal, the same bytes for the same content and terms. Raises RenderingFailed."""
    return render_to_issue(
        proposal_html(content),
        stylesheet=STYLESHEET,
        appended=[annexed_terms(terms)],
        signable=True,
    )


def render_draft(content: ProposalContent) -> bytes:
    """What would be issued, « PROJET » across every page: no seal, no terms, kept nowhere.

    Raises RenderingFailed.
    """
    return render(proposal_html(content), stylesheet=DRAFT_STYLESHEET).content


def proposal_html(content: ProposalContent) -> str:
    return render_to_string(TEMPLATE, {"proposal": content, "issuer": content.issuer})


def sealed(rendered: Rendered, content: ProposalContent, now: datetime) -> Rendered:
    """With our certifying seal in its box; from then on a reader accepts nothing but signatures.

    Raises NoSealKey, SealFailed and TimestampUnavailable.
    """
    day = french_date(timezone.localdate(now))
    appearance = Appearance(
        f"Scellé par {content.issuer.name}", (f"Proposition {content.reference}", f"le {day}")
    )
    written = seal(
        rendered.content,
        key=seal_key(),
        field=OUR_FIELD,
        box=rendered.boxes["lexom"],
        appearance=appearance,
        empty_fields={CLIENT_FIELD: rendered.boxes["client"]},
        reason="Émission de la proposition commerciale",
    )
    return replace(rendered, content=written, sha256=sha256(written).hexdigest())
