"""What clients sent us, to be saved by staff: a browser never interprets it here."""

from __future__ import annotations

from django.http import HttpResponse

from base.private_files import read

EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def received_file(sha256: str, content_type: str, *, stem: str) -> HttpResponse:
    """The bytes as they came, under a name of ours. Raises FileAltered."""
    response = HttpResponse(read(sha256), content_type=content_type)
    name = f"{stem}.{EXTENSIONS[content_type]}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
