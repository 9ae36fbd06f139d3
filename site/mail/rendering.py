"""Subject, text and HTML of an e-mail, all three from ``templates/emails/<template>.html``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import mark_safe

from base.organisation import Organisation
from mail.plain_text import plain_text, subject_of


@dataclass(frozen=True)
class RenderedMessage:
    subject: str
    text: str
    html: str


def render_message(template: str, context: dict[str, Any]) -> RenderedMessage:
    """Raises TemplateDoesNotExist, and UnknownElement for HTML that has no plain text."""
    html = get_template(f"emails/{template}.html").render(_surroundings() | context)
    return RenderedMessage(subject=subject_of(html), text=plain_text(html), html=html)


def _surroundings() -> dict[str, Any]:
    styles = get_template("emails/emails.css").render()
    return {
        "organisation": Organisation.current(),
        "site_url": settings.SITE_URL,
        "styles": mark_safe(f"<style>{styles}</style>"),  # noqa: S308  our own file
    }
