"""One declaration: its words, the orders that it may concern, what was decided."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.generic import InspectView

from base.events import events_of
from mail.models import messages_of
from shop.backoffice.access import DECIDE
from shop.backoffice.labels import details
from shop.withdrawal.models import WithdrawalDeclaration
from shop.withdrawal.rules import decide_by


class DeclarationInspectView(InspectView):
    page_title = "Rétractation"
    fields: list[str] = ["name"]  # the template shows the rest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        declaration = self.object
        undecided = WithdrawalDeclaration.objects.undecided().filter(pk=declaration.pk).exists()
        return context | {
            "declaration": declaration,
            "decide_by": decide_by(declaration.received_at) if undecided else None,
            "may_decide": self.request.user.has_perm(DECIDE),
            "matches": declaration.matches.select_related("order"),
            "freezes": declaration.freezes.select_related("order"),
            "messages_sent": messages_of(declaration),
            "events": [(event, details(event)) for event in events_of(declaration)],
        }
