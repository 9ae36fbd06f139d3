"""A statement between its preview and its confirmation: signed, not stored."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any

from django.core import signing

LONGEST_SEALED = 2_000_000  # characters: what a form may send
_SALT = "shop.payments.bank"
_LIFETIME = timedelta(hours=2)


class PreviewExpired(Exception):
    """The preview is too old, was altered, or belongs to someone else."""


def seal(*, name: str, content: bytes, user: Any) -> str:
    """Empty when the statement is too long to travel in a page."""
    body = b64encode(zlib.compress(content, 9)).decode()
    sealed = signing.dumps({"name": name, "body": body, "user": user.pk}, salt=_SALT)
    return sealed if len(sealed) <= LONGEST_SEALED else ""


def unseal(sealed: str, *, user: Any) -> tuple[str, bytes]:
    """Name and bytes of the file. Raises PreviewExpired."""
    try:
        sent = signing.loads(sealed, salt=_SALT, max_age=_LIFETIME)
    except signing.BadSignature as error:
        raise PreviewExpired from error
    if sent["user"] != user.pk:
        raise PreviewExpired
    return sent["name"], zlib.decompress(b64decode(sent["body"]))
