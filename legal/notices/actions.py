"""Verbs on legal texts: each checks, locks, changes, records and schedules in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from base.events import record
from legal.notices.facts import current_facts
from legal.notices.models import Notice
from legal.notices.rules import (
    TRANSITIONS,
    Filled,
    NoticeKind,
    NoticeState,
    fingerprint,
    start_fault,
)
from legal.notices.tasks import PRINTED, issue_notice_document
from legal.notices.wording import departs, filled_wording, statutory_body


class PublicationRefused(Exception):
    """``reasons`` are French sentences; ``filled`` lists the facts to complete."""

    def __init__(self, reasons: list[str], filled: Filled) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.filled = filled


def publication_faults(
    notice: Notice, filled: Filled, *, now: datetime, departure_accepted: bool = False
) -> list[str]:
    """Why a draft may not be published now, in French; empty when it may."""
    latest = Notice.objects.published().of_kind(notice.notice_kind).order_by("-valid_from").first()
    faults = [
        start_fault(
            notice.valid_from,
            today=timezone.localdate(now),
            latest=latest.valid_from if latest else None,
        ),
        "" if filled.text else "Le texte est vide.",
        ""
        if not filled.missing
        else f"À compléter : {', '.join(p.label for p in filled.missing)}.",
        "" if not filled.stray else f"Accolades à corriger : {', '.join(filled.stray)}.",
        ""
        if departure_accepted or not departs(notice)
        else "Le texte s’écarte du modèle de la loi : confirmez que c’est voulu, ou rétablissez-le.",
    ]
    return list(filter(None, faults))


@transaction.atomic
def publish_notice(
    *, notice: Notice, actor: str, now: datetime | None = None, departure_accepted: bool = False
) -> Notice:
    """Freezes the words of a draft with the facts of the moment. Raises PublicationRefused."""
    now = now or timezone.now()
    versions = Notice.objects.select_for_update().of_kind(notice.notice_kind).order_by("pk")
    draft: Notice = next(version for version in versions if version.pk == notice.pk)
    filled = filled_wording(draft, current_facts())
    if NoticeState.PUBLISHED not in TRANSITIONS[NoticeState(draft.state)]:
        raise PublicationRefused(["Cette version est déjà publiée."], filled)
    if faults := publication_faults(draft, filled, now=now, departure_accepted=departure_accepted):
        raise PublicationRefused(faults, filled)
    draft.state = NoticeState.PUBLISHED.value
    draft.number = 1 + max((version.number or 0 for version in versions), default=0)
    draft.html, draft.text = filled.html, filled.text
    draft.sha256, draft.published_at = fingerprint(filled.text), now
    draft.save()
    _record_publication(draft, actor=actor, now=now)
    if draft.notice_kind in PRINTED:
        issue_notice_document.enqueue(draft.pk)
    return draft


def _record_publication(notice: Notice, *, actor: str, now: datetime) -> None:
    data = {
        "kind": notice.kind,
        "number": notice.number,
        "valid_from": notice.valid_from,
        "sha256": notice.sha256,
        "departs_from_statute": departs(notice),
    }
    record("notice_published", subject=notice, actor=actor, data=data, at=now)


@transaction.atomic
def start_new_version(*, notice: Notice, actor: str, now: datetime | None = None) -> Notice:
    """The draft of the kind: the existing one, or a copy of ``notice`` dated today."""
    drafts = Notice.objects.of_kind(notice.notice_kind).filter(state=NoticeState.DRAFT.value)
    draft: Notice | None = drafts.first()
    if draft is None:
        now = now or timezone.now()
        draft = Notice.objects.create(
            kind=notice.kind, body=notice.body, valid_from=timezone.localdate(now)
        )
        record("notice_drafted", subject=draft, actor=actor, data={"copy_of": notice.pk}, at=now)
    return draft


def start_from_statute(notice: Notice) -> None:
    """Gives an empty body the wording of the law, where there is one."""
    if not notice.body:
        notice.body = statutory_body(NoticeKind(notice.kind))
