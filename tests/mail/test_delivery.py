from datetime import timedelta

from django.utils import timezone

import pytest
from django_tasks import default_task_backend

from base.clock import run_due
from base.private_files import keep, private_storage
from mail.delivery import (
    ClaimLost,
    claim,
    deliver,
    hand_over,
    on_accepted,
    on_failed,
    settle,
)
from mail.jobs import send_due_messages
from mail.models import LONGEST_CLAIM, OutgoingMessage
from mail.rules import Attachment, Outcome


def state_after_delivery(message):
    deliver(message.pk)
    message.refresh_from_db()
    return message.state, message.last_error


def test_accepted_message_keeps_instant_and_answer(queue, smtp_server):
    message = queue()
    before = timezone.now()

    assert state_after_delivery(message) == ("accepted", "")
    assert before <= message.accepted_at <= timezone.now()
    assert message.server_reply == "250 pris en charge"
    assert message.next_attempt_at is None
    (attempt,) = message.delivery_attempts.all()
    assert (attempt.outcome, attempt.reply) == ("accepted", "250 pris en charge")


def lines(mail, kind):
    """Mail ends its lines with CR LF."""
    return mail.get_body((kind,)).get_content().splitlines()


def test_server_receives_what_is_stored(queue, smtp_server):
    digest = keep(b"%PDF-1.7 contrat")
    message = queue(attachments=[Attachment(digest, "contrat n°1.pdf")])
    deliver(message.pk)

    (received,) = smtp_server.accepted
    (attachment,) = received.iter_attachments()
    assert received["Message-ID"] == message.message_id
    assert received["Auto-Submitted"] == "auto-generated"
    assert lines(received, "plain") == message.text.splitlines()
    assert lines(received, "html") == message.html.splitlines()
    assert attachment.get_filename() == "contrat n°1.pdf"
    assert attachment.get_content() == b"%PDF-1.7 contrat"


def test_line_of_one_dot_does_not_end_the_message(queue, smtp_server):
    content = b"avant\r\n.\r\n..apres\r\n"
    message = queue(attachments=[Attachment(keep(content), "points.txt", "text/plain")])

    assert state_after_delivery(message) == ("accepted", "")
    (attachment,) = smtp_server.accepted[0].iter_attachments()
    assert attachment.get_content().splitlines() == ["avant", ".", "..apres"]


@pytest.mark.parametrize(
    ("verb", "answer", "state", "error"),
    [
        ("GREETING", "554 fermé", "deferred", "connection"),
        ("GREETING", None, "deferred", "connection"),
        ("MAIL", "451 plus tard", "deferred", "temporary"),
        ("MAIL", "550 expéditeur refusé", "failed", "refused"),
        ("RCPT", "450 boîte occupée", "deferred", "temporary"),
        ("RCPT", "550 inconnu", "failed", "recipient"),
        ("RCPT", None, "deferred", "connection"),
        ("RCPT", "abc du SMTP", "deferred", "connection"),
        ("DATA", "421 fermeture", "deferred", "temporary"),
        ("DATA", "554 non", "failed", "refused"),
        ("DATA", None, "deferred", "connection"),
        ("END", "452 disque plein", "deferred", "temporary"),
        ("END", "554 indésirable", "failed", "refused"),
        ("END", None, "deferred", "doubtful"),
        ("QUIT", "554 mal élevé", "accepted", ""),
        ("QUIT", None, "accepted", ""),
    ],
)
def test_answer_of_the_server_decides(queue, smtp_server, verb, answer, state, error):
    smtp_server.answers[verb] = answer
    message = queue()

    assert state_after_delivery(message) == (state, error)
    attempt = message.delivery_attempts.get()
    assert attempt.outcome == (error or "accepted")
    assert not answer or state == "accepted" or answer[4:] in attempt.reply


@pytest.mark.parametrize(
    ("verb", "error"), [("GREETING", "connection"), ("RCPT", "connection"), ("END", "doubtful")]
)
def test_silent_server_is_left_after_the_timeout(queue, smtp_server, settings, verb, error):
    settings.EMAIL_TIMEOUT = 0.3
    smtp_server.answers[verb] = ""

    assert state_after_delivery(queue()) == ("deferred", error)


def test_refused_password_is_told_apart(queue, smtp_server, settings):
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "secret"
    smtp_server.answers["AUTH"] = "535 identifiants refusés"

    assert state_after_delivery(queue()) == ("deferred", "authentication")


def test_server_that_is_down_is_tried_later(queue, smtp_server, settings):
    settings.EMAIL_PORT = 1

    assert state_after_delivery(queue()) == ("deferred", "connection")


def test_missing_attachment_stops_before_the_server(queue, smtp_server):
    digest = keep(b"%PDF perdu")
    private_storage().delete(f"sha256/{digest[:2]}/{digest}")
    message = queue(attachments=[Attachment(digest, "contrat.pdf")])

    assert state_after_delivery(message) == ("deferred", "attachment")
    assert smtp_server.conversations == 0


def test_doubtful_message_is_sent_again_under_its_identifier(queue, smtp_server, run_tasks):
    smtp_server.answers["END"] = None
    message = queue()
    deliver(message.pk)
    del smtp_server.answers["END"]
    OutgoingMessage.objects.update(next_attempt_at=timezone.now())

    assert state_after_delivery(message) == ("accepted", "")
    assert [mail["Message-ID"] for mail in smtp_server.accepted] == [message.message_id] * 2
    outcomes = [attempt.outcome for attempt in message.delivery_attempts.all()]
    assert outcomes == ["doubtful", "accepted"]


def test_message_is_given_up_after_its_last_attempt(queue, smtp_server):
    smtp_server.answers["RCPT"] = "450 occupé"
    message = queue()
    OutgoingMessage.objects.update(attempts=10)

    assert state_after_delivery(message) == ("failed", "temporary")
    assert message.next_attempt_at is None


def test_message_is_not_sent_before_its_time(queue, smtp_server):
    smtp_server.answers["RCPT"] = "450 occupé"
    message = queue()
    deliver(message.pk)

    deliver(message.pk)

    assert smtp_server.conversations == 1


def test_accepted_message_never_leaves_again(queue, smtp_server):
    message = queue()
    deliver(message.pk)
    deliver(message.pk)

    assert len(smtp_server.accepted) == 1


def aged(message):
    """As if its worker had taken it a long time ago."""
    past = timezone.now() - LONGEST_CLAIM - timedelta(seconds=1)
    handed = past if message.handed_at else None
    OutgoingMessage.objects.filter(pk=message.pk).update(claimed_at=past, handed_at=handed)


def test_slow_worker_stops_before_the_last_byte(queue, smtp_server):
    slow = claim(queue().pk)
    aged(slow)
    send_due_messages(timezone.now())
    OutgoingMessage.objects.update(next_attempt_at=timezone.now())
    other = claim(slow.pk)

    with pytest.raises(ClaimLost):
        hand_over(slow)
    hand_over(other)


def test_late_acceptance_is_believed_and_late_failure_is_not(queue):
    slow = claim(queue().pk)
    hand_over(slow)
    slow.refresh_from_db()
    aged(slow)
    send_due_messages(timezone.now())
    message = OutgoingMessage.objects.get()
    assert (message.state, message.last_error) == ("deferred", "doubtful")

    settle(slow, Outcome.REFUSED, "554 trop tard")
    message.refresh_from_db()
    assert message.state == "deferred"
    settle(slow, Outcome.ACCEPTED, "250 tard")
    message.refresh_from_db()
    assert (message.state, message.server_reply) == ("accepted", "250 tard")


def test_worker_at_work_is_left_alone(queue):
    message = claim(queue().pk)

    send_due_messages(timezone.now())

    message.refresh_from_db()
    assert message.state == "sending"


def test_worker_at_work_is_left_alone_by_a_clock_that_is_moved_on(queue):
    message = claim(queue().pk)

    run_due(timezone.now() + timedelta(days=20))

    message.refresh_from_db()
    assert message.state == "sending"


def test_clock_gives_a_due_message_to_a_worker_once(queue, run_tasks, smtp_server):
    smtp_server.answers["RCPT"] = "450 occupé"
    message = queue()
    run_tasks()
    del smtp_server.answers["RCPT"]
    OutgoingMessage.objects.update(next_attempt_at=timezone.now())

    send_due_messages(timezone.now())
    send_due_messages(timezone.now())

    assert run_tasks() == 1
    message.refresh_from_db()
    assert message.state == "accepted"


def test_first_attempt_does_not_wait_for_a_clock_that_went_back(queue, run_tasks, smtp_server):
    message = queue()
    OutgoingMessage.objects.update(next_attempt_at=timezone.now() + timedelta(hours=3))

    assert state_after_delivery(message) == ("accepted", "")


@pytest.mark.parametrize(("ahead", "sent"), [(13, True), (11, False)])
def test_next_attempt_is_never_further_than_the_longest_wait(
    queue, run_tasks, smtp_server, ahead, sent
):
    smtp_server.answers["RCPT"] = "450 occupé"
    queue()
    run_tasks()
    del smtp_server.answers["RCPT"]
    OutgoingMessage.objects.update(next_attempt_at=timezone.now() + timedelta(hours=ahead))

    send_due_messages(timezone.now())

    assert run_tasks() == sent


def test_what_a_clock_since_corrected_wrote_is_taken_back(queue, run_tasks, smtp_server):
    """A task that was lost, and a worker that died, three hours ahead of the present."""
    ahead = timezone.now() + timedelta(hours=3)
    lost, dead = queue(), claim(queue().pk)
    default_task_backend.clear()
    OutgoingMessage.objects.filter(pk=lost.pk).update(enqueued_at=ahead)
    OutgoingMessage.objects.filter(pk=dead.pk).update(claimed_at=ahead)

    send_due_messages(timezone.now())

    dead.refresh_from_db()
    assert (dead.state, dead.last_error) == ("deferred", "interrupted")
    assert run_tasks() == 1
    lost.refresh_from_db()
    assert lost.state == "accepted"


def test_outbox_lives_by_the_system_clock(queue):
    """Where the clock of a trial site was moved, a worker at work is not a dead one."""
    message = claim(queue().pk)

    run_due(timezone.now() + timedelta(days=30))

    message.refresh_from_db()
    assert message.state == "sending"


def test_clock_runs_the_outbox_each_minute(db):
    now = timezone.now()
    run_due(now)

    assert "courriels à envoyer" not in run_due(now + timedelta(seconds=59))
    assert "courriels à envoyer" in run_due(now + timedelta(seconds=60))


@pytest.fixture
def handled(monkeypatch):
    """What the handlers of the acknowledgement were told; those of the rooms above stay."""
    monkeypatch.setattr("mail.delivery._on_accepted", {})
    monkeypatch.setattr("mail.delivery._on_failed", {})
    told = []
    on_accepted("contact_acknowledgement", lambda m: told.append(("accepted", m.accepted_at)))
    on_failed("contact_acknowledgement", lambda m: told.append(("failed", m.state)))
    return told


def test_handlers_learn_of_an_acceptance(queue, smtp_server, handled):
    message = queue()
    deliver(message.pk)

    message.refresh_from_db()
    assert handled == [("accepted", message.accepted_at)]
    assert message.announced_at is not None


def test_handlers_learn_of_a_failure_and_not_of_a_delay(queue, smtp_server, handled):
    smtp_server.answers["RCPT"] = "450 occupé"
    message = queue()
    deliver(message.pk)
    assert handled == []
    smtp_server.answers["RCPT"] = "550 inconnu"
    OutgoingMessage.objects.update(next_attempt_at=timezone.now())

    deliver(message.pk)

    assert handled == [("failed", "failed")]


def test_handler_that_fails_is_called_again_and_nothing_leaves_twice(
    queue, smtp_server, handled, caplog
):
    broken = [ZeroDivisionError]

    def fails_once(message):
        if broken:
            raise broken.pop()

    on_accepted("contact_acknowledgement", fails_once)
    message = queue()

    assert state_after_delivery(message) == ("accepted", "")
    assert message.announced_at is None
    assert "Les suites du message" in caplog.text
    send_due_messages(timezone.now())
    send_due_messages(timezone.now())
    message.refresh_from_db()
    assert message.announced_at is not None
    assert len(smtp_server.accepted) == 1
