"""What the rows of cancellations must never say, one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from shop.changes.invoicing import outcomes_to_invoice
from shop.changes.models import RequestOutcome
from shop.orders.rules import OrderState
from shop.pricing.rules import consumer_deposit

INVOICE_PATIENCE = timedelta(hours=1)
ENDED = (OrderState.CANCELLED.value, OrderState.WITHDRAWN.value)


def change_faults() -> Iterator[str]:
    yield from _sums()
    yield from _ends()
    yield from _consumers()
    for pk in outcomes_to_invoice(timezone.now() - INVOICE_PATIENCE):
        yield f"{RequestOutcome.objects.get(pk=pk)} : la facture n’a pas été émise."


def _sums() -> Iterator[str]:
    for outcome in RequestOutcome.objects.applied().exclude(due=F("kept") + F("owed")):
        yield f"{outcome} : le dû n’est pas ce qui est conservé et ce qui reste à payer."


def _ends() -> Iterator[str]:
    ended = RequestOutcome.objects.applied().filter(ends=True)
    for outcome in ended.filter(request__order__isnull=False).exclude(
        request__order__state__in=ENDED
    ):
        yield f"{outcome} : la commande n’est pas annulée."
    for outcome in ended.filter(request__proposal__isnull=False, request__proposal__ended_at=None):
        yield f"{outcome} : la commande de l’entreprise n’est pas terminée."


def _consumers() -> Iterator[str]:
    """Law.md 3.1: an indemnity of a consumer never exceeds the deposit."""
    rows = RequestOutcome.objects.applied().filter(request__order__isnull=False)
    for outcome in rows.select_related("request__order"):
        price = outcome.request.order.price_incl_vat
        if outcome.indemnity > consumer_deposit(price):
            yield f"{outcome} : un particulier doit plus que le plafond de la loi."
