from django.core import mail
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

import pytest

from base.append_only import Immutable, drop_triggers, install_triggers
from base.events import events_of
from mail.actions import MessageRefused, mark_bounced, queue_message, resend, resend_to
from mail.integrity import message_faults
from mail.models import OutgoingMessage, messages_of
from mail.rules import State
from tests.factories.pages import ContactMessageFactory


def test_message_is_written_as_it_will_be_sent(queue):
    message = queue(reply_to="reponse@example.org")

    assert (message.state, message.subject) == ("queued", "Nous avons bien reçu votre message")
    assert message.text.startswith("Bonjour,\n\nNous avons bien reçu votre message")
    assert message.html.startswith("<!doctype html>")
    assert message.message_id.endswith("@localhost>")


def test_queued_message_is_sent_by_the_worker(queue, run_tasks):
    message = queue(reply_to="reponse@example.org")

    run_tasks()

    (sent,) = mail.outbox
    assert (sent.to, sent.reply_to) == (["cliente@example.org"], ["reponse@example.org"])
    assert (sent.body, sent.alternatives[0][0]) == (message.text, message.html)
    assert sent.extra_headers["Message-ID"] == message.message_id


def test_same_event_is_told_once(queue):
    first = queue(event_key="commande-1")

    assert queue(event_key="commande-1") == first
    assert queue(event_key="commande-1", to="autre@example.org") != first
    assert queue(event_key="commande-2") != first


def test_message_of_an_action_that_fails_does_not_exist(queue):
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)

    assert OutgoingMessage.objects.count() == 0


def test_wrong_address_is_refused(queue):
    with pytest.raises(ValidationError):
        queue(to="pas une adresse")


def test_messages_of_a_row_are_found(queue):
    owner = ContactMessageFactory()
    message = queue(subject_owner=owner)
    queue(subject_owner=None, to="autre@example.org")

    assert list(messages_of(owner)) == [message]


def test_content_never_changes(queue):
    message = queue()
    message.text = "autre chose"

    with pytest.raises(Immutable):
        message.save()
    with pytest.raises(Immutable):
        OutgoingMessage.objects.update(text="autre chose")


def test_database_refuses_another_content(queue):
    queue()

    with pytest.raises(DatabaseError, match="preuve"), connection.cursor() as cursor:
        cursor.execute("UPDATE mail_outgoingmessage SET text = 'autre chose'")


def test_verification_finds_a_changed_content(queue):
    message = queue()
    assert list(message_faults()) == []
    drop_triggers()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE mail_outgoingmessage SET text = 'autre chose'")
    install_triggers()

    assert list(message_faults()) == [f"le message {message.pk} ne correspond pas à son empreinte."]


@pytest.fixture
def bounced(queue, run_tasks):
    message = queue()
    run_tasks()
    mark_bounced(message=message, reason="boîte pleine", actor="Une gestionnaire")
    message.refresh_from_db()
    return message


def test_returned_message_is_no_longer_accepted(bounced):
    assert (bounced.state, bounced.accepted_at) == ("bounced", None)
    assert [(a.outcome, a.reply) for a in bounced.delivery_attempts.all()][1:] == [
        ("bounced", "boîte pleine")
    ]
    assert events_of(bounced).last().actor == "Une gestionnaire"


def test_message_is_marked_as_returned_once(bounced):
    assert not mark_bounced(message=bounced, reason="encore", actor="x")
    assert bounced.delivery_attempts.count() == 2


def test_message_that_has_not_left_cannot_have_come_back(queue):
    with pytest.raises(MessageRefused, match="pas parti"):
        mark_bounced(message=queue(), reason="", actor="x")


def test_returned_message_is_sent_again_as_it_was(bounced, run_tasks):
    resend(message=bounced, actor="Une gestionnaire")
    run_tasks()

    bounced.refresh_from_db()
    first, second = mail.outbox
    assert (bounced.state, bounced.attempts) == ("accepted", 1)
    assert (second.body, second.extra_headers) == (first.body, first.extra_headers)


def test_accepted_message_is_not_sent_again(queue, run_tasks):
    message = queue()
    run_tasks()

    with pytest.raises(MessageRefused, match="rien à renvoyer"):
        resend(message=message, actor="x")
    with pytest.raises(MessageRefused, match="rien à renvoyer"):
        resend_to(message=message, address="autre@example.org", actor="x")


def test_corrected_address_gets_a_message_of_its_own(bounced, run_tasks):
    successor = resend_to(message=bounced, address="bonne@example.org", actor="Une gestionnaire")
    run_tasks()

    successor.refresh_from_db()
    assert (successor.state, successor.predecessor) == (State.ACCEPTED, bounced)
    assert (successor.html, successor.owner_id) == (bounced.html, bounced.owner_id)
    assert successor.message_id != bounced.message_id
    assert list(OutgoingMessage.objects.undelivered()) == []


def test_corrected_address_is_used_once(bounced):
    resend_to(message=bounced, address="bonne@example.org", actor="x")

    with pytest.raises(MessageRefused, match="déjà été envoyé"):
        resend_to(message=bounced, address="bonne@example.org", actor="x")


def test_queueing_the_same_event_again_costs_one_query(queue, django_assert_num_queries):
    message = queue()

    with django_assert_num_queries(3):  # the savepoint around it counts for two
        queue_message(
            event_key=message.event_key,
            template=message.template,
            to=message.recipient,
            context={},
            subject_owner=None,
        )
