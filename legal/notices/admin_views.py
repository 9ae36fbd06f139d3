"""What the buttons of a legal text do."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wagtail.admin import messages

from legal.notices.actions import PublicationRefused, publish_notice, start_new_version
from legal.notices.facts import current_facts
from legal.notices.in_force import notices_in_force
from legal.notices.models import Notice
from legal.notices.pdf import FILE_NAMES, render_notice
from legal.notices.rules import FilledNotice, fingerprint
from legal.notices.views import show
from legal.notices.wording import filled_wording


@require_POST
@permission_required("legal.publish_notice", raise_exception=True)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice, pk=pk)
    try:
        published = publish_notice(
            notice=notice,
            actor=str(request.user),
            departure_accepted=request.POST.get("departure") == "on",
        )
    except PublicationRefused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return redirect("notice:inspect", pk)
    messages.success(request, f"Publication faite : {published}.")
    return redirect("notice:inspect", pk)


@require_POST
@permission_required("legal.add_notice", raise_exception=True)
def new_version(request: HttpRequest, pk: int) -> HttpResponse:
    draft = start_new_version(notice=get_object_or_404(Notice, pk=pk), actor=str(request.user))
    return redirect("notice:edit", draft.pk)


@require_safe
@permission_required("legal.view_notice", raise_exception=True)
def preview_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page with this version in the place of the one in force."""
    notice = get_object_or_404(Notice, pk=pk)
    notices = notices_in_force(timezone.localdate()) | {notice.notice_kind: as_shown(notice)}
    response = show(request, notice.notice_kind, notices)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@permission_required("legal.view_notice", raise_exception=True)
def preview_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A trial print: laid out on the spot, kept nowhere."""
    notice = get_object_or_404(Notice, pk=pk, kind__in=[kind.value for kind in FILE_NAMES])
    response = HttpResponse(render_notice(as_shown(notice)).content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="apercu.pdf"'
    return response


def as_shown(notice: Notice) -> FilledNotice:
    """The words of a published version, or those that a draft would have if published now."""
    if notice.is_published:
        return notice.filled
    filled = filled_wording(notice, current_facts())
    return FilledNotice(
        kind=notice.notice_kind,
        number=0,
        text=filled.text,
        html=filled.html,
        sha256=fingerprint(filled.text),
        valid_from=notice.valid_from,
        notice_id=notice.pk,
    )
