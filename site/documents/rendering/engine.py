"""The only module that imports WeasyPrint."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import cache, lru_cache
from mimetypes import guess_type
from typing import Any

from django.template.loader import render_to_string

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from documents import typefaces
from documents.rendering import Attachment, Box, Part, RenderingFailed, metadata
from documents.typefaces import drawable

VARIANT = "pdf/a-3a"
ASSET = "asset:"
SPECIMEN = ("specimen",)
PARTS_KEPT = 8
POINTS_PER_PIXEL = 0.75


class AssetFetcher(URLFetcher):
    """Serves ``asset:NAME`` from memory and refuses the rest.

    A refusal stops the rendering, except inside an SVG image, where WeasyPrint only logs it:
    hence the list.
    """

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=set(), allow_redirects=False, fail_on_errors=True)
        self._assets = {ASSET + name: content for name, content in assets.items()}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url not in self._assets:
            self.refused.append(url)
            raise LookupError(url)
        content_type = guess_type(url)[0] or "application/octet-stream"
        return URLFetcherResponse(url, self._assets[url], {"Content-Type": content_type})


@dataclass(frozen=True)
class Written:
    content: bytes
    pages: int
    boxes: dict[str, Box]


def write(
    html: str,
    *,
    stylesheet: str,
    appended: Sequence[Part],
    accessible: bool,
    specimen: bool,
    attachments: Sequence[Attachment],
    assets: Mapping[str, bytes],
) -> Written:
    """Not safe in two threads at once. Raises RenderingFailed."""
    fetcher = AssetFetcher(assets)
    families = (stylesheet, *SPECIMEN[:specimen])
    with _faults_told(fetcher):
        document = _laid_out(html, families, fetcher)
        for part in appended:
            document = document.copy(document.pages + _part_pages(part, specimen))
        attached = [attachment.name for attachment in attachments]
        schemas = metadata.declared_schemas(accessible=accessible, attached=attached)
        metadata.declare(document.metadata, schemas)
        embedded = [_embedded(attachment) for attachment in attachments]
        content = document.write_pdf(finisher=_finish, pdf_variant=VARIANT, attachments=embedded)
    return Written(content, len(document.pages), _boxes(document.pages))


def _laid_out(html: str, families: tuple[str, ...], fetcher: AssetFetcher) -> weasyprint.Document:
    fonts = _fonts()
    # With a base address, relative ones reach the fetcher and fail: no silent hole.
    source = weasyprint.HTML(string=drawable(html), base_url=ASSET, url_fetcher=fetcher)
    return source.render(
        font_config=fonts,
        stylesheets=[_stylesheet(name) for name in ("base", *families)],
        pdf_variant=VARIANT,
    )


@lru_cache(maxsize=PARTS_KEPT)
def _part_pages(part: Part, specimen: bool) -> list[weasyprint.Page]:
    fetcher = AssetFetcher({})
    with _faults_told(fetcher):
        return _laid_out(part.html, (part.stylesheet, *SPECIMEN[:specimen]), fetcher).pages


@contextmanager
def _faults_told(fetcher: AssetFetcher) -> Iterator[None]:
    try:
        yield
    except (FatalURLFetchingError, RecursionError) as error:
        # The first derives from BaseException: no caller would think of catching it.
        raise RenderingFailed(str(error)) from error
    if fetcher.refused:
        raise RenderingFailed(", ".join(fetcher.refused))


def _boxes(pages: Sequence[weasyprint.Page]) -> dict[str, Box]:
    """The first element that bears an ``id`` keeps it: the appended pages come last."""
    found: dict[str, Box] = {}
    for number, page in enumerate(pages, start=1):
        for name, (left, top, right, bottom) in page.anchors.items():
            edges = (left, page.height - bottom, right, page.height - top)
            found.setdefault(name, Box(number, *(edge * POINTS_PER_PIXEL for edge in edges)))
    return found


@cache
def _fonts() -> FontConfiguration:
    if faulty := typefaces.faulty():
        # fontconfig would draw with another font of the machine, or with empty squares.
        raise RenderingFailed(f"Polices absentes ou modifiées : {', '.join(faulty)}.")
    with _vendored_fonts_only():
        return FontConfiguration()


@contextmanager
def _vendored_fonts_only() -> Iterator[None]:
    """fontconfig reads its environment variable when a configuration is created."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(typefaces.CONFIGURATION)
    try:
        yield
    finally:
        del os.environ["FONTCONFIG_FILE"]
        if before is not None:
            os.environ["FONTCONFIG_FILE"] = before


@cache
def _stylesheet(name: str) -> weasyprint.CSS:
    return weasyprint.CSS(
        string=render_to_string(f"documents/css/{name}.css"),
        font_config=_fonts(),
        url_fetcher=AssetFetcher({}),
    )


def _embedded(attachment: Attachment) -> weasyprint.Attachment:
    # WeasyPrint prints "Z" after whatever date it is given.
    dated = attachment.dated.astimezone(UTC).replace(tzinfo=None)
    return weasyprint.Attachment(
        string=attachment.content,
        name=attachment.name,
        description=attachment.description,
        relationship=attachment.relationship,
        created=dated,
        modified=dated,
    )


def _finish(document: weasyprint.Document, pdf: Any) -> None:
    """What validators and simple readers ask for and WeasyPrint 70 does not do."""
    pdf.objects[int(pdf.catalog["Metadata"].split()[0])].compress = False
    if associated := pdf.catalog.get("AF"):
        pdf.catalog["AF"] = type(associated)(dict.fromkeys(associated))
    pdf.write = _without_object_stream(pdf.write)


def _without_object_stream(write: Callable[..., None]) -> Callable[..., None]:
    """pyHanko reads the head of an object stream again for each of its objects: eight seconds to
    verify a proposal with its terms, whose thousand objects stand in one stream; half a second
    with plain objects, for 80 KB more."""

    def write_plainly(output: Any, version: Any, identifier: Any, compress: bool) -> None:
        write(output, version, identifier, compress=False)

    return write_plainly
