"""The only module that imports WeasyPrint."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from functools import cache
from mimetypes import guess_type
from typing import Any

from django.template.loader import render_to_string

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from documents import typefaces
from documents.rendering import Attachment, RenderingFailed, metadata

VARIANT = "pdf/a-3a"
ASSET = "asset:"


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


def write(
    html: str,
    *,
    stylesheet: str,
    accessible: bool,
    attachments: Sequence[Attachment],
    assets: Mapping[str, bytes],
) -> tuple[bytes, int]:
    """The PDF and its number of pages. Not safe in two threads at once."""
    fetcher = AssetFetcher(assets)
    try:
        # With a base address, relative ones reach the fetcher and fail: no silent hole.
        source = weasyprint.HTML(string=html, base_url=ASSET, url_fetcher=fetcher)
        document = source.render(
            font_config=_fonts(), stylesheets=_stylesheets(stylesheet), pdf_variant=VARIANT
        )
        if accessible:
            metadata.declare_accessible(document.metadata)
        embedded = [_embedded(attachment) for attachment in attachments]
        content = document.write_pdf(finisher=_finish, pdf_variant=VARIANT, attachments=embedded)
    except (FatalURLFetchingError, RecursionError) as error:
        # The first derives from BaseException: no caller would think of catching it.
        raise RenderingFailed(str(error)) from error
    if fetcher.refused:
        raise RenderingFailed(", ".join(fetcher.refused))
    return content, len(document.pages)


@cache
def _fonts() -> FontConfiguration:
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
def _stylesheets(family: str) -> list[weasyprint.CSS]:
    return [
        weasyprint.CSS(
            string=render_to_string(f"documents/css/{name}.css"),
            font_config=_fonts(),
            url_fetcher=AssetFetcher({}),
        )
        for name in ("base", family)
    ]


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
