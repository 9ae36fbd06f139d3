from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from django_tasks import task

from base.organisation import Organisation
from pages.contact import ContactMessage

# Somebody is waiting for a message; nobody is for a rendering.
MAIL_PRIORITY = 50


@task(priority=MAIL_PRIORITY)
def announce_contact_message(message_id: int) -> None:
    """Tells the company; the answer button of the mail program writes to the visitor."""
    message = ContactMessage.objects.select_related("session", "course").get(pk=message_id)
    organisation = Organisation.current()
    mail = EmailMessage(
        subject=f"Message du site : {message}",
        body=render_to_string("emails/contact_announcement.txt", {"message": message}),
        to=[organisation.email or settings.DEFAULT_FROM_EMAIL],
        reply_to=[message.email],
    )
    mail.send()


@task(priority=MAIL_PRIORITY)
def acknowledge_contact_message(message_id: int) -> None:
    message = ContactMessage.objects.select_related("session", "course").get(pk=message_id)
    context = {"message": message, "organisation": Organisation.current()}
    mail = EmailMessage(
        subject="Nous avons bien reçu votre message",
        body=render_to_string("emails/contact_acknowledgement.txt", context),
        to=[message.email],
    )
    mail.send()
