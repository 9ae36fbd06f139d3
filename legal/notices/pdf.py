"""The printed form of a published text."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from base.organisation import Organisation
from documents.issued import render_to_issue
from documents.issuer import letterhead
from documents.rendering import Rendered
from legal.notices.rules import FilledNotice, NoticeKind, form_lines

TEMPLATE_VERSION = "notice-1"
FILE_NAMES = {
    NoticeKind.WITHDRAWAL_NOTICE: "LEXOM-avis-de-retractation.pdf",
    NoticeKind.WITHDRAWAL_FORM: "LEXOM-formulaire-de-retractation.pdf",
    NoticeKind.HOUSE_RULES: "LEXOM-reglement-interieur.pdf",
}


def render_notice(notice: FilledNotice) -> Rendered:
    """A PDF/A-3a and PDF/UA-1 file; the form is on one page, to be printed and filled in by hand."""
    is_form = notice.kind == NoticeKind.WITHDRAWAL_FORM
    template = "documents/withdrawal_form.html" if is_form else "documents/notice.html"
    html = render_to_string(
        template,
        {
            "notice": notice,
            "title": notice.text.partition("\n")[0],
            "lines": form_lines(notice.text),
            "issuer": letterhead(Organisation.current()),
        },
    )
    return render_to_issue(html, stylesheet="notice")


def printed_facts(notice: FilledNotice) -> dict[str, Any]:
    return {
        "kind": notice.kind.value,
        "number": notice.number,
        "text": notice.text,
        "text_sha256": notice.sha256,
        "valid_from": notice.valid_from,
    }
