"""The file of a letter: laid out once from its frozen content, stored, then posted by a person."""

from __future__ import annotations

from django.db import transaction
from django.template.loader import render_to_string

from documents.issued import IssuedDocument, render_to_issue
from documents.issued import issue as issue_document
from documents.rendering import Rendered
from shop.collection.content import LetterContent, from_json
from shop.collection.models import LETTER_DOCUMENT, RegisteredLetter
from shop.collection.wording import rows_of

# Raise it when the template, its styles or its sentences change.
TEMPLATE_VERSION = "2"
TEMPLATE = "documents/collection_letter.html"
STYLESHEET = "collection_letter"
FILE_NAMES = {"notice": "mise-en-demeure", "resolution": "resolution"}


def lay_out(letter_id: int) -> IssuedDocument:
    """The file that exists is never made again. Raises RenderingFailed: the job tries again."""
    letter = RegisteredLetter.objects.select_related("case__invoice").get(pk=letter_id)
    if known := letter.document:
        return known
    content = from_json(letter.content)
    rendered = render_letter(content)
    with transaction.atomic():
        RegisteredLetter.objects.select_for_update().get(pk=letter_id)
        if known := letter.document:
            return known
        return issue_document(
            kind=LETTER_DOCUMENT,
            number=letter.number,
            title=content.title,
            file_name=f"LEXOM-{FILE_NAMES[letter.kind]}-{letter.number}.pdf",
            owner=letter.case.contract,
            rendered=rendered,
            template_version=TEMPLATE_VERSION,
            context=letter.content,
            terms_number=content.terms_number,
        )


def render_letter(content: LetterContent) -> Rendered:
    """The same bytes for the same content. Raises RenderingFailed."""
    context = {
        "letter": content, "issuer": content.issuer, "rows": rows_of(content.segments),
    }  # fmt: skip
    return render_to_issue(render_to_string(TEMPLATE, context), stylesheet=STYLESHEET)
