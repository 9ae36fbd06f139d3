"""The demo's terms of sale: one version in force, one draft, made by two accounts."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import Any

from django.utils import timezone

from base.templatetags.typography import paragraphs
from legal.terms.actions import approve_terms, copy_terms, draft_terms, submit_terms
from legal.terms.blocks import as_blocks
from legal.terms.models import TermsVersion
from legal.terms.rules import Audience
from legal.terms.tasks import issue_terms_pdf
from legal.terms.text import Article, Terms, from_data
from pages.demo.reading import FOLDER
from users.models import User

AUTHOR, APPROVER = "redaction@lexom.example", "publication@lexom.example"
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"https://[^\s<]+")


def read_terms() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "terms.toml").read_text(encoding="utf-8"))


def terms_text(parts: list[dict[str, Any]]) -> Terms:
    return from_data(
        [
            {
                **part,
                "introduction": _html(part.get("introduction", "")),
                "articles": [{**a, "text": _html(a["text"])} for a in part.get("article", [])],
            }
            for part in parts
        ]
    )


def add_terms() -> TermsVersion:
    """The version in force from today, with its document, then a draft that changes it."""
    data = read_terms()
    text = terms_text(data["part"])
    author, approver = (User.objects.get(email=email) for email in (AUTHOR, APPROVER))
    version = draft_terms(
        user=author,
        text=text,
        audience=Audience(data["version"]["audience"]),
        changes=data["version"]["changes"],
    )
    submit_terms(version=version, user=author)
    approve_terms(version=version, user=approver, in_force_from=timezone.localdate())
    issue_terms_pdf.func(version.pk)  # at once: no worker runs yet
    _add_draft(version, author, data["draft"])
    return version


def _add_draft(version: TermsVersion, author: User, data: dict[str, Any]) -> None:
    draft = copy_terms(source=version, user=author)
    draft.content = as_blocks(_amended(version.text, data["replacement"]))
    draft.changes = data["changes"]
    draft.save()
    draft.save_revision(user=author)


def _amended(text: Terms, replacements: list[dict[str, str]]) -> Terms:
    return Terms(
        tuple(
            replace(part, articles=tuple(_amended_article(a, replacements) for a in part.articles))
            for part in text.parts
        )
    )


def _amended_article(article: Article, replacements: list[dict[str, str]]) -> Article:
    html = article.html
    for change in replacements:
        html = html.replace(change["old"], change["new"])
    return replace(article, html=html)


def _html(text: str) -> str:
    html = _BOLD.sub(r"<strong>\1</strong>", str(paragraphs(text.strip())))
    return _LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', html)
