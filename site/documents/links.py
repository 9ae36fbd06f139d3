"""Links that open one document for whoever holds them, for a time."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from documents.issued import IssuedDocument

PURPOSE = "documents.download"
FINGERPRINT = 16  # characters of the hash: another row of the same number is not this document


class LinkRefused(Exception):
    """Forged, altered, expired, revoked, or made for something else: the holder is not told which."""


def document_link(document: IssuedDocument, *, max_age: timedelta) -> str:
    """The complete address that serves ``document`` until ``max_age`` from now."""
    expires_at = int((timezone.now() + max_age).timestamp())
    token = signing.dumps([document.pk, document.sha256[:FINGERPRINT], expires_at], salt=_salt())
    return settings.SITE_URL.rstrip("/") + reverse("document", args=[token])


def linked_document(token: str) -> IssuedDocument:
    """Raises LinkRefused."""
    try:
        pk, fingerprint, expires_at = signing.loads(token, salt=_salt())
    except (signing.BadSignature, ValueError) as error:
        raise LinkRefused from error
    document = IssuedDocument.objects.filter(pk=pk, sha256__startswith=fingerprint).first()
    if document is None or timezone.now().timestamp() >= expires_at:
        raise LinkRefused
    return document


def _salt() -> str:
    """A token of another purpose, or of an earlier series, does not verify."""
    return f"{PURPOSE}.{settings.DOCUMENT_LINKS_SERIES}"
