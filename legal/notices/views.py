"""The public legal pages: what is published, as it was published."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.http import condition, require_safe

from wagtail.models import Site

from base.missing import PageMissing
from documents.issued import IssuedDocument
from legal.notices.in_force import notices_in_force
from legal.notices.models import Notice
from legal.notices.rules import FilledNotice, NoticeKind
from legal.notices.tasks import notice_document

TEMPLATES = {
    NoticeKind.MEDIATION: "legal/mediation.html",
    NoticeKind.LEGAL_NOTICE: "legal/legal_notice.html",
    NoticeKind.PRIVACY: "legal/privacy.html",
    NoticeKind.ACCESSIBILITY: "legal/notice_page.html",
    NoticeKind.HOUSE_RULES: "legal/house_rules.html",
    NoticeKind.WITHDRAWAL_NOTICE: "legal/withdrawal.html",
    NoticeKind.WITHDRAWAL_FORM: "legal/withdrawal.html",
    NoticeKind.ONLINE_WITHDRAWAL: "legal/withdrawal.html",
}


def address_of(request: HttpRequest) -> str:
    """The page's one address, whatever name and query the visitor used."""
    site = Site.find_for_request(request)
    return f"{site.root_url}{request.path}"


def legal_page(request: HttpRequest, kind: NoticeKind) -> HttpResponse:
    return show(request, kind, notices_in_force(timezone.localdate()))


def show(
    request: HttpRequest, kind: NoticeKind, notices: dict[NoticeKind, FilledNotice], **more: Any
) -> HttpResponse:
    context = {
        "kind": kind,
        "address": address_of(request),
        "notice": notices.get(kind),
        "withdrawal_notice": notices.get(NoticeKind.WITHDRAWAL_NOTICE),
        "form": notices.get(NoticeKind.WITHDRAWAL_FORM),
        "online": notices.get(NoticeKind.ONLINE_WITHDRAWAL),
    }
    return render(request, TEMPLATES[kind], context | more)


@require_safe
def mediation(request: HttpRequest) -> HttpResponse:
    return legal_page(request, NoticeKind.MEDIATION)


@require_safe
def legal_notice(request: HttpRequest) -> HttpResponse:
    return legal_page(request, NoticeKind.LEGAL_NOTICE)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return legal_page(request, NoticeKind.PRIVACY)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return legal_page(request, NoticeKind.ACCESSIBILITY)


@require_safe
def house_rules(request: HttpRequest) -> HttpResponse:
    return legal_page(request, NoticeKind.HOUSE_RULES)


@require_safe
def withdrawal(request: HttpRequest) -> HttpResponse:
    return legal_page(request, NoticeKind.WITHDRAWAL_NOTICE)


@require_safe
def pdf(request: HttpRequest, kind: NoticeKind, number: int | None = None) -> HttpResponseBase:
    """The document issued for the version in force, or for a version by its number."""
    today = timezone.localdate()
    notice = public_version(kind, today, number)
    document = notice_document(notice)
    if document is None:
        return being_prepared(request, kind)
    return send(request, document)


def public_version(kind: NoticeKind, today: date, number: int | None) -> Notice:
    """A version that has begun; one that is to come is not shown yet."""
    versions = Notice.objects.of_kind(kind)
    if number is None:
        notice = versions.in_force(today).first()
    else:
        notice = versions.published().filter(valid_from__lte=today, number=number).first()
    if notice is None:
        raise PageMissing("Ce texte n’est pas encore publié.")
    return notice


def being_prepared(request: HttpRequest, kind: NoticeKind) -> HttpResponse:
    """The worker issues it within minutes of the publication; a visitor asks nothing of it."""
    response = render(request, "legal/being_prepared.html", {"kind": kind}, status=503)
    response["Retry-After"] = "60"
    response["Cache-Control"] = "no-store"
    return response


def send(request: HttpRequest, document: IssuedDocument) -> HttpResponseBase:
    def open_document(request: HttpRequest) -> HttpResponseBase:
        response = HttpResponse(document.content(), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{document.file_name}"'
        response["Cache-Control"] = "public, max-age=300"
        response["Last-Modified"] = http_date(document.issued_at.timestamp())
        return response

    return condition(etag_func=lambda request: f'"{document.sha256}"')(open_document)(request)
