"""The confirmation of an order leaves again, at a corrected address where the first was wrong."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import validate_email
from django.db import transaction

from base.events import record
from mail.actions import queue_message, resend, resend_to
from mail.models import OutgoingMessage, messages_of
from mail.rules import UNDELIVERED, Attachment, State
from shop.orders.actions import OrderRefused
from shop.orders.confirmation import CONFIRMATION, mail_context
from shop.orders.models import Order

# Under another name: a copy that comes back must not stop the clock that the original started.
COPY = "order_confirmation_copy"


@transaction.atomic
def resend_confirmation(
    *, order: Order, address: str, form_key: str, actor: str, now: datetime
) -> OutgoingMessage:
    """What did not arrive leaves again as it was; what did arrive leaves as a copy, once a ``form_key``.

    A corrected address becomes the one of the order. Raises OrderRefused, MessageRefused, and
    ValidationError for a wrong address.
    """
    validate_email(address)
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    original = confirmation_of(order)
    if original is None or original.state not in {State.ACCEPTED, *UNDELIVERED}:
        raise OrderRefused("La confirmation est déjà en cours d’envoi.")
    _correct_address(order, address, actor, now)
    if original.state in UNDELIVERED:
        if address == original.recipient:
            return resend(message=original, actor=actor)
        return resend_to(message=original, address=address, actor=actor)
    return _copy(order, original, address, form_key, actor, now)


def confirmation_of(order: Order) -> OutgoingMessage | None:
    """The latest one, after a change of address."""
    return messages_of(order).filter(template=CONFIRMATION).order_by("-queued_at", "-pk").first()


def _correct_address(order: Order, address: str, actor: str, now: datetime) -> None:
    if address == order.email:
        return
    data = {"before": order.email, "after": address}
    if order.trainee_email == order.email:
        order.trainee_email = address
    order.email = address
    order.save(update_fields=["email", "trainee_email"])
    record("Adresse e-mail corrigée", subject=order, actor=actor, data=data, at=now)


def _copy(
    order: Order,
    original: OutgoingMessage,
    address: str,
    form_key: str,
    actor: str,
    now: datetime,
) -> OutgoingMessage:
    event_key = f"order-{order.pk}-copy-{form_key}"
    existing: OutgoingMessage | None = OutgoingMessage.objects.filter(event_key=event_key).first()
    if existing is not None:
        return existing
    attachments: list[Attachment] = original.attached_files
    message = queue_message(
        event_key=event_key,
        template=COPY,
        to=address,
        context=mail_context(order),
        subject_owner=order,
        attachments=attachments,
    )
    record("Confirmation renvoyée", subject=order, actor=actor, data={"after": address}, at=now)
    return message
