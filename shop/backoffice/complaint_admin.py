"""The register of complaints and the templates of answers."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

import django_filters

from base.clock import present
from base.day_filters import DaysFilter
from shop.backoffice import complaint_views
from shop.backoffice.access import ANSWER_COMPLAINT
from shop.backoffice.complaint_page import ComplaintInspectView
from shop.backoffice.listing import ONE_LINE, ShopIndexView
from shop.backoffice.read_only import ReadOnlyViewSet
from shop.complaints.models import AnswerTemplate, Complaint
from shop.complaints.rules import Capacity, ComplaintState, Topic
from shop.payments.models import Contract
from shop.withdrawal.models import DeclarationChannel


def record_address(contract: Contract) -> str:
    """Where staff write down a complaint about a contract."""
    asked = urlencode({"contrat": contract.payment_reference})
    return f"{reverse('complaint:record')}?{asked}"


class ComplaintFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label="État",
        choices=[(state.value, state.label.capitalize()) for state in ComplaintState],
        widget=forms.CheckboxSelectMultiple,
    )
    late = django_filters.MultipleChoiceFilter(
        label="Réponse",
        choices=[("oui", "En retard")],
        method="keep_late",
        widget=forms.CheckboxSelectMultiple,
    )
    notice = django_filters.ChoiceFilter(
        label="Avis de médiation",
        choices=[("oui", "Établi"), ("non", "Pas établi")],
        method="keep_notices",
        widget=forms.RadioSelect,
        empty_label="Tous",
    )
    capacity = django_filters.MultipleChoiceFilter(
        label="Écrit",
        choices=[(capacity.value, capacity.label.capitalize()) for capacity in Capacity],
        widget=forms.CheckboxSelectMultiple,
    )
    topic = django_filters.MultipleChoiceFilter(
        label="Porte sur",
        choices=[(topic.value, topic.label.capitalize()) for topic in Topic],
        widget=forms.CheckboxSelectMultiple,
    )
    channel = django_filters.MultipleChoiceFilter(
        label="Canal", choices=DeclarationChannel.choices, widget=forms.CheckboxSelectMultiple
    )
    received_at = DaysFilter(label="Reçue")

    class Meta:
        model = Complaint
        fields: ClassVar = [
            "state", "late", "notice", "capacity", "topic", "channel", "received_at",
        ]  # fmt: skip

    def keep_late(self, rows: Any, name: str, value: list[str]) -> Any:
        late = Complaint.objects.overdue(timezone.localdate(present()))
        return rows.filter(pk__in=late.values("pk")) if value else rows

    def keep_notices(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(notice__isnull=value == "non")


class ComplaintIndexView(ShopIndexView):
    export_headings: ClassVar = {
        "state": "État",
        "contract": "Contrat",
        "answered_on": "Répondue le",
        "notice_on": "Avis de médiation établi le",
        "last_day": "Dernier jour pour saisir le médiateur",
        "kept_until": "À conserver jusqu’au",
    }

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm(ANSWER_COMPLAINT):
            return []
        return [
            HeaderButton(
                "Enregistrer une réclamation", url=reverse("complaint:record"), icon_name="plus"
            )
        ]

    def get_base_queryset(self) -> QuerySet[Complaint]:
        rows: QuerySet[Complaint] = Complaint.objects.select_related("order", "proposal", "notice")
        return rows.defer("proposal__content").prefetch_related("messages", "answers")

    def to_row_dict(self, item: Complaint) -> dict[str, Any]:
        notice, answers = item.known_notice, list(item.answers.all())
        computed = {
            "sent_at": timezone.localdate(item.sent_at),
            "received_at": timezone.localdate(item.received_at),
            "channel": item.get_channel_display(),
            "capacity": item.get_capacity_display(),
            "topic": item.get_topic_display(),
            "state": item.get_state_display(),
            "contract": item.contract_reference,
            "answered_on": timezone.localdate(answers[-1].answered_at) if answers else "",
            "notice_on": notice.issued_on if notice else "",
            "last_day": notice.last_day if notice else "",
        }
        return {name: computed.get(name, getattr(item, name, "")) for name in self.list_export}


def _expected(complaint: Complaint) -> str:
    if not complaint.is_open:
        return ""
    day = complaint.answer_due_on
    late = " (en retard)" if day < timezone.localdate() else ""
    return f"{day:%d/%m/%Y}{late}"


def _told(complaint: Complaint) -> str:
    notice = complaint.known_notice
    return f"{notice.issued_on:%d/%m/%Y}" if notice else ""


COMPLAINT_COLUMNS: list[Any] = [
    TitleColumn(
        "number",
        label="Numéro",
        url_name="complaint:inspect",
        sort_key="number",
        classname=ONE_LINE,
    ),
    Column(
        "received_at",
        label="Reçue",
        accessor=lambda row: f"{timezone.localtime(row.received_at):%d/%m/%Y}",
        sort_key="received_at",
    ),
    Column("name", label="Nom", sort_key="name"),
    Column("get_topic_display", label="Porte sur", sort_key="topic"),
    Column(
        "contract",
        label="Contrat",
        accessor=lambda row: row.contract_reference or "à rattacher",
        classname=ONE_LINE,
    ),
    Column("get_state_display", label="État", sort_key="state"),
    Column(
        "answer_due_on", label="À répondre avant le", accessor=_expected, sort_key="answer_due_on"
    ),
    Column("notice", label="Avis de médiation", accessor=_told),
]


class ComplaintViewSet(ReadOnlyViewSet):
    model = Complaint
    name = "complaint"
    url_prefix = "reclamations"
    icon = "warning"
    menu_label = "Réclamations"
    index_view_class = ComplaintIndexView
    inspect_view_class = ComplaintInspectView
    inspect_template_name = "shop/backoffice/complaint.html"
    filterset_class = ComplaintFilterSet
    list_display = COMPLAINT_COLUMNS
    list_export: ClassVar = [
        "number", "received_at", "sent_at", "channel", "name", "email", "capacity", "reference",
        "contract", "topic", "text", "state", "answer_due_on", "answered_on", "notice_on", "last_day",
        "recorded_by", "kept_until",
    ]  # fmt: skip
    export_filename = "registre-des-reclamations"
    search_fields: ClassVar = [
        "number", "name", "email", "reference", "text", "order__reference", "proposal__number",
    ]  # fmt: skip
    ordering: ClassVar = ["-received_at", "-pk"]
    actions: ClassVar = {
        "repondre": complaint_views.AnswerComplaintView,
        "message": complaint_views.RecordMessageView,
        "rattacher": complaint_views.AttachComplaintView,
        "mediation": complaint_views.GiveNoticeView,
        "avis-poste": complaint_views.PostedView,
    }

    def get_urlpatterns(self) -> list[URLPattern]:
        recording = complaint_views.RecordComplaintView.as_view()
        return [path("enregistrer/", recording, name="record"), *super().get_urlpatterns()]


class AnswerTemplateViewSet(ModelViewSet):
    model = AnswerTemplate
    name = "answertemplate"
    url_prefix = "modeles-de-reponse"
    icon = "openquote"
    menu_label = "Modèles de réponse"
    index_view_class = ShopIndexView
    copy_view_enabled = False
    form_fields: ClassVar = ["title", "text"]
    list_display: ClassVar = [
        TitleColumn("title", label="Titre", url_name="answertemplate:edit", sort_key="title")
    ]
    list_export: ClassVar = ["title", "text"]
    export_filename = "modeles-de-reponse"
    search_fields: ClassVar = ["title", "text"]
    ordering: ClassVar = ["title"]
