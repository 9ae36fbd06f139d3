"""W-12: the confirmation, its papers, and the clock that it starts."""

from datetime import timedelta

from django.utils import timezone

import pytest
from django_tasks import default_task_backend

from documents.issued import documents_of
from legal.notices.tasks import issue_notice_document
from mail.models import OutgoingMessage
from shop.orders.confirmation import (
    CONTRACT_KIND,
    confirm_forgotten_orders,
    send_confirmation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed_notices(shop):
    from legal.models import Notice
    from legal.notices.tasks import without_document

    for pk in without_document():
        issue_notice_document.func(pk)
    return Notice.objects.all()


def test_confirmation_carries_every_paper(printed_notices, order):
    send_confirmation(order.pk)

    message = OutgoingMessage.objects.get(template="order_confirmation")
    assert message.recipient == "camille@example.org"
    assert [item["file_name"] for item in message.attachments] == [
        f"LEXOM-contrat-{order.reference}.pdf",
        "cgv.pdf",
        "LEXOM-avis-de-retractation.pdf",
        "LEXOM-formulaire-de-retractation.pdf",
        "LEXOM-reglement-interieur.pdf",
    ]
    assert "renoncer" in message.text
    assert "356,40" in message.text


def test_contract_and_message_are_made_once(printed_notices, order):
    send_confirmation(order.pk)
    send_confirmation(order.pk)

    assert documents_of(order).filter(kind=CONTRACT_KIND).count() == 1
    assert OutgoingMessage.objects.filter(template="order_confirmation").count() == 1


def test_trainee_who_is_somebody_else_is_informed(printed_notices, order_now):
    order = order_now(
        other_trainee=True,
        trainee_first_name="Dominique",
        trainee_last_name="Essai",
        trainee_email="dominique@example.org",
    )

    send_confirmation(order.pk)

    message = OutgoingMessage.objects.get(template="trainee_information")
    assert message.recipient == "dominique@example.org"
    assert [item["file_name"] for item in message.attachments] == ["LEXOM-reglement-interieur.pdf"]


def test_acceptance_by_the_mail_server_starts_the_clock(printed_notices, order, run_tasks):
    run_tasks()  # prepares the draft, confirms the order
    run_tasks()  # delivers the message

    order.refresh_from_db()
    message = OutgoingMessage.objects.get(template="order_confirmation")
    assert order.confirmation_accepted_at == message.accepted_at
    assert order.withdrawal_last_day is not None


def test_forgotten_confirmation_is_asked_for_again(printed_notices, order, run_tasks):
    default_task_backend.clear()  # as if the task had failed
    now = timezone.now()

    confirm_forgotten_orders(now + timedelta(minutes=4))
    assert OutgoingMessage.objects.count() == 0
    confirm_forgotten_orders(now + timedelta(minutes=6))
    run_tasks()

    assert OutgoingMessage.objects.filter(template="order_confirmation").count() == 1
    confirm_forgotten_orders(now + timedelta(minutes=20))
    run_tasks()
    assert OutgoingMessage.objects.count() == 1
