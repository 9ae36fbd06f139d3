"""A second factor whose secret is public: for demonstration accounts only."""

import base64
import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from users.models import User


def give_demo_second_factor(user: User, secret: str) -> None:
    """Raises ImproperlyConfigured unless the settings allow demo logins."""
    if not settings.DEMO_LOGINS:
        raise ImproperlyConfigured("Les comptes de démonstration sont interdits ici.")
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)}
    )


def current_demo_code(secret: str) -> str:
    key = base64.b32decode(secret)
    totp = TOTP(key, 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303  RFC 6238's default
    return totp.generate(int(time.time())).decode()
