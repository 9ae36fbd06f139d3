from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from django_tasks import task

from documents.issued import IssuedDocument, documents_of, issue
from legal.notices.models import Notice
from legal.notices.pdf import FILE_NAMES, TEMPLATE_VERSION, printed_facts, render_notice
from legal.notices.rules import NoticeKind

PRINTED = tuple(FILE_NAMES)


def notice_document(notice: Notice) -> IssuedDocument | None:
    """The PDF that was issued for a published version."""
    document: IssuedDocument | None = documents_of(notice).first()
    return document


def documents_in_force(kinds: Iterable[NoticeKind], on: date) -> list[IssuedDocument]:
    """The printed texts in force on a Paris date, in the order of ``kinds``; one without is left out."""
    by_kind = {row.notice_kind: row for row in Notice.objects.in_force(on)}
    documents = (notice_document(by_kind[kind]) for kind in kinds if kind in by_kind)
    return [document for document in documents if document is not None]


def without_document() -> list[int]:
    """Published versions whose PDF is still to be issued."""
    kinds = [kind.value for kind in PRINTED]
    rows = Notice.objects.published().filter(kind__in=kinds)
    return [notice.pk for notice in rows if notice_document(notice) is None]


@task(priority=-10)
@transaction.atomic
def issue_notice_document(notice_id: int) -> str:
    """Issues the PDF of a published version once; a second worker finds the work done."""
    notice = Notice.objects.select_for_update().published().get(pk=notice_id)
    existing = notice_document(notice)
    if existing is not None:
        return existing.sha256
    document = issue(
        kind=f"notice_{notice.kind}",
        number=str(notice.number),
        title=notice.notice_kind.label,
        file_name=FILE_NAMES[notice.notice_kind],
        owner=notice,
        rendered=render_notice(notice.filled),
        template_version=TEMPLATE_VERSION,
        context=printed_facts(notice.filled),
    )
    return document.sha256
