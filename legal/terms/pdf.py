"""A version on paper."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.template.loader import get_template, render_to_string

from base.organisation import Organisation
from documents.issued import IssuedDocument, issue, render_to_issue
from documents.issuer import letterhead
from documents.rendering import Part, Rendered
from legal.terms.models import KIND, TermsVersion
from legal.terms.text import as_data, from_data

TEMPLATE = "documents/terms.html"
STYLESHEET = "terms"


def terms_context(version: TermsVersion) -> dict[str, Any]:
    """Everything that the document prints, as JSON can keep it."""
    return {
        "number": version.number,
        "audience": version.for_whom.label,
        "in_force_from": version.in_force_from,
        "parts": as_data(version.text),
        "issuer": asdict(letterhead(Organisation.current())),
    }


def render_terms(context: dict[str, Any]) -> Rendered:
    return render_to_issue(_html(context), stylesheet=STYLESHEET)


def annexed_terms(document: IssuedDocument) -> Part:
    """The pages of a version as they were issued, to follow another document."""
    day = document.context["in_force_from"]
    context = document.context | {"in_force_from": date.fromisoformat(day) if day else None}
    return Part(_html(context), STYLESHEET)


def _html(context: dict[str, Any]) -> str:
    return render_to_string(TEMPLATE, {**context, "text": from_data(context["parts"])})


@transaction.atomic
def issue_pdf(version: TermsVersion) -> IssuedDocument:
    """Raises IntegrityError when the version already has its document."""
    context = terms_context(version)
    return issue(
        kind=KIND,
        number=version.number,
        title="Conditions générales de vente",
        file_name=f"LEXOM-CGV-{version.number}.pdf",
        owner=version,
        rendered=render_terms(context),
        template_version=template_version(),
        terms_number=version.number,
        context=context,
    )


@cache
def template_version() -> str:
    names = (TEMPLATE, "documents/base.html", "documents/css/base.css", "documents/css/terms.css")
    sources = [get_template(name).template.source for name in names]  # type: ignore[attr-defined]
    return sha256("\n".join(sources).encode()).hexdigest()
