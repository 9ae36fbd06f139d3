"""The first code that comes back decides whose account it is (law.md G-05)."""

from typing import Any

from django.http import HttpRequest

from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.account.stages import LoginByCodeStage


def connect_signals() -> None:
    email_confirmed.connect(forget_password_of_others, dispatch_uid="first-proof")


def forget_password_of_others(
    request: HttpRequest, email_address: EmailAddress, **kwargs: Any
) -> None:
    """Anybody may sign up with anybody's address and wait: once its owner comes in with a code, a
    password that was chosen before would open their account. Signing up itself keeps its own.
    """
    stage = get_pending_stage(request)
    if stage is not None and stage.key == LoginByCodeStage.key:
        user = email_address.user
        user.set_unusable_password()
        user.save(update_fields=["password"])
