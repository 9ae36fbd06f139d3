"""« Sessions annulées » in the menu of the shop."""

from __future__ import annotations

from typing import ClassVar

from django.urls import URLPattern, path

from shop.backoffice import cancellation_page, cancellation_views
from shop.backoffice.read_only import ReadOnlyViewSet
from shop.cancelled_sessions.models import SessionCancellation


class CancellationViewSet(ReadOnlyViewSet):
    model = SessionCancellation
    name = "session_cancellation"
    url_prefix = "sessions-annulees"
    icon = "cross"
    menu_label = "Sessions annulées"
    index_view_class = cancellation_page.CancellationIndexView
    inspect_view_class = cancellation_page.CancellationInspectView
    inspect_template_name = "shop/backoffice/session_cancellation.html"
    list_display = cancellation_page.CANCELLATION_COLUMNS
    list_export = cancellation_page.CANCELLATION_EXPORT
    export_filename = "sessions-annulees"
    ordering: ClassVar = ["-cancelled_at"]
    actions: ClassVar = {"reponses/<int:offer_pk>": cancellation_views.AnswerView}

    def get_urlpatterns(self) -> list[URLPattern]:
        cancel = cancellation_views.CancelView.as_view()
        return [
            *super().get_urlpatterns(),
            path("annuler/<int:session_pk>/", cancel, name="cancel"),
        ]
