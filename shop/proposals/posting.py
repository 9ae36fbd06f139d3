"""A form with files is measured before it is read, and no file stays in memory."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from base.typography import french_number

ENVELOPE = 1024 * 1024  # what surrounds the files in a request
MOST_DRAINED = 512 * 1024 * 1024
CHUNK = 64 * 1024
TOO_BIG, UNREADABLE = 413, 400


class PostRefused(Exception):
    """The message is one French sentence for the sender; ``status`` is that of the answer."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def read_files(request: HttpRequest, *, most_bytes: int) -> None:
    """``request.POST`` and ``request.FILES`` may be read afterwards. Raises PostRefused."""
    if _length(request) > most_bytes + ENVELOPE:
        _drain(request)
        size = french_number(most_bytes // 1024**2)
        raise PostRefused(
            f"Cet envoi dépasse {size} Mo. Numérisez en niveaux de gris, ou envoyez des photos moins "
            "lourdes.",
            TOO_BIG,
        )
    request.upload_handlers = [TemporaryFileUploadHandler(request)]
    try:
        _ = request.POST, request.FILES
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError) as error:
        sentence = "Les fichiers n’ont pas pu être lus : envoyez-en 20 au plus, et recommencez."
        raise PostRefused(sentence, UNREADABLE) from error


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _drain(request: HttpRequest) -> None:
    """Chunk by chunk: a browser that is still sending does not read the answer."""
    left = min(_length(request), MOST_DRAINED)
    while left > 0 and (read := len(request.read(min(CHUNK, left)))):
        left -= read
