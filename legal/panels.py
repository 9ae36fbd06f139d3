"""What staff find on the admin home page while something of this app needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wagtail.admin.ui.components import Component


@dataclass(frozen=True)
class ToDo:
    name: str
    heading: str
    lines: tuple[str, ...]
    action: str
    url: str


class ToDoPanel(Component):
    order = 20
    template_name = "legal/admin/todo_panel.html"

    def __init__(self, todo: ToDo) -> None:
        self.todo = todo

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"todo": self.todo, "panel_id": f"to-do-{self.todo.name}"}
