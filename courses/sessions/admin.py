"""Editors' views of sessions, venues and trainers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import Button

from base.typography import counted
from courses.sessions.actions import schedule_usual_half_days
from courses.sessions.models import CourseSession, Trainer, Venue
from courses.sessions.notes import SessionNotesPanel
from courses.sessions.rules import SessionState, plan_half_days
from courses.sessions.seats import settle_waiting_list
from courses.sessions.waiting.admin import WaitingEntryViewSet
from courses.sessions.waiting.rules import LIVE

CANCELLED = SessionState.CANCELLED


class CourseSessionForm(WagtailAdminModelForm):
    """Fills in the last day and the usual timetable when the editor leaves them empty."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        course, starts_on = cleaned.get("course"), cleaned.get("starts_on")
        if starts_on and not cleaned.get("ends_on"):
            duration = course.specific.duration_days if course else None
            slots = plan_half_days(starts_on, duration) if duration else []
            cleaned["ends_on"] = slots[-1].date if slots else starts_on
        self._keep_promises(cleaned.get("state"))
        return cleaned

    def _keep_promises(self, state: str | None) -> None:
        """People who hold seats are told and refunded by an action of its own, which is not undone."""
        before = self.initial.get("state")
        if before != CANCELLED and state == CANCELLED and self.instance.seats_taken:
            self.add_error(
                "state",
                f"{counted(self.instance.seats_taken, 'place', 'prise')} : passez par « Annuler cette session », "
                "qui prévient les inscrits et les rembourse.",
            )
        if self.instance.pk and before == CANCELLED and state != CANCELLED:
            self.add_error("state", "Une session annulée ne se rouvre pas : créez-en une autre.")

    def save(self, commit: bool = True) -> CourseSession:
        session: CourseSession = super().save(commit=commit)
        if commit:
            schedule_usual_half_days(session=session)
            settle_waiting_list(session_id=session.pk)  # more seats, another date, cancelled
        return session


class SessionCreateView(CreateView):
    def get_initial_form_instance(self) -> CourseSession:
        """A session opened from a course's page already names that course."""
        session = CourseSession(state="draft")
        course_id = self.request.GET.get("course", "")
        if course_id.isascii() and course_id.isdigit() and len(course_id) < 10:
            session.course_id = int(course_id)
        return session


SessionButtons = Callable[[CourseSession, Any], list[Button]]
_more_buttons: list[SessionButtons] = []


def add_session_buttons(buttons: SessionButtons) -> None:
    """What another room lets staff do with a session: ``buttons`` gets the session and the user."""
    if buttons not in _more_buttons:
        _more_buttons.append(buttons)


class SessionEditView(EditView):
    @cached_property
    def header_more_buttons(self) -> list[Button]:
        more = [button for add in _more_buttons for button in add(self.object, self.request.user)]
        return [*super().header_more_buttons, *more]


class SessionIndexView(IndexView):
    def get_base_queryset(self) -> QuerySet[CourseSession]:
        sessions: QuerySet[CourseSession] = super().get_base_queryset()
        waiting = Count("waiting_entries", filter=Q(waiting_entries__state__in=LIVE))
        return sessions.annotate(waiting=waiting)


def fill_label(session: CourseSession) -> str:
    capacity = "illimité" if session.capacity is None else session.capacity
    return f"{session.seats_taken} / {capacity}"


class CourseSessionViewSet(ModelViewSet):
    model = CourseSession
    form_fields: list[str] = []
    icon = "calendar-alt"
    menu_label = "Sessions"
    copy_view_enabled = False
    inspect_view_enabled = False
    add_view_class = SessionCreateView
    edit_view_class = SessionEditView
    index_view_class = SessionIndexView
    list_display = [
        "course",
        "starts_on",
        Column("place", label="Lieu"),
        Column("fill", label="Places", accessor=fill_label),
        Column("waiting", label="En attente", sort_key="waiting"),
        Column("get_state_display", label="État", sort_key="state"),
    ]
    list_filter = {
        "state": ["exact"],
        "format": ["exact"],
        "venue": ["exact"],
        "starts_on": ["gte"],
    }
    list_export = ["course", "starts_on", "ends_on", "place", "state", "capacity", "seats_taken"]
    search_fields = ["course__title", "course__reference"]
    ordering = ["-starts_on"]
    edit_handler = ObjectList(
        [
            SessionNotesPanel(heading="À savoir"),
            FieldPanel("course"),
            MultiFieldPanel([FieldRowPanel(["starts_on", "ends_on"])], heading="Quand ?"),
            MultiFieldPanel([FieldRowPanel(["format", "venue"]), "remote_access"], heading="Où ?"),
            MultiFieldPanel(["trainer"], heading="Avec qui ?"),
            MultiFieldPanel(
                [FieldRowPanel(["capacity", "minimum_to_run"]), "price_excl_vat_override"],
                heading="Combien de places, à quel prix ?",
            ),
            MultiFieldPanel(["state"], heading="Est-elle ouverte ?"),
            InlinePanel(
                "half_days",
                heading="Quels horaires ?",
                label="Demi-journée",
                help_text="Sans horaire saisi, 9 h – 12 h 30 et 13 h 30 – 17 h sont inscrits.",
                panels=[FieldRowPanel(["date", "start_time", "end_time"])],
            ),
        ],
        base_form_class=CourseSessionForm,
    )

    def get_edit_handler(self) -> Any:
        return self.edit_handler.bind_to_model(self.model)


class VenueViewSet(ModelViewSet):
    model = Venue
    form_fields = [
        "name",
        "street",
        "postcode",
        "town",
        "access_information",
        "accessibility_information",
    ]
    icon = "site"
    menu_label = "Lieux"
    copy_view_enabled = False
    list_display = ["name", "town"]
    search_fields = ["name", "town"]


class TrainerViewSet(ModelViewSet):
    model = Trainer
    form_fields = ["name", "qualifications", "biography", "photo"]
    icon = "group"
    menu_label = "Formateurs"
    copy_view_enabled = False
    list_display = ["name", "qualifications"]
    search_fields = ["name"]


class SessionsGroup(ModelViewSetGroup):
    items = [CourseSessionViewSet, WaitingEntryViewSet, VenueViewSet, TrainerViewSet]
    menu_label = "Sessions"
    menu_icon = "calendar-alt"
    menu_order = 120


class SessionsBelowMinimumView(ReportView):
    page_title = "Sessions sous leur minimum"
    header_icon = "warning"
    index_url_name = "sessions_below_minimum"
    index_results_url_name = "sessions_below_minimum_results"
    model = CourseSession
    columns = [
        Column("course", label="Formation"),
        Column("dates", label="Dates"),
        Column("place", label="Lieu"),
        Column("fill", label="Places prises", accessor=fill_label),
        Column("minimum_to_run", label="Minimum"),
    ]
    list_export = ["course", "starts_on", "place", "seats_taken", "minimum_to_run"]

    def user_has_any_permission(self, permissions: Any) -> bool:
        return bool(self.request.user.has_perm("courses.change_coursesession"))

    any_permission_required = ["change"]

    def get_queryset(self) -> QuerySet[CourseSession]:
        below = CourseSession.objects.below_minimum(timezone.localdate())
        self.queryset = below.select_related("course", "venue").order_by("starts_on")
        result: QuerySet[CourseSession] = super().get_queryset()
        return result
