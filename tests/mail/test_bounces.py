from email.message import EmailMessage
from email.mime.text import MIMEText

from django.core.management import CommandError, call_command

import pytest

from mail.bounces import Bounce, read_bounce

NOTICE = """\
From: Mail Delivery System <mailer-daemon@example.org>
To: no-reply@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

This is the mail system.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0100

Final-Recipient: rfc822; cliente@example.org
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1
    utilisateur inconnu

--b
{original}

--b--
"""
WHOLE = "Content-Type: message/rfc822\n\nMessage-ID: {id}\nSubject: x\n\nBonjour"
HEADERS = "Content-Type: text/rfc822-headers\n\nMessage-ID: {id}\nSubject: x\n"


def notice(message_id="<abc@localhost>", action="failed", original=WHOLE):
    return NOTICE.format(action=action, original=original.format(id=message_id)).encode()


@pytest.mark.parametrize("original", [WHOLE, HEADERS])
def test_failed_delivery_names_the_message_and_the_reason(original):
    assert read_bounce(notice(original=original)) == Bounce(
        "<abc@localhost>", "5.1.1 550 5.1.1 utilisateur inconnu"
    )


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_other_actions_say_nothing_is_wrong(action):
    assert read_bounce(notice(action=action)) is None


def ordinary_mail():
    mail = EmailMessage()
    mail["Message-ID"] = "<autre@example.org>"
    mail.set_content("Bonjour")
    return mail.as_bytes()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\xfe", ordinary_mail(), MIMEText("x").as_bytes(), notice(original="")],
)
def test_anything_else_is_no_bounce(content):
    assert read_bounce(content) is None


@pytest.fixture
def accepted(queue, run_tasks):
    message = queue()
    run_tasks()
    return message


def test_command_marks_the_message_once(accepted, tmp_path, capsys):
    (tmp_path / "new").mkdir()
    (tmp_path / "tmp").mkdir()
    (tmp_path / "new" / "1.eml").write_bytes(notice(accepted.message_id))
    (tmp_path / "new" / "2.eml").write_bytes(notice("<inconnu@example.org>"))
    (tmp_path / "new" / "3.eml").write_bytes(ordinary_mail())
    (tmp_path / "tmp" / "4.eml").write_bytes(notice(accepted.message_id)[:40])

    call_command("record_bounces", tmp_path)
    call_command("record_bounces", tmp_path)

    accepted.refresh_from_db()
    assert accepted.state == "bounced"
    assert accepted.delivery_attempts.filter(outcome="bounced").count() == 1
    assert capsys.readouterr().out.splitlines() == [
        "1.eml : cliente@example.org – 5.1.1 550 5.1.1 utilisateur inconnu",
        "1 avis nouveau(x).",
        "0 avis nouveau(x).",
    ]


def test_notice_about_a_message_that_has_not_left_is_said(queue, tmp_path, capsys):
    (tmp_path / "1.eml").write_bytes(notice(queue().message_id))

    call_command("record_bounces", tmp_path)

    assert capsys.readouterr().out.splitlines()[0] == (
        "1.eml : Ce message n’est pas parti : il ne peut pas être revenu."
    )


def test_missing_folder_is_said(tmp_path):
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("record_bounces", tmp_path / "absent")
