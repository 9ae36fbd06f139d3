"""One line of a statement: what the bank says, what it may pay, what became of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from wagtail.admin.views.generic import InspectView

from base.events import events_of
from base.identifiers import spaced_iban
from shop.backoffice.bank_listing import OPEN_STATES
from shop.backoffice.contracts import contract_page
from shop.backoffice.labels import details
from shop.payments.bank.matching import find_dues, match
from shop.payments.bank.models import BankAllocation, BankLine
from shop.payments.models import Due

MOST_FOUND = 30


class BankLineInspectView(InspectView):
    page_title = "Virement reçu"
    fields: list[str] = ["amount"]  # the template shows the rest

    def get_object(self, queryset: Any = None) -> BankLine:
        line: BankLine = super().get_object(queryset)
        found: BankLine = BankLine.objects.with_sums().select_related("statement").get(pk=line.pk)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        line = self.object
        is_open = line.state in OPEN_STATES
        words = self.request.GET.get("q", "").strip()
        return context | {
            "line": line,
            "account": spaced_iban(line.payer_iban),
            "is_open": is_open,
            "candidates": match([line])[0] if is_open else [],
            "words": words,
            "found": _with_pages(find_dues(words)[:MOST_FOUND]) if is_open else [],
            "allocations": [(row, contract_page(row.attempt.due.contract)) for row in given(line)],
            "returns": line.returns.all(),
            "events": [(event, details(event)) for event in events_of(line)],
        }


def given(line: BankLine) -> QuerySet[BankAllocation]:
    found: QuerySet[BankAllocation] = line.allocations.select_related(
        "attempt__due__order", "attempt__due__proposal"
    )
    return found


def _with_pages(dues: QuerySet[Due]) -> list[tuple[Due, str]]:
    return [(due, contract_page(due.contract)) for due in dues]
