"""« Mentions des factures »: legal wording with the day from which it is printed (law.md P-04)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.forms import RadioSelect, Textarea
from django.utils import timezone

from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from base.typography import french_typography
from legal.deletion import GuardedDeleteView
from shop.invoices.models import InvoiceMention, MentionKind

EXPLANATION = (
    "<p>Chaque facture imprime les mentions en vigueur le jour de son émission, et les garde pour "
    "toujours. Quand la loi change de nom, ajoutez une mention à la date du changement\u00a0: n’effacez pas "
    "l’ancienne.</p>"
)
IN_FORCE = (
    "Cette mention est déjà en vigueur : ajoutez-en une autre, à la date à laquelle elle change."
)


def has_begun(mention: InvoiceMention) -> bool:
    return mention.valid_from <= timezone.localdate()


class MentionPermissionPolicy(ModelPermissionPolicy):
    """What was or is printed may be corrected, not taken away."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if action == "delete" and has_begun(instance):
            return False
        return bool(super().user_has_permission_for_instance(user, action, instance))


class MentionForm(WagtailAdminModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._keep_day_of_what_has_begun(cleaned)
        is_exemption = cleaned.get("kind") == MentionKind.EXEMPTION
        if cleaned.get("code") and not is_exemption:
            self.add_error("code", "Seule l’exonération de TVA a un code VATEX.")
        if is_exemption and cleaned.get("text") and not cleaned.get("code"):
            self.add_error("code", "Indiquez le code VATEX, par exemple VATEX-FR-CGI261-4.")
        return cleaned

    def _keep_day_of_what_has_begun(self, cleaned: dict[str, Any]) -> None:
        """Moving the day of a mention in force would delete it."""
        if self.instance.pk is None:
            return
        stored = InvoiceMention.objects.get(pk=self.instance.pk)
        for name in ("kind", "valid_from"):
            if has_begun(stored) and cleaned.get(name, getattr(stored, name)) != getattr(
                stored, name
            ):
                self.add_error(name, ValidationError(IN_FORCE))


class MentionIndexView(IndexView):
    add_item_label = "Ajouter une mention"


def wording(mention: InvoiceMention) -> str:
    return french_typography(mention.text) or "n’est plus imprimée"


class MentionViewSet(ModelViewSet):
    model = InvoiceMention
    name = "invoicemention"
    url_prefix = "mentions-des-factures"
    icon = "openquote"
    menu_label = "Mentions des factures"
    copy_view_enabled = False
    form_fields: ClassVar[list[str]] = []
    index_view_class = MentionIndexView
    delete_view_class = GuardedDeleteView
    ordering: ClassVar = ["kind", "-valid_from"]
    list_filter: ClassVar = ["kind"]
    list_display: ClassVar = [
        TitleColumn(
            "mention",
            label="Mention",
            accessor=lambda row: str(row),
            url_name="invoicemention:edit",
        ),
        Column("text", label="Texte", accessor=wording),
        Column("code", label="Code VATEX"),
    ]
    list_export: ClassVar = ["kind", "valid_from", "text", "code"]
    export_filename = "mentions-des-factures"
    edit_handler = ObjectList(
        [
            HelpPanel(content=EXPLANATION),
            FieldPanel("kind", widget=RadioSelect),
            FieldPanel("valid_from"),
            FieldPanel("text", widget=Textarea(attrs={"rows": 4})),
            FieldPanel("code"),
        ],
        base_form_class=MentionForm,
    )

    def get_edit_handler(self) -> Any:
        return self.edit_handler.bind_to_model(self.model)
