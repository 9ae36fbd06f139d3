"""The file of a notice: laid out once from its frozen content, stored, then sent."""

from __future__ import annotations

from django.db import transaction

from base.clock import present
from documents.issued import IssuedDocument
from documents.issued import issue as issue_document
from shop.complaints.letters import send_notice
from shop.complaints.models import NOTICE_KIND, Complaint, MediationNotice
from shop.complaints.printing import TEMPLATE_VERSION, render_notice


def lay_out(notice_id: int) -> IssuedDocument:
    """Stores the PDF and queues its letter; never made again. Raises RenderingFailed: the job tries again."""
    notice = MediationNotice.objects.select_related("complaint").get(pk=notice_id)
    if known := notice.document:
        return known
    rendered = render_notice(notice.facts)
    with transaction.atomic():
        complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=notice.complaint_id)
        if known := notice.document:
            return known
        document = issue_document(
            kind=NOTICE_KIND,
            number=complaint.number,
            title="Avis de médiation de la consommation",
            file_name=f"LEXOM-avis-de-mediation-{complaint.number}.pdf",
            owner=complaint,
            rendered=rendered,
            template_version=TEMPLATE_VERSION,
            context=notice.content,
            now=present(),
        )
        send_notice(notice, document)
    return document
