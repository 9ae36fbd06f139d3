"""HTML to PDF. Every document of the company is laid out here, one at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Lock
from types import MappingProxyType

from documents.typefaces import drawable


@dataclass(frozen=True)
class Attachment:
    """A file carried inside the PDF; ``dated`` is aware, and the only date written about it."""

    name: str
    content: bytes
    description: str
    dated: datetime
    relationship: str = "Data"


@dataclass(frozen=True)
class Rendered:
    content: bytes
    pages: int
    sha256: str


class RenderingFailed(Exception):
    """The HTML asks for a resource it was not given, or is nested too deeply to lay out."""


# Two threads are slower than one (one interpreter lock) and may write different bytes.
_one_at_a_time = Lock()
_NO_ASSETS: Mapping[str, bytes] = MappingProxyType({})


def render(
    html: str,
    *,
    stylesheet: str,
    signable: bool = False,
    attachments: Sequence[Attachment] = (),
    assets: Mapping[str, bytes] = _NO_ASSETS,
) -> Rendered:
    """Lay ``html`` out as a PDF/A-3a file, the same bytes for the same input.

    ``stylesheet`` names a file of ``templates/documents/css``, added to the common one. An
    unsigned document also declares PDF/UA-1; ``signable`` leaves that out, because a signature
    field would break it. The HTML may only show ``asset:NAME`` of ``assets``: it reads neither
    files nor the network.

    Raises RenderingFailed.
    """
    from documents.rendering import engine  # WeasyPrint is slow to import: only when it serves

    with _one_at_a_time:
        content, pages = engine.write(
            drawable(html),
            stylesheet=stylesheet,
            accessible=not signable,
            attachments=attachments,
            assets=assets,
        )
    return Rendered(content, pages, sha256(content).hexdigest())
