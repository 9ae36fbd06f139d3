"""What a text said before: its list of versions, and each of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from base.missing import PageMissing
from legal.notices.models import Notice
from legal.notices.rules import NoticeKind
from legal.notices.views import address_of, public_version


@require_safe
def versions(request: HttpRequest, kind: NoticeKind) -> HttpResponse:
    today = timezone.localdate()
    begun = Notice.objects.of_kind(kind).published().filter(valid_from__lte=today)
    rows = list(begun.with_next_start().order_by("-valid_from"))
    if not rows:
        raise PageMissing("Ce texte n’est pas encore publié.")
    context = {"kind": kind, "address": address_of(request), "versions": rows}
    return render(request, "legal/versions.html", context)


@require_safe
def old_version(request: HttpRequest, kind: NoticeKind, number: int) -> HttpResponse:
    row = public_version(kind, timezone.localdate(), number)
    context = {"kind": kind, "address": address_of(request), "row": row, "notice": row.filled}
    return render(request, "legal/old_version.html", context)
