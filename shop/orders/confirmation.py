"""The durable confirmation of an order: contract, terms, notice, form and house rules (law.md W-12)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from base.events import record
from documents.issued import IssuedDocument, documents_of, issue, render_to_issue
from legal.notices.rules import NoticeKind
from legal.notices.tasks import documents_in_force
from mail.actions import queue_message
from mail.models import OutgoingMessage
from mail.rules import Attachment
from shop.orders.actions import start_withdrawal_clock, stop_withdrawal_clock
from shop.orders.contract import TEMPLATE_VERSION
from shop.orders.contract_text import STYLESHEET
from shop.orders.models import Order
from shop.orders.tasks import confirm_order

CONFIRMATION = "order_confirmation"
TRAINEE_PACK = "trainee_information"
CONTRACT_KIND = "training_contract"
ENCLOSED = (NoticeKind.WITHDRAWAL_NOTICE, NoticeKind.WITHDRAWAL_FORM, NoticeKind.HOUSE_RULES)
PATIENCE = timedelta(minutes=5)


def send_confirmation(order_id: int) -> None:
    """Issues the contract once and queues the confirmation once, however often it is called."""
    order = Order.objects.select_related("terms_version").get(pk=order_id)
    contract = issue_contract(order)
    enclosed = [contract, order.terms_version.pdf, *enclosed_notices(order)]
    attachments = [
        Attachment(document.sha256, document.file_name) for document in enclosed if document
    ]
    with transaction.atomic():
        queue_message(
            event_key=f"order-{order.pk}-confirmation",
            template=CONFIRMATION,
            to=order.email,
            context=mail_context(order),
            subject_owner=order,
            attachments=attachments,
        )
        if order.trainee_email.lower() != order.email.lower():
            _inform_trainee(order, attachments[-1:])


def _inform_trainee(order: Order, house_rules: list[Attachment]) -> None:
    """Before the enrolment, whoever attends receives the facts of L6353-8 (law.md T-09)."""
    queue_message(
        event_key=f"order-{order.pk}-trainee",
        template=TRAINEE_PACK,
        to=order.trainee_email,
        context=mail_context(order),
        subject_owner=order,
        attachments=house_rules,
    )


def issue_contract(order: Order) -> IssuedDocument:
    existing: IssuedDocument | None = documents_of(order).filter(kind=CONTRACT_KIND).first()
    if existing is not None:
        return existing
    rendered = render_to_issue(order.snapshot["contract_html"], stylesheet=STYLESHEET)
    document = issue(
        kind=CONTRACT_KIND,
        number=order.reference,
        title="Contrat de formation professionnelle",
        file_name=f"LEXOM-contrat-{order.reference}.pdf",
        owner=order,
        rendered=rendered,
        template_version=TEMPLATE_VERSION,
        context={"html": order.snapshot["contract_html"]},
        terms_number=order.terms_version.number,
    )
    record("Contrat émis", subject=order, actor="LEXOM", data={"sha256": document.sha256})
    return document


def enclosed_notices(order: Order) -> list[IssuedDocument]:
    """The printed texts in force on the day of the order."""
    return documents_in_force(ENCLOSED, timezone.localdate(order.placed_at))


def mail_context(order: Order) -> dict[str, object]:
    site = settings.SITE_URL.rstrip("/")
    return {
        "order": order,
        "dues": list(order.dues.all()),
        "order_url": site + order.get_absolute_url(),
        "withdrawal_url": f"{site}/renoncer/?commande={order.token}",
    }


def confirm_forgotten_orders(now: datetime) -> None:
    """A confirmation that a failed task left behind is tried again: the clock waits for it."""
    waiting = Order.objects.active().filter(
        confirmation_accepted_at__isnull=True, placed_at__lt=now - PATIENCE
    )
    for pk in waiting.values_list("pk", flat=True):
        if not OutgoingMessage.objects.filter(event_key=f"order-{pk}-confirmation").exists():
            confirm_order.enqueue(pk)


def confirmation_accepted(message: OutgoingMessage) -> None:
    assert message.accepted_at is not None  # noqa: S101  called by the acceptance
    start_withdrawal_clock(order_id=int(message.owner_id), accepted_at=message.accepted_at)


def confirmation_failed(message: OutgoingMessage) -> None:
    stop_withdrawal_clock(
        order_id=int(message.owner_id), reason=message.get_state_display(), now=timezone.now()
    )
