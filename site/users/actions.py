from django.db import transaction
from django.db.models import F

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from users.models import User


@transaction.atomic
def trust_address(*, user: User) -> None:
    """Makes the account's address the only one that receives codes, as if its owner confirmed it.

    Any former address of the account is forgotten: it no longer opens it.
    """
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def remove_second_factor(*, user: User) -> int:
    """Forgets every application, key and recovery code; returns how many there were."""
    removed, _ = Authenticator.objects.filter(user=user).delete()
    return removed


def close_sessions(*, user: User) -> None:
    """Signs the person out wherever they are signed in, the present browser included."""
    User.objects.filter(pk=user.pk).update(session_series=F("session_series") + 1)
