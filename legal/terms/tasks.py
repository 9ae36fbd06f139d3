from datetime import datetime

from django.db import IntegrityError

from django_tasks import task

from legal.terms.models import KIND, TermsVersion
from legal.terms.pdf import issue_pdf


@task()
def issue_terms_pdf(version_id: int) -> str:
    """Issues the PDF of an approved version, once; safe to run twice at the same time."""
    version = TermsVersion.objects.approved().filter(pk=version_id).first()
    if version is None:
        return "version non approuvée"
    if version.pdf is None:
        try:
            issue_pdf(version)
        except IntegrityError:  # another worker was faster, and the number is used once
            return f"{KIND} {version.number} déjà émis"
    return version.number


def issue_missing_pdfs(now: datetime) -> None:
    """Approved versions whose task was lost with its worker."""
    for version in TermsVersion.objects.approved():
        if version.pdf is None:
            issue_terms_pdf.enqueue(version.pk)
