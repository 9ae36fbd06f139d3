"""Judges seals. Offline: revocation is only known from what the file itself carries."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import ValueErrorWithMessage
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from documents.sealing.report import Report, Seal

# An unknown authority is an answer, told in the report: pyHanko logs it with a traceback.
logging.getLogger("pyhanko.sign.validation.generic_cms").setLevel(logging.CRITICAL)

UNREADABLE = "Ce fichier n’est pas un PDF lisible."
UNSEALED = "Ce document ne porte aucun cachet."
ADDED = "Des données ont été ajoutées au fichier après le dernier cachet."


def verify(content: bytes, trusted: Sequence[bytes]) -> Report:
    try:
        reader = PdfFileReader(BytesIO(content))
        seals = tuple(_judge(found, trusted) for found in reader.embedded_regular_signatures)
        return Report(seals, tuple(_file_faults(reader, trusted)))
    except (PdfError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        # What a damaged file makes of the reader cannot be foreseen better than that.
        return Report((), (UNREADABLE,))


def _file_faults(reader: PdfFileReader, trusted: Sequence[bytes]) -> list[str]:
    if not reader.embedded_regular_signatures:
        return [UNSEALED]
    faults = []
    for stamp in reader.embedded_timestamp_signatures:
        status = validate_pdf_timestamp(stamp, validation_context=_context(trusted))
        if not (status.intact and status.valid):
            faults.append("Un horodatage du document est rompu.")
    coverage = reader.embedded_signatures[-1].evaluate_signature_coverage()
    if coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        faults.append(ADDED)
    return faults


def _judge(found: EmbeddedPdfSignature, trusted: Sequence[bytes]) -> Seal:
    certificate = found.signer_cert
    signer = str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))
    try:
        status = validate_pdf_signature(
            found,
            signer_validation_context=_context(trusted),
            ts_validation_context=_context(trusted),
        )
    except ValueErrorWithMessage as error:
        fault = f"Le cachet « {found.field_name} » est illisible : {error.failure_message}"
        return Seal(found.field_name, signer, None, False, False, False, (fault,))
    broken = tuple(_breaks(found.field_name, status))
    doubts = () if broken else tuple(_doubts(signer, status))
    return Seal(
        field=found.field_name,
        signer=signer,
        signed_at=_signed_at(status),
        timestamped=status.timestamp_validity is not None,
        intact=not broken,
        trusted=not broken and not doubts,
        faults=broken + doubts,
    )


def _context(trusted: Sequence[bytes]) -> ValidationContext:
    roots = [root for data in trusted for root in load_certs_from_pemder_data(data)]
    return ValidationContext(trust_roots=roots, allow_fetching=False)


def _signed_at(status: PdfSignatureStatus) -> datetime | None:
    stamp = status.timestamp_validity
    return stamp.timestamp if stamp else status.signer_reported_dt


def _breaks(field: str, status: PdfSignatureStatus) -> list[str]:
    """Why the document is not, or no longer, the one that was sealed."""
    faults = []
    if not status.intact:
        faults.append(f"Le document a été modifié sous le cachet « {field} ».")
    elif not status.valid:
        faults.append(f"Le cachet « {field} » n’a pas été fait avec la clé de son certificat.")
    if status.docmdp_ok is False:
        faults.append(f"Le document a reçu une modification que le cachet « {field} » interdit.")
    stamp = status.timestamp_validity
    if stamp and not (stamp.intact and stamp.valid):
        faults.append(f"L’horodatage du cachet « {field} » est rompu.")
    return faults


def _doubts(signer: str, status: PdfSignatureStatus) -> list[str]:
    """Why we cannot tell who sealed, or when."""
    doubts = []
    if not status.trusted:
        doubts.append(f"Le certificat de « {signer} » n’est pas reconnu ou n’est plus valable.")
    stamp = status.timestamp_validity
    if stamp and not stamp.trusted:
        doubts.append("Le service d’horodatage n’est pas reconnu.")
    return doubts
