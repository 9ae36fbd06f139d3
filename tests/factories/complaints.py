"""Complaints as visitors and staff make them."""

from uuid import uuid4

from django.utils import timezone

from shop.complaints.actions import file_complaint, record_complaint
from shop.complaints.rules import Capacity, Topic

TYPED = {
    "name": "Aline Béranger",
    "email": "aline@exemple.fr",
    "capacity": Capacity.CONSUMER,
    "reference": "",
    "topic": Topic.COURSE,
    "text": "Le formateur n’est pas venu le second jour.",
}


def complain(**changes):
    """Online, from a new form unless said otherwise."""
    return file_complaint(**{"form_key": uuid4().hex, "now": timezone.now()} | TYPED | changes)


def receive(channel="post", **changes):
    """Recorded by staff, on the very day it was sent unless said otherwise."""
    now = changes.get("now") or timezone.now()
    facts = {"sent_at": now, "received_at": now, "now": now, "actor": "Équipe", "channel": channel}
    return record_complaint(**TYPED | {"email": ""} | facts | changes)
