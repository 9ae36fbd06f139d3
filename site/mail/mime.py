"""A stored message as mail servers read it."""

from __future__ import annotations

from email.utils import format_datetime

from django.core.mail import EmailMultiAlternatives

from base.private_files import read
from mail.models import OutgoingMessage


def mime_message(message: OutgoingMessage) -> EmailMultiAlternatives:
    """Raises FileMissing or FileAltered when an attachment is not what was promised."""
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=message.from_email,
        to=[message.recipient],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.queued_at),
            "Auto-Submitted": "auto-generated",  # no absence notice in return (RFC 3834)
        },
    )
    mail.attach_alternative(message.html, "text/html")
    for attachment in message.attached_files:
        content = read(attachment.sha256)
        mail.attach(attachment.file_name, content, attachment.content_type)
    return mail
