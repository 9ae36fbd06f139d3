"""What the rows of payments must never say (invariant I2), one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256

from django.db.models import F, Q, Sum

from base.money import round_cents
from shop.orders.models import Order
from shop.payments.models import Attempt, Due, PaymentMandate, Refund, RefundState
from shop.payments.refund_rows import paid_amount
from shop.payments.rules import AttemptState
from shop.proposals.models import Proposal


def payment_faults() -> Iterator[str]:
    yield from _attempts_begun_too_early()
    yield from _amounts_that_differ()
    yield from _more_refunded_than_paid()
    yield from _contracts_paid_beyond_their_price()
    yield from _mandates_without_their_text()


def _attempts_begun_too_early() -> Iterator[str]:
    """A company may pay before it is asked; a natural person may not (invariant I1)."""
    consumers = Attempt.objects.filter(due__order__isnull=False)
    early = consumers.filter(due__not_before__isnull=True) | consumers.filter(
        created_at__lt=F("due__not_before")
    )
    for attempt in early.select_related("due__order", "due__proposal"):
        yield f"{attempt} : demandée avant la fin du délai de rétractation."


def _amounts_that_differ() -> Iterator[str]:
    for attempt in Attempt.objects.exclude(amount=F("due__amount")).select_related(
        "due__order", "due__proposal"
    ):
        yield f"{attempt} : {attempt.amount} € pour une échéance de {attempt.due.amount} €."


def _more_refunded_than_paid() -> Iterator[str]:
    refunds = Refund.objects.exclude(state=RefundState.FAILED).values("attempt")
    for row in refunds.annotate(total=Sum("amount")).filter(total__gt=F("attempt__amount")):
        attempt = Attempt.objects.select_related("due__order", "due__proposal").get(
            pk=row["attempt"]
        )
        yield f"{attempt} : {row['total']} € rendus pour {attempt.amount} € payés."
    unpaid = Refund.objects.exclude(attempt__state=AttemptState.SUCCEEDED)
    for refund in unpaid.select_related("attempt__due__order", "attempt__due__proposal"):
        yield f"{refund} : la tentative n’a pas été payée."


def _contracts_paid_beyond_their_price() -> Iterator[str]:
    paid = Q(dues__attempts__state=AttemptState.SUCCEEDED)
    for model in (Order, Proposal):
        for contract in model.objects.filter(paid).distinct():
            total = round_cents(
                Due.objects.of(contract).aggregate(total=Sum("amount"))["total"] or Decimal(0)
            )
            if paid_amount(contract) > total:
                reference = contract.payment_reference
                yield f"{reference} : {paid_amount(contract)} € payés pour {total} €."


def _mandates_without_their_text() -> Iterator[str]:
    for mandate in PaymentMandate.objects.select_related("order").iterator():
        if sha256(mandate.text.encode()).hexdigest() != mandate.text_sha256:
            yield f"{mandate.order.reference} : le texte de l’autorisation {mandate.number} a changé."
