"""The PDF of a notice of mediation: PDF/A-3a and PDF/UA-1, unsealed like all that a consumer receives."""

from __future__ import annotations

from django.template.loader import render_to_string

from documents.issued import render_to_issue
from documents.rendering import Rendered
from shop.complaints.content import NoticeContent

# Raise it when the template, its styles or its sentences change.
TEMPLATE_VERSION = "2"
TEMPLATE = "documents/mediation_notice.html"
STYLESHEET = "mediation_notice"


def render_notice(content: NoticeContent) -> Rendered:
    """The same bytes for the same content. Raises RenderingFailed."""
    html = render_to_string(TEMPLATE, {"notice": content, "issuer": content.issuer})
    return render_to_issue(html, stylesheet=STYLESHEET)
