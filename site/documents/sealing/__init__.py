"""The company's seal on a document, and the signature that somebody adds through our service.

A seal proves where a file comes from and that it has not changed since (law.md S-02). Neither call
works inside a running event loop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from documents.rendering import Box
from documents.sealing.key import NoSealKey, SealKey, is_specimen, seal_key
from documents.sealing.report import Report, Seal

__all__ = [
    "Appearance",
    "NoSealKey",
    "Report",
    "Seal",
    "SealFailed",
    "SealKey",
    "TimestampUnavailable",
    "is_specimen",
    "seal",
    "seal_key",
    "sign",
    "verify_seals",
]


@dataclass(frozen=True)
class Appearance:
    """What the box shows once it is filled."""

    title: str
    lines: tuple[str, ...] = ()


class SealFailed(Exception):
    """The file cannot bear the seal, or does not verify afterwards: nothing may be kept."""


class TimestampUnavailable(SealFailed):
    """The timestamping service did not answer: the caller's job tries again later."""


_NO_FIELDS: Mapping[str, Box] = MappingProxyType({})


def seal(
    content: bytes,
    *,
    key: SealKey,
    field: str,
    box: Box | None = None,
    appearance: Appearance | None = None,
    certify: bool = True,
    empty_fields: Mapping[str, Box] = _NO_FIELDS,
    reason: str = "",
) -> bytes:
    """``content`` followed by a seal in a new ``field``; without a ``box`` nothing shows.

    ``certify`` must be the first signature of the file: from then on, a reader accepts no change but
    signatures. ``empty_fields`` are for those to come. The answer was verified. Raises SealFailed, TimestampUnavailable.
    """
    from documents.sealing import engine  # pyHanko is slow to import: only when it serves

    sealed = engine.seal(
        content,
        key=key,
        field=field,
        box=box,
        appearance=appearance,
        certify=certify,
        empty_fields=empty_fields,
        reason=reason,
    )
    return _verified(sealed, original=content, field=field)


def sign(
    content: bytes,
    *,
    key: SealKey,
    field: str,
    appearance: Appearance,
    signatory: str,
    reason: str,
) -> bytes:
    """``content`` followed by a signature in its empty ``field``, made with our key for somebody.

    The certificate is the company's, not the ``signatory``'s: the appearance has to say so.
    The answer was verified. Raises SealFailed, TimestampUnavailable.
    """
    from documents.sealing import engine

    signed = engine.sign(
        content, key=key, field=field, appearance=appearance, signatory=signatory, reason=reason
    )
    return _verified(signed, original=content, field=field)


def verify_seals(content: bytes, *, trusted: Sequence[bytes] = ()) -> Report:
    """What the seals of a file are worth; ``trusted`` holds root certificates (PEM or DER)."""
    from documents.sealing import verification

    return verification.verify(content, trusted)


def _verified(content: bytes, *, original: bytes, field: str) -> bytes:
    """Earlier signatures only hold if not one byte before the new one moved."""
    report = verify_seals(content)
    if not content.startswith(original) or report.seals[-1:] != report.named(field):
        raise SealFailed("Le cachet a modifié le document qu’il devait sceller.")
    if not report.intact:
        raise SealFailed(" ".join(report.faults))
    return content
