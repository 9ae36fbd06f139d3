"""Deletion in the back-office of rows that may have become proof."""

from __future__ import annotations

from typing import Any

from django.shortcuts import redirect

from wagtail.admin import messages
from wagtail.admin.views.generic import DeleteView


class GuardedDeleteView(DeleteView):
    """Asks the permission policy about the row itself: Wagtail only asks about the model."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if self.user_has_permission("delete") and not self.user_has_permission_for_instance(
            "delete", self.object
        ):
            messages.error(request, f"« {self.object} » est déjà en usage : il est gardé.")
            return redirect(self.index_url_name)
        return super().dispatch(request, *args, **kwargs)
