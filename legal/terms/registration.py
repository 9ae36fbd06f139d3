"""What the room tells the rest of the house about itself."""

from collections.abc import Iterator
from datetime import timedelta

from base import append_only, clock, integrity
from legal.terms.models import CHANGING_FIELDS, Acceptance, TermsVersion
from legal.terms.tasks import issue_missing_pdfs


def register_terms() -> None:
    append_only.freeze_rows(
        TermsVersion, when="OLD.approved_at IS NOT NULL", changing_fields=CHANGING_FIELDS
    )
    clock.register(clock.Job("PDF des CGV", timedelta(minutes=5), issue_missing_pdfs))
    integrity.register_check("conditions générales", terms_faults)


def terms_faults() -> Iterator[str]:
    """A French line for each version or acceptance that its document no longer proves."""
    for version in TermsVersion.objects.approved():
        if version.pdf is None:
            yield f"CGV {version.number} : le document n’est pas émis."
    for acceptance in Acceptance.objects.select_related("version").iterator():
        document = acceptance.version.pdf
        if document is None or document.sha256 != acceptance.pdf_sha256:
            yield f"Acceptation {acceptance.pk} : l’empreinte n’est pas celle des CGV."
