"""What somebody sent us, judged by its bytes and never by its name: a PDF or a photo, nothing that acts.

Pure: no setting, no clock; the message of a refusal is one French sentence for the sender.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject

from base.typography import french_number

MOST_FILES = 20
MOST_FILE_BYTES = 15 * 1024 * 1024
MOST_BYTES = 40 * 1024 * 1024
MOST_PAGES = 60
MOST_PIXELS = 60_000_000
TOO_LARGE = "est une image trop grande : reprenez la photo, ou réduisez-la."
DAMAGED = "est un PDF illisible ou abîmé : enregistrez-le à nouveau."
MOST_SCANS = 50  # of a progressive JPEG, which has a dozen: each goes over the whole picture
MOST_OBJECTS = 20_000
MOST_DEPTH = 40
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
# Pillow calls a JPEG that holds a second picture MPO: phones make some.
PHOTOS = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG}
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
JPEG_SCAN = re.compile(rb"\xff\xda\x00(?:\x08\x01|\x0a\x02|\x0c\x03|\x0e\x04)")
JPEG_END = b"\xff\xd9"
DRAFT_SIDE = 512  # pixels: a JPEG is decoded small, enough to see that it is whole
# Actions that start something, scripts, forms of another kind, and files carried inside.
ACTIONS = frozenset(
    {
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie",
        "/Sound", "/RichMediaExecute",
    }
)  # fmt: skip
CARRIED = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"})

# A damaged file is an answer, told to its sender.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class UploadRefused(Exception):
    """The message is one French sentence for the sender; nothing is kept."""


@dataclass(frozen=True)
class Upload:
    """A file that may be kept."""

    name: str
    content: bytes
    content_type: str
    pages: int = 1


def judge_sizes(sizes: Sequence[int]) -> None:
    """Before anything is read. Raises UploadRefused."""
    if not sizes:
        raise UploadRefused("Choisissez au moins un fichier.")
    if len(sizes) > MOST_FILES:
        raise UploadRefused(f"Envoyez au plus {MOST_FILES} fichiers : il y en a {len(sizes)}.")
    if max(sizes) > MOST_FILE_BYTES:
        raise UploadRefused(
            f"Un fichier dépasse {_megabytes(MOST_FILE_BYTES)} Mo. Numérisez en niveaux de gris, ou "
            "envoyez des photos moins lourdes."
        )
    if sum(sizes) > MOST_BYTES:
        raise UploadRefused(
            f"L’ensemble dépasse {_megabytes(MOST_BYTES)} Mo : envoyez moins de fichiers, ou de moins lourds."
        )


def judge(name: str, content: bytes) -> Upload:
    """Raises UploadRefused."""
    shown = f"« {name} »"
    if not content:
        raise UploadRefused(f"{shown} est vide : choisissez un autre fichier.")
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        raise UploadRefused(
            f"{shown} est une photo HEIC, que nous ne pouvons pas lire. Dans les réglages de l’appareil "
            "photo, choisissez « Le plus compatible », ou enregistrez-la en JPEG."
        )
    if b"%PDF-" in content[:1024]:
        return Upload(name, content, PDF, _pages_of(shown, content))
    return Upload(name, content, _photo_type(shown, content))


def _megabytes(octets: int) -> str:
    return french_number(octets // 1024**2)


def _photo_type(shown: str, content: bytes) -> str:
    """The size is read before anything is decoded."""
    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as photo:
            if photo.width * photo.height > MOST_PIXELS or _scans(content) > MOST_SCANS:
                raise UploadRefused(f"{shown} {TOO_LARGE}")
            _read_through(photo, content)
            return PHOTOS[str(photo.format)]
    except UnidentifiedImageError as error:
        raise UploadRefused(
            f"{shown} n’est ni un PDF, ni une photo JPEG ou PNG. Envoyez un de ces formats."
        ) from error
    except Image.DecompressionBombError as error:
        raise UploadRefused(f"{shown} {TOO_LARGE}") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise UploadRefused(
            f"{shown} est une image abîmée ou incomplète : reprenez la photo."
        ) from error


def _scans(content: bytes) -> int:
    return sum(1 for _ in JPEG_SCAN.finditer(content))


def _read_through(photo: Image.Image, content: bytes) -> None:
    """To the last byte, without the memory of all its pixels. Raises OSError for a photo cut short."""
    if photo.format == "PNG":
        photo.verify()
        return
    photo.draft("RGB", (DRAFT_SIDE, DRAFT_SIDE))
    photo.load()
    # Pillow may have been told to fill what is missing; the thumbnail at the beginning has an end too.
    if content.rfind(JPEG_END) < len(content) // 2:
        raise OSError("JPEG cut short")


def _pages_of(shown: str, content: bytes) -> int:
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise UploadRefused(
                f"{shown} est protégé par un mot de passe. Enregistrez-le sans protection."
            )
        pages = len(reader.pages)
        if any(_acts(found) for found in _dictionaries(shown, reader)):
            raise UploadRefused(
                f"{shown} contient un script, une action ou un fichier joint. Imprimez-le en PDF, ou "
                "numérisez-le à nouveau."
            )
    except UploadRefused:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        # What a damaged file makes of the reader cannot be foreseen better than that.
        raise UploadRefused(f"{shown} {DAMAGED}") from error
    except (RecursionError, NotImplementedError, OSError, OverflowError) as error:
        raise UploadRefused(f"{shown} {DAMAGED}") from error
    if not 0 < pages <= MOST_PAGES:
        raise UploadRefused(f"{shown} a {pages} pages : envoyez un PDF d’une à {MOST_PAGES} pages.")
    return pages


def _acts(found: DictionaryObject) -> bool:
    return not CARRIED.isdisjoint(found) or ("/S" in found and str(found["/S"]) in ACTIONS)


def _dictionaries(shown: str, reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, reachable from a page or not."""
    numbers = {number for table in reader.xref.values() for number in table} | set(
        reader.xref_objStm
    )
    if len(numbers) > MOST_OBJECTS:
        raise UploadRefused(f"{shown} est trop compliqué : numérisez-le à nouveau.")
    yield from _within(reader.trailer, 0)
    for number in numbers:
        yield from _within(reader.get_object(number), 0)


def _within(value: Any, depth: int) -> Iterator[DictionaryObject]:
    """What a value holds itself; what it only refers to has its own number."""
    if depth > MOST_DEPTH:
        raise RecursionError
    if isinstance(value, DictionaryObject):
        yield value
        for inner in dict.values(value):
            yield from _within(inner, depth + 1)
    elif isinstance(value, ArrayObject):
        for inner in list.__iter__(value):
            yield from _within(inner, depth + 1)
