"""Drafting, previewing and publishing legal texts in the back-office."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import CreateView, EditView, IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from legal.deletion import GuardedDeleteView
from legal.notices.actions import publication_faults, start_from_statute
from legal.notices.admin_views import new_version, preview_page, preview_pdf, publish
from legal.notices.facts import current_facts
from legal.notices.models import Notice, NoticeQuerySet
from legal.notices.rules import PLACEHOLDERS, NoticeKind, NoticeState
from legal.notices.tasks import PRINTED
from legal.notices.wording import departs, filled_wording


class NoticePermissionPolicy(ModelPermissionPolicy):
    """A published text is proof of what was shown: nobody changes or deletes it."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if instance.is_published and action in ("change", "delete"):
            return False
        return bool(super().user_has_permission_for_instance(user, action, instance))


register_permission_policy(Notice, NoticePermissionPolicy(Notice))


class NoticeForm(WagtailAdminModelForm):
    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        drafts = Notice.objects.of_kind(NoticeKind(kind)).filter(state=NoticeState.DRAFT.value)
        if drafts.exclude(pk=self.instance.pk).exists():
            raise ValidationError("Un brouillon de ce texte existe déjà : complétez-le.")
        return kind

    def save(self, commit: bool = True) -> Notice:
        start_from_statute(self.instance)
        notice: Notice = super().save(commit=commit)
        return notice


class NoticeCreateView(CreateView):
    def get_initial_form_instance(self) -> Notice:
        """A text opened from the reminder of what is missing already has its kind."""
        kind = self.request.GET.get("kind", "")
        known = kind if kind in list(NoticeKind) else ""
        return Notice(kind=known, valid_from=timezone.localdate())

    def get_success_url(self) -> str:
        return reverse("notice:inspect", args=(self.object.pk,))


class NoticeEditView(EditView):
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        published = Notice.objects.published().filter(pk=kwargs["pk"])
        if published.exists():
            return redirect("notice:inspect", kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        return reverse("notice:inspect", args=(self.object.pk,))


class NoticeIndexView(IndexView):
    def get_base_queryset(self) -> NoticeQuerySet:
        versions: NoticeQuerySet = super().get_base_queryset()
        return versions.with_next_start()

    def get_edit_url(self, instance: Notice) -> str | None:
        """The title of a published version leads to its words, that of a draft to its form."""
        if instance.is_published:
            inspect: str | None = self.get_inspect_url(instance)
            return inspect
        edit: str | None = super().get_edit_url(instance)
        return edit

    def get_delete_url(self, instance: Notice) -> str | None:
        return None if instance.is_published else super().get_delete_url(instance)


class NoticeInspectView(InspectView):
    template_name = "legal/admin/notice.html"
    page_title = "Texte"

    def get_edit_url(self) -> str | None:
        return None if self.object.is_published else super().get_edit_url()

    def get_delete_url(self) -> str | None:
        return None if self.object.is_published else super().get_delete_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        notice: Notice = self.object
        filled = filled_wording(notice, current_facts())
        faults = [] if notice.is_published else publication_faults(
            notice, filled, now=timezone.now(), departure_accepted=True
        )  # fmt: skip
        return super().get_context_data(**kwargs) | {
            "notice": notice,
            "faults": faults,
            "missing": filled.missing,
            "departs": not notice.is_published and departs(notice),
            "words": notice.html if notice.is_published else filled.html,
            "is_printed": notice.notice_kind in PRINTED,
            "may_publish": self.request.user.has_perm("legal.publish_notice"),
            "may_draft": self.user_has_permission("add"),
        }


def validity(notice: Notice) -> str:
    start = f"{notice.valid_from:%d/%m/%Y}"
    if not notice.is_published:
        return f"prévu le {start}"
    return f"du {start} au {notice.valid_to:%d/%m/%Y}" if notice.valid_to else f"depuis le {start}"


PLACEHOLDER_HELP = "".join(
    f"<li><code>{{{item.name}}}</code>&nbsp;: {item.label}</li>" for item in PLACEHOLDERS.values()
)


class NoticeViewSet(ModelViewSet):
    model = Notice
    form_fields: list[str] = []
    icon = "doc-full"
    menu_label = "Textes datés"
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["kind"]
    index_view_class = NoticeIndexView
    add_view_class = NoticeCreateView
    edit_view_class = NoticeEditView
    delete_view_class = GuardedDeleteView
    inspect_view_class = NoticeInspectView
    list_display = [
        "__str__",
        Column("get_state_display", label="État", sort_key="state"),
        Column("validity", label="En vigueur", accessor=validity, sort_key="valid_from"),
        DateColumn("published_at", label="Publié"),
    ]
    list_filter = {"kind": ["exact"], "state": ["exact"]}
    ordering = ["kind", "-valid_from"]
    edit_handler = ObjectList(
        [
            HelpPanel(
                content="<p>Un texte publié ne change plus : il prouve ce que les visiteurs ont lu. "
                "Pour le corriger, commencez une nouvelle version.</p>"
            ),
            MultiFieldPanel([FieldRowPanel(["kind", "valid_from"])], heading="Quel texte, quand ?"),
            FieldPanel("body"),
            HelpPanel(
                heading="Mots remplacés par les informations des réglages",
                content=f"<ul>{PLACEHOLDER_HELP}</ul>",
            ),
        ],
        base_form_class=NoticeForm,
    )

    def get_edit_handler(self) -> Any:
        return self.edit_handler.bind_to_model(self.model)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/publier/", publish, name="publish"),
            path("<int:pk>/nouvelle-version/", new_version, name="new_version"),
            path("<int:pk>/apercu/", preview_page, name="preview_page"),
            path("<int:pk>/apercu-pdf/", preview_pdf, name="preview_pdf"),
        ]
