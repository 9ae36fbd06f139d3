from email.utils import parseaddr

from django.conf import settings

from base.organisation import Organisation
from mail.actions import queue_message
from pages.contact import ContactMessage


def announce_contact_message(message: ContactMessage) -> None:
    """Tells the company; the answer button of the mail program writes to the visitor."""
    queue_message(
        event_key=f"contact-{message.pk}",
        template="contact_announcement",
        to=Organisation.current().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        context={"message": message},
        subject_owner=message,
        reply_to=message.email,
    )


def acknowledge_contact_message(message: ContactMessage) -> None:
    queue_message(
        event_key=f"contact-{message.pk}",
        template="contact_acknowledgement",
        to=message.email,
        context={"message": message},
        subject_owner=message,
    )
