"""Issued documents leave as they were stored; nothing is rendered here."""

from __future__ import annotations

import logging
import re
import unicodedata
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from base.missing import PageMissing
from base.private_files import FileFault
from documents.issued import IssuedDocument
from documents.links import LinkRefused, linked_document

logger = logging.getLogger(__name__)

REFUSED = "Ce lien n’est plus valable. Demandez-nous-en un nouveau."


@require_safe
def document(request: HttpRequest, token: str) -> HttpResponse:
    try:
        return send(request, linked_document(token))
    except LinkRefused as error:
        raise PageMissing(REFUSED) from error


def send(request: HttpRequest, document: IssuedDocument) -> HttpResponse:
    """The stored bytes, after a check of their hash; a French page (503) when they are not there."""
    try:
        content = document.content()
    except FileFault:
        logger.exception("Le fichier du document émis %s manque ou a changé.", document.pk)
        return _private(render(request, "documents/unavailable.html", status=503))
    response = HttpResponse(content, content_type="application/pdf")
    response["ETag"] = etag = f'"{document.sha256}"'
    response["Content-Disposition"] = disposition(document.file_name)
    return _private(get_conditional_response(request, etag=etag, response=response) or response)


def disposition(file_name: str) -> str:
    """Shown in the browser; a plain name for what cannot read the second one (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", file_name).encode("ascii", "ignore").decode()
    safe = re.sub(r'["\\\x00-\x1f\x7f]', "", plain) or "document.pdf"
    return f"inline; filename=\"{safe}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"  # the address itself opens the document
    return response
