"""HTML to PDF. Every document of the company is laid out here, one at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Lock
from types import MappingProxyType

# The name that makes a file a Factur-X invoice.
FACTUR_X_FILE = "factur-x.xml"


@dataclass(frozen=True)
class Attachment:
    """A file carried inside the PDF; ``dated`` is aware, and the only date written about it."""

    name: str
    content: bytes
    description: str
    dated: datetime
    relationship: str = "Data"


@dataclass(frozen=True)
class Part:
    """Pages that follow many documents, laid out once per process: a version of the terms of sale.

    They keep their own page numbers, and show no asset.
    """

    html: str
    stylesheet: str


@dataclass(frozen=True)
class Box:
    """Where an element stands: ``page`` from 1, PDF points from the bottom left of that page."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Rendered:
    """``boxes`` holds every element that has an ``id``, under that ``id``."""

    content: bytes
    pages: int
    sha256: str
    boxes: Mapping[str, Box] = field(default_factory=dict)
    specimen: bool = False


class RenderingFailed(Exception):
    """A font is missing, or the HTML is nested too deeply or asks for what it was not given."""


# Two threads are slower than one (one interpreter lock) and may write different bytes.
_one_at_a_time = Lock()
_NO_ASSETS: Mapping[str, bytes] = MappingProxyType({})


def render(
    html: str,
    *,
    stylesheet: str,
    appended: Sequence[Part] = (),
    signable: bool = False,
    specimen: bool = False,
    attachments: Sequence[Attachment] = (),
    assets: Mapping[str, bytes] = _NO_ASSETS,
) -> Rendered:
    """Lay ``html`` out as a PDF/A-3a file, the same bytes for the same input.

    ``stylesheet`` names a file of ``templates/documents/css``, added to the common one. An
    unsigned document also declares PDF/UA-1; ``signable`` leaves that out, because a signature
    field would break it; one that carries ``factur-x.xml`` declares Factur-X. ``specimen`` writes « SPÉCIMEN » across every page, see
    ``documents.sealing.is_specimen``. The HTML may only show ``asset:NAME`` of ``assets``: it reads neither
    files nor the network.

    Raises RenderingFailed.
    """
    from documents.rendering import engine  # WeasyPrint is slow to import: only when it serves

    with _one_at_a_time:
        written = engine.write(
            html,
            stylesheet=stylesheet,
            appended=appended,
            accessible=not signable,
            specimen=specimen,
            attachments=attachments,
            assets=assets,
        )
    digest = sha256(written.content).hexdigest()
    return Rendered(written.content, written.pages, digest, written.boxes, specimen)
