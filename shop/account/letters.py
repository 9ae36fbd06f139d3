from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from mail.actions import queue_message
from shop.account.models import Membership

INVITATION = "company_invitation"


def send_invitation(membership: Membership) -> None:
    """Its link gives nothing by itself: a code sent to the same address opens the space."""
    path = reverse("space_invitation", args=[membership.token])
    queue_message(
        event_key=f"invitation-{membership.pk}",
        template=INVITATION,
        to=membership.user.email,
        context={
            "membership": membership,
            "company": membership.company,
            "inviter": membership.invited_by,
            "address": settings.SITE_URL.rstrip("/") + path,
        },
        subject_owner=membership.company,
    )
