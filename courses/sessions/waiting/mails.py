from email.utils import parseaddr
from typing import Any

from django.conf import settings

from base.organisation import Organisation
from courses.sessions.waiting.models import WaitingEntry
from mail.actions import queue_message
from mail.labels import name_template

LABELS = {
    "waiting_joined": "inscription en liste d’attente",
    "waiting_offer": "place proposée",
    "waiting_expired": "proposition sans réponse",
    "waiting_closed": "liste d’attente fermée",
    "waiting_group": "groupe confirmé, à traiter",
}


def name_mails() -> None:
    for template, label in LABELS.items():
        name_template(template, label)


def write_to(entry: WaitingEntry, template: str, **context: Any) -> None:
    """Once per entry and template: no state is entered twice."""
    queue_message(
        event_key=f"waiting-{entry.pk}",
        template=template,
        to=entry.email,
        context={"entry": entry, "session": entry.session} | context,
        subject_owner=entry,
    )


def tell_staff_of_group(entry: WaitingEntry) -> None:
    queue_message(
        event_key=f"waiting-{entry.pk}",
        template="waiting_group",
        to=Organisation.current().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        context={"entry": entry, "session": entry.session},
        subject_owner=entry,
        reply_to=entry.email,
    )
