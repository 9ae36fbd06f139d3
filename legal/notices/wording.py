"""From what staff typed to the words that are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join

from legal.notices.models import Notice
from legal.notices.plain_text import text_of
from legal.notices.rules import Filled, NoticeKind, fill
from legal.notices.statutory import STATUTORY, departs_from_statute


def typed_html(notice: Notice) -> str:
    """The body with its placeholders as typed."""
    return render_to_string("legal/notice_body.html", {"body": notice.body}).strip()


def filled_wording(notice: Notice, facts: Mapping[str, str]) -> Filled:
    return fill(notice.notice_kind, typed_html(notice), facts)


def departs(notice: Notice) -> bool:
    """Whether the body says something else than the wording that the law gives."""
    return departs_from_statute(notice.notice_kind, text_of(typed_html(notice)))


def statutory_body(kind: NoticeKind) -> list[tuple[str, Any]]:
    """The wording of the law as blocks of a body, nothing for a text that the law leaves free."""
    return [
        block
        for title, lines in STATUTORY.get(kind, ())
        for block in (("heading", title), ("text", _paragraphs(lines)))
    ]


def _paragraphs(lines: tuple[str, ...]) -> str:
    return format_html("{}", format_html_join("", "<p>{}</p>", ((line,) for line in lines)))
