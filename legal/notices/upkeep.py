"""What the clock and ``verify`` do for the legal texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from base.clock import Job, register
from base.integrity import register_check
from legal.notices.models import Notice
from legal.notices.plain_text import text_of
from legal.notices.rules import fingerprint
from legal.notices.tasks import issue_notice_document, without_document


def ask_for_documents(now: datetime) -> None:
    for pk in without_document():
        issue_notice_document.enqueue(pk)


def notice_faults() -> Iterator[str]:
    for notice in Notice.objects.published().iterator():
        if fingerprint(notice.text) != notice.sha256 or text_of(notice.html) != notice.text:
            yield f"{notice} : le texte publié ne correspond plus à son empreinte."


def register_upkeep() -> None:
    register(Job("documents des textes juridiques", timedelta(minutes=5), ask_for_documents))
    register_check("textes juridiques", notice_faults)
