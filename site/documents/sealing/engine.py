"""Seals and signatures written by pyHanko. This module and ``verification`` alone import it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import Any

from django.template.loader import render_to_string

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import (
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper, TimestampRequestError
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.stamp import StaticStampStyle

from documents.rendering import Box, render
from documents.sealing import Appearance, SealFailed, TimestampUnavailable
from documents.sealing.key import SealKey

Rectangle = tuple[int, int, int, int]
MARK = "SPÉCIMEN – certificat de développement"
IN_PLACE = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MIN,
    y_align=AxisAlignment.ALIGN_MIN,
    margins=Margins(0, 0, 0, 0),
    inner_content_scaling=InnerScaling.NO_SCALING,
)


class KeepingWriter(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        """Nothing: pyHanko would rewrite the XMP and lose its extensions, PDF/A with them."""


def seal(
    content: bytes,
    *,
    key: SealKey,
    field: str,
    box: Box | None,
    appearance: Appearance | None,
    certify: bool,
    empty_fields: Mapping[str, Box],
    reason: str,
) -> bytes:
    with _faults_told():
        writer = KeepingWriter(BytesIO(content))
        for name, place in empty_fields.items():
            append_signature_field(writer, _field(name, place))
        metadata = _metadata(field, name=key.name, reason=reason, certify=certify)
        size = _size(_rectangle(box)) if box else None
        return _written(writer, key, metadata, size, appearance, new=_field(field, box))


def sign(
    content: bytes,
    *,
    key: SealKey,
    field: str,
    appearance: Appearance,
    signatory: str,
    reason: str,
) -> bytes:
    with _faults_told():
        writer = KeepingWriter(BytesIO(content))
        size = _size(_empty_rectangle(writer, field))
        metadata = _metadata(field, name=signatory, reason=reason, certify=False)
        return _written(writer, key, metadata, size, appearance, new=None)


@contextmanager
def _faults_told() -> Iterator[None]:
    try:
        yield
    except TimestampRequestError as error:
        raise TimestampUnavailable("Le service d’horodatage n’a pas répondu.") from error
    except (SigningError, PdfError) as error:
        raise SealFailed(f"Le document ne peut pas être scellé : {error}") from error


def _metadata(field: str, *, name: str, reason: str, certify: bool) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        name=name,
        reason=reason or None,
        subfilter=SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )


def _written(
    writer: KeepingWriter,
    key: SealKey,
    metadata: PdfSignatureMetadata,
    size: tuple[int, int] | None,
    appearance: Appearance | None,
    new: SigFieldSpec | None,
) -> bytes:
    with _stamp(appearance, size, specimen=key.specimen) as stamp:
        signer = PdfSigner(
            metadata,
            _signer(key.archive, key),
            timestamper=_timestamper(key),
            stamp_style=stamp,
            new_field_spec=new,
        )
        output: BytesIO = signer.sign_pdf(writer, existing_fields_only=new is None)
    return output.getvalue()


def _signer(archive: bytes, key: SealKey) -> SimpleSigner:
    return SimpleSigner.load_pkcs12_data(archive, (), key.password.encode())


def _timestamper(key: SealKey) -> TimeStamper | None:
    if key.tsa_url:
        return HTTPTimeStamper(key.tsa_url, timeout=key.tsa_timeout)
    if not key.local_tsa:
        return None
    tsa = _signer(key.local_tsa, key)
    return DummyTimeStamper(tsa.signing_cert, tsa.signing_key, certs_to_embed=tsa.cert_registry)


def _field(name: str, box: Box | None) -> SigFieldSpec:
    if box is None:
        return SigFieldSpec(name)
    # PDF/A asks an appearance of every visible field, an empty one included.
    rectangle = _rectangle(box)
    return SigFieldSpec(name, on_page=box.page - 1, box=rectangle, empty_field_appearance=True)


def _rectangle(box: Box) -> Rectangle:
    return round(box.left), round(box.bottom), round(box.right), round(box.top)


def _size(rectangle: Rectangle) -> tuple[int, int]:
    left, bottom, right, top = rectangle
    return right - left, top - bottom


def _empty_rectangle(writer: KeepingWriter, name: str) -> Rectangle:
    fields = {found: (value, ref) for found, value, ref in enumerate_sig_fields(writer)}
    value, reference = fields.get(name, (None, None))
    if reference is None or value is not None:
        raise SealFailed(f"Le document n’a pas de champ « {name} » à signer.")
    left, bottom, right, top = (round(float(edge)) for edge in reference.get_object()["/Rect"])
    return left, bottom, right, top


@contextmanager
def _stamp(
    appearance: Appearance | None, size: tuple[int, int] | None, *, specimen: bool
) -> Iterator[Any]:
    """Drawn by our own renderer: pyHanko's text stamps break PDF/A (fonts, text extraction)."""
    if appearance is None or size is None:
        yield None
        return
    html = render_to_string(
        "documents/seal.html",
        {
            "appearance": appearance,
            "width": size[0],
            "height": size[1],
            "mark": MARK if specimen else "",
        },
    )
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(render(html, stylesheet="seal", signable=True).content)
        file.flush()
        yield StaticStampStyle.from_pdf_file(
            file.name, background_opacity=1, background_layout=IN_PLACE, border_width=0
        )
