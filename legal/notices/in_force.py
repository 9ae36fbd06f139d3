"""The published texts, as the other rooms ask for them."""

from __future__ import annotations

from datetime import date

from legal.notices.models import Notice
from legal.notices.rules import FilledNotice, NoticeKind, NoticeMissing


def notice_in_force(kind: NoticeKind, on: date) -> FilledNotice:
    """The text of a kind on a Paris date. Raises NoticeMissing."""
    notice = Notice.objects.of_kind(kind).in_force(on).first()
    if notice is None:
        raise NoticeMissing(kind, on)
    return notice.filled


def notices_in_force(on: date) -> dict[NoticeKind, FilledNotice]:
    """One query for all the kinds that have a text on a Paris date."""
    return {notice.notice_kind: notice.filled for notice in Notice.objects.in_force(on)}
