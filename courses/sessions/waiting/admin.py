"""Staff read the waiting lists, offer seats out of turn and take people off."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.views.generic import FormView

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

import django_filters

from base.spreadsheets import VISITORS_WORDS
from base.typography import french_typography
from courses.sessions.models import CourseSession
from courses.sessions.seats import SeatsRefused
from courses.sessions.waiting.actions import WaitingRefused, offer_now, remove
from courses.sessions.waiting.models import WaitingEntry
from courses.sessions.waiting.rules import WaitingState, may_become

MANAGE = "courses.manage_waitingentry"


def listed_sessions(request: HttpRequest | None) -> QuerySet[CourseSession]:
    """Those that somebody waits or waited for, with what their names need."""
    sessions = CourseSession.objects.filter(waiting_entries__isnull=False).distinct()
    return sessions.select_related("course", "venue")


class WaitingFilterSet(WagtailFilterSet):
    session = django_filters.ModelChoiceFilter(label="Session", queryset=listed_sessions)

    class Meta:
        model = WaitingEntry
        fields: ClassVar = ["session", "state"]


class WaitingIndexView(IndexView):
    custom_value_preprocess: ClassVar = IndexView.custom_value_preprocess | VISITORS_WORDS

    def get_base_queryset(self) -> QuerySet[WaitingEntry]:
        entries: QuerySet[WaitingEntry] = super().get_base_queryset()
        return entries.select_related("session__course", "session__venue")


class WaitingInspectView(InspectView):
    page_title = "Liste d’attente"

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """Instants in Paris, nothing instead of « None »."""
        value = getattr(self.object, field_name)
        if isinstance(value, datetime):
            return date_format(timezone.localtime(value), "j F Y à H:i")
        return "–" if value is None else super().get_field_display_value(field_name, field)

    @property
    def header_more_buttons(self) -> list[Button]:
        return [
            Button(label, url=reverse(f"waiting:{name}", args=[self.object.pk]), icon_name=icon)
            for name, label, icon, wanted in (
                ("offer", "Proposer maintenant", "mail", WaitingState.OFFERED),
                ("remove", "Retirer de la liste", "bin", WaitingState.REMOVED),
            )
            if self.request.user.has_perm(MANAGE)
            and may_become(WaitingState(self.object.state), wanted)
        ]


class WaitingActionView(WagtailAdminTemplateMixin, PermissionRequiredMixin, FormView[Form]):
    """A page that says what will happen, then one button that does it."""

    permission_required = MANAGE
    raise_exception = True
    form_class = Form
    template_name = "courses/admin/waiting_action.html"
    page_title = ""
    explanation = ""
    button = ""
    done = ""

    @cached_property
    def entry(self) -> WaitingEntry:
        return get_object_or_404(WaitingEntry, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items: list[dict[str, str]] = super().get_breadcrumbs_items()
        return [
            *items,
            {"url": reverse("waiting:index"), "label": "Liste d’attente"},
            {"url": self.get_success_url(), "label": str(self.entry)},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"entry": self.entry, "back_url": self.get_success_url()}

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            self.act(str(self.request.user), timezone.now())
        except (WaitingRefused, SeatsRefused) as refused:
            messages.error(self.request, french_typography(str(refused)))
        else:
            messages.success(self.request, self.done)
        return redirect(self.get_success_url())

    def act(self, actor: str, now: datetime) -> None:
        raise NotImplementedError

    def get_success_url(self) -> str:
        return reverse("waiting:inspect", args=[self.entry.pk])


class OfferNowView(WaitingActionView):
    page_title = "Proposer une place maintenant"
    header_icon = "mail"
    explanation = (
        "Les places sont tenues et la proposition part par e-mail, avant le tour de cette personne. "
        "Il faut assez de places libres."
    )
    button = "Proposer maintenant"
    done = "La proposition est partie, les places sont tenues."

    def act(self, actor: str, now: datetime) -> None:
        offer_now(entry=self.entry, actor=actor, now=now)


class RemoveView(WaitingActionView):
    page_title = "Retirer de la liste d’attente"
    header_icon = "bin"
    explanation = (
        "Cette personne n’est plus sur la liste et n’en est pas prévenue par e-mail. Les places qui "
        "lui étaient tenues sont proposées aux suivants."
    )
    button = "Retirer de la liste"
    done = "Cette personne n’est plus sur la liste d’attente."

    def act(self, actor: str, now: datetime) -> None:
        remove(entry=self.entry, actor=actor, now=now)


class WaitingEntryViewSet(ModelViewSet):
    """Entries are joined and answered by visitors: staff never write them."""

    model = WaitingEntry
    name = "waiting"
    url_prefix = "liste-d-attente"
    icon = "time"
    menu_label = "Liste d’attente"
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = WaitingIndexView
    inspect_view_class = WaitingInspectView
    # The token acts for the visitor: staff have buttons of their own.
    inspect_view_fields: ClassVar = [
        "session", "name", "email", "places", "state", "joined_at", "offered_until",
        "confirmed_at", "ended_at",
    ]  # fmt: skip
    list_display: ClassVar = [
        "name",
        Column("session", label="Session"),
        Column("places", label="Places", sort_key="places"),
        Column("get_state_display", label="État", sort_key="state"),
        DateColumn("joined_at", label="Inscription", sort_key="joined_at"),
        Column("deadline", label="Tenue jusqu’au", sort_key="offered_until"),
    ]
    filterset_class = WaitingFilterSet
    list_export: ClassVar = ["session", "name", "email", "places", "state", "joined_at"]
    search_fields: ClassVar = ["name", "email"]
    ordering: ClassVar = ["joined_at"]

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
            path("<int:pk>/proposer/", OfferNowView.as_view(), name="offer"),
            path("<int:pk>/retirer/", RemoveView.as_view(), name="remove"),
        ]
