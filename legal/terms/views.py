"""Public pages of the terms of sale: what is in force, what was, what changed."""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.http import condition, require_safe

from base.missing import PageMissing
from base.private_files import FileFault
from documents.issued import IssuedDocument
from legal.terms.comparison import Comparison, compare
from legal.terms.models import TermsVersion
from legal.terms.queries import public_versions, successor, terms_in_force
from legal.terms.rules import Audience
from legal.terms.tasks import issue_terms_pdf

logger = logging.getLogger(__name__)

ASK_AGAIN_SECONDS = 60
COMPANIES = "entreprises"
UNKNOWN = "Cette version des conditions générales n’existe pas, ou n’est pas publique."


@require_safe
def current_terms(request: HttpRequest) -> HttpResponse:
    """The version in force today, for consumers unless ``?pour=entreprises``."""
    today = timezone.localdate()
    wanted = Audience.COMPANY if request.GET.get("pour") == COMPANIES else Audience.CONSUMER
    versions = {a: terms_in_force(a, today) for a in (Audience.CONSUMER, Audience.COMPANY)}
    version = versions[wanted]
    context = {
        "version": version,
        "text": version.text if version else None,
        "is_current": True,
        "has_switch": len({v.pk if v else None for v in versions.values()}) > 1,
        "for_companies": wanted is Audience.COMPANY,
    }
    return render(request, "legal/terms_version.html", context)


@require_safe
def terms_version(request: HttpRequest, number: str) -> HttpResponse:
    version = public_version(number)
    context = {
        "version": version,
        "text": version.text,
        "successor": successor(version, timezone.localdate()),
    }
    return render(request, "legal/terms_version.html", context)


@require_safe
def terms_pdf(request: HttpRequest, number: str) -> HttpResponseBase:
    """The stored bytes, for ever the same."""
    version = public_version(number)
    document = version.pdf
    if document is None:
        return _being_prepared(request, version)

    def send(request: HttpRequest) -> HttpResponse:
        try:
            return _pdf_response(document)
        except FileFault:
            logger.exception("Le document des CGV %s ne peut pas être lu.", number)
            return _being_prepared(request, version)

    return condition(etag_func=lambda request: f'"{document.sha256}"')(send)(request)


@require_safe
def archives(request: HttpRequest) -> HttpResponse:
    versions = public_versions(timezone.localdate())
    return render(request, "legal/terms_archives.html", {"versions": versions})


@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    versions = public_versions(timezone.localdate())
    numbers = {version.number for version in versions}
    before, after = request.GET.get("de", ""), request.GET.get("a", "")
    context = {"versions": versions, "before": before, "after": after}
    if before in numbers and after in numbers and before != after:
        context |= {"changes": compared(before, after)}
    elif before or after:
        context |= {"problem": _problem(before, after, numbers)}
    return render(request, "legal/terms_comparison.html", context)


def compared(before: str, after: str) -> tuple[Comparison, ...]:
    old, new = (TermsVersion.objects.get(number=number).text for number in (before, after))
    return compare(old, new)


def public_version(number: str) -> TermsVersion:
    version: TermsVersion | None = (
        TermsVersion.objects.public(timezone.localdate()).filter(number=number).first()
    )
    if version is None:
        raise PageMissing(UNKNOWN)
    return version


def _problem(before: str, after: str, numbers: set[str]) -> str:
    if before == after and before in numbers:
        return "Choisissez deux versions différentes."
    return "Choisissez deux versions dans les listes : l’une de celles demandées n’existe pas."


def _pdf_response(document: IssuedDocument) -> HttpResponse:
    response = HttpResponse(document.content(), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.file_name}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Last-Modified"] = http_date(document.issued_at.timestamp())
    return response


def _being_prepared(request: HttpRequest, version: TermsVersion) -> HttpResponse:
    """At most one task a minute, however many visitors insist."""
    if cache.add(f"terms-asked-{version.pk}", True, ASK_AGAIN_SECONDS):
        issue_terms_pdf.enqueue(version.pk)
    response = render(request, "legal/terms_being_prepared.html", {"version": version}, status=503)
    response["Retry-After"] = "10"
    response["Cache-Control"] = "no-store"
    return response
