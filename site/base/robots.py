"""Public forms without a third party: a field that only robots fill in, a signed opening time, a limit."""

from __future__ import annotations

import logging
from copy import copy
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django import forms
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from allauth.account.adapter import get_adapter

logger = logging.getLogger(__name__)

SALT = "contact-form"
FASTEST_HUMAN_SECONDS = 3
LONGEST_HUMAN_SECONDS = 24 * 3600
HOUR = 3600
NETWORK_BITS = 64
TRAP = "site_internet"


class HumanForm(forms.Form):
    """Comes first among the bases of a public form; ``components/trap.html`` shows its fields."""

    site_internet = forms.CharField(required=False, label="Ne pas remplir ce champ")
    opened_at = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("opened_at", opening_stamp())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get(TRAP) or not opened_by_a_human(cleaned.get("opened_at", "")):
            raise ValidationError(
                "L’envoi n’a pas pu être vérifié. Relisez ce que vous avez écrit, puis envoyez à nouveau.",
                code="robot",
            )
        return cleaned

    def open_again(self) -> None:
        """A fresh opening time: who corrects the form is not taken for a robot again."""
        data: Any = copy(self.data)  # a QueryDict holds lists: unpacking it would show them as such
        data["opened_at"] = opening_stamp()
        self.data = data


def opening_stamp() -> str:
    return signing.TimestampSigner(salt=SALT).sign("contact")


def opened_by_a_human(stamp: str) -> bool:
    """True when the form was opened here, more than three seconds and less than a day ago."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signer.unsign(stamp, max_age=LONGEST_HUMAN_SECONDS)
    except signing.BadSignature:
        return False
    try:
        signer.unsign(stamp, max_age=FASTEST_HUMAN_SECONDS)
    except signing.SignatureExpired:
        return True
    return False


def too_many(request: HttpRequest, purpose: str, *, per_hour: int) -> bool:
    """Counts per visitor, whose address is behind that of our proxy; refusals do not count.

    Each sending takes a place for an hour, so that two at once take two. A cache that is out of
    order blocks nobody.
    """
    places = (f"{purpose}-{_visitor(request)}-{place}" for place in range(per_hour))
    try:
        return not any(cache.add(place, True, HOUR) for place in places)
    except Exception:  # each kind of cache fails in its own way
        logger.exception("Le cache ne répond pas : les envois ne sont pas comptés.")
        return False


def _visitor(request: HttpRequest) -> str:
    """An address; of IPv6 the network, where a single visitor has as many addresses as they like."""
    address = ip_address(get_adapter().get_client_ip(request))
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, NETWORK_BITS), strict=False))
