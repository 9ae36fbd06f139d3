"""What staff do with an issued invoice: ask for a copy. Nothing about it ever changes."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from base.clock import present
from base.typography import french_date
from shop.backoffice.access import VIEW_INVOICE
from shop.backoffice.action_views import ActionView
from shop.invoices.duplicates import ask_for_duplicate
from shop.invoices.models import Invoice


class DuplicateView(ActionView):
    permission_required = VIEW_INVOICE
    url_name = "duplicate"
    form_class = Form
    page_title = "Établir un duplicata"
    header_icon = "copy"
    button = "Établir le duplicata"

    @cached_property
    def invoice(self) -> Invoice:
        return get_object_or_404(Invoice, pk=self.kwargs["pk"])

    def subject(self) -> str:
        return f"{self.invoice} du {french_date(self.invoice.issued_on)}"

    def get_success_url(self) -> str:
        return reverse("invoice:inspect", args=[self.invoice.pk])

    def explanation(self) -> list[str]:
        return [
            (
                "Un fichier qui porte la mention « Duplicata » est établi une seule fois et gardé. Il dit "
                "la même chose que l’original, qui ne change pas."
            ),
            "Le client n’en est pas averti : téléchargez-le pour le lui envoyer.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        if ask_for_duplicate(invoice=self.invoice, actor=self.actor, now=present()):
            return "Le duplicata existe déjà : il est sur cette page."
        return "Le duplicata est en préparation : rechargez cette page dans quelques secondes."
