"""Who must prove more than an e-mail address before entering the back-office (law.md G-05)."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator

from users.models import User
from users.roles import SENSITIVE_ROLES

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def may_enter_admin(user: User | AnonymousUser) -> bool:
    return user.has_perm("wagtailadmin.access_admin")


def needs_second_factor(user: User) -> bool:
    return user.is_superuser or user.groups.filter(name__in=SENSITIVE_ROLES).exists()


def has_second_factor(user: User) -> bool:
    """Recovery codes alone are no factor: they only stand in for a lost one."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def has_application(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def used_second_factor(request: HttpRequest) -> bool:
    """True when this session was opened, or confirmed since, with a code or a key."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)
