"""What the lists of the shop have in common: rows that only actions write."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, path

from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet


class GuardedMenuItem(MenuItem):
    def __init__(self, *args: Any, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(self.permission))


class ReadOnlyViewSet(ModelViewSet):
    """Rows that only actions write: there is no address to add, change, copy or delete one."""

    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    form_fields: ClassVar[list[str]] = []
    actions: ClassVar[dict[str, Any]] = {}

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        closed = ("add", "edit", "delete", "history", "usage")
        none = {f"{name}_url_name": None for name in closed}
        given: dict[str, Any] = super().get_common_view_kwargs(**none | kwargs)
        return given

    def register_admin_url_finder(self) -> None:
        """Its addresses would lead to an edit view."""

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
            *(
                path(f"<int:pk>/{route}/", view.as_view(), name=view.url_name)
                for route, view in self.actions.items()
            ),
        ]
