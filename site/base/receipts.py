"""Addresses of « what you sent », for whoever just sent it: the e-mail stays, the page is for the printer."""

from __future__ import annotations

from django.core import signing

KEPT_SECONDS = 30 * 24 * 3600


def sign_receipt(purpose: str, pk: int) -> str:
    return signing.TimestampSigner(salt=purpose).sign(str(pk))


def read_receipt(purpose: str, signed: str) -> int | None:
    """``None`` for what we did not sign for this purpose, or more than thirty days ago."""
    try:
        return int(signing.TimestampSigner(salt=purpose).unsign(signed, max_age=KEPT_SECONDS))
    except signing.BadSignature:
        return None
