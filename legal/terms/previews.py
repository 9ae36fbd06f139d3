"""How an editor sees a draft: as the page that visitors will read, or as its PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from legal.terms.models import TermsVersion
from legal.terms.pdf import render_terms, terms_context


def preview(request: HttpRequest, version: TermsVersion, *, as_pdf: bool) -> HttpResponse:
    if as_pdf:
        content = render_terms(terms_context(version)).content
        return HttpResponse(content, content_type="application/pdf")
    context = {"version": version, "text": version.text, "is_preview": True}
    return render(request, "legal/terms_version.html", context)
