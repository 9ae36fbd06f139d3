"""The demo's legal texts, published as a member of Publication would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from base.models import Organisation
from base.templatetags.typography import paragraphs
from base.typography import french_typography
from legal.models import Mediator, Notice
from legal.notices.actions import publish_notice, start_from_statute

ACTOR = "démonstration"
RETENTION_COLUMNS = ("data", "active", "archive", "basis")


def publish_all(texts: dict[str, Any], *, today: date) -> None:
    fill_empty(Organisation.current(), texts["organisation"])
    mediator = Mediator.current()
    mediator.agreement_valid_until = date(today.year + 1, 12, 31)
    mediator.last_checked_on = today
    fill_empty(mediator, texts["mediator"])
    for data in texts["notices"]:
        notice = Notice(kind=data["kind"], valid_from=today, body=list(blocks(data)))
        start_from_statute(notice)
        notice.save()
        publish_notice(notice=notice, actor=ACTOR)


def fill_empty(settings: Organisation | Mediator, facts: dict[str, str]) -> None:
    for name, value in facts.items():
        if not getattr(settings, name):
            setattr(settings, name, value)
    settings.save()


def blocks(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for section in data.get("sections", []):
        if "heading" in section:
            yield "heading", french_typography(section["heading"])
        if "text" in section:
            yield "text", str(paragraphs(french_typography(section["text"])))
        if "retention" in section:
            yield "retention", retention(section)


def retention(section: dict[str, Any]) -> dict[str, Any]:
    rows = (map(french_typography, row) for row in section["rows"])
    return {
        "caption": section["retention"],
        "rows": [dict(zip(RETENTION_COLUMNS, row, strict=True)) for row in rows],
    }
