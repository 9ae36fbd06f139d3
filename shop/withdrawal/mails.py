from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse

from mail.actions import queue_message, queue_whatever_happens
from mail.models import OutgoingMessage
from shop.orders.models import Order
from shop.payments.models import Refund
from shop.withdrawal.models import WithdrawalDeclaration, WithdrawalMatch

ACKNOWLEDGEMENT = "withdrawal_acknowledgement"
UNWRITTEN = "Message de rétractation non écrit"


def acknowledge(declaration: WithdrawalDeclaration) -> None:
    """The same words whatever becomes of it (F-06); a clock job tries again what fails here."""
    if declaration.email:
        queue_whatever_happens(
            lambda: queue_acknowledgement(declaration), subject=declaration, failure=UNWRITTEN
        )


def queue_acknowledgement(declaration: WithdrawalDeclaration) -> OutgoingMessage:
    return queue_message(
        event_key=f"declaration-{declaration.pk}",
        template=ACKNOWLEDGEMENT,
        to=declaration.email,
        context={"declaration": declaration, "withdrawal_address": withdrawal_address()},
        subject_owner=declaration,
    )


def announce_effect(match: WithdrawalMatch, refunds: Sequence[Refund]) -> None:
    """To the address of the order: its buyer learns it, whoever declared."""
    total = sum((refund.amount for refund in refunds), Decimal(0))
    _tell_buyer(match, "withdrawal_effect", {"refunded": total})


def announce_late(match: WithdrawalMatch) -> None:
    _tell_buyer(match, "withdrawal_late", {})


def _tell_buyer(match: WithdrawalMatch, template: str, context: dict[str, Any]) -> None:
    """The words are about an order: they go to its own address, never to the one that was typed."""
    order = match.order
    assert isinstance(order, Order)  # noqa: S101  narrows the type: see the callers
    surroundings = {"match": match, "order": order, "withdrawal_address": withdrawal_address()}
    queue_whatever_happens(
        lambda: queue_message(
            event_key=f"declaration-{match.declaration_id}-order-{order.pk}",
            template=template,
            to=order.email,
            context=surroundings | context,
            subject_owner=order,
        ),
        subject=match.declaration,
        failure=UNWRITTEN,
    )


def withdrawal_address() -> str:
    return f"{settings.SITE_URL}{reverse('withdrawal')}"
