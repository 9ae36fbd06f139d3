"""What other rooms have to say of a session, on its page in the back-office."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wagtail.admin.panels import Panel

from courses.sessions.models import CourseSession

Source = Callable[[CourseSession], Iterable[str]]
_sources: list[Source] = []


def register_notes(source: Source) -> None:
    """``source`` gives French sentences, none where there is nothing to say."""
    _sources.append(source)


def notes_of(session: CourseSession) -> list[str]:
    return [note for source in _sources for note in source(session)]


class SessionNotesPanel(Panel):
    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/admin/session_notes.html"

        def is_shown(self) -> bool:
            return self.instance.pk is not None and bool(self.notes)

        @property
        def notes(self) -> list[str]:
            return notes_of(self.instance)

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"notes": self.notes}
