"""Joining the waiting list of a full session, and answering what it offers, without a script."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from base.missing import PageMissing
from base.private_pages import own_pages_only, private_page
from base.robots import too_many
from courses.sessions.models import CourseSession
from courses.sessions.waiting.actions import (
    SeatsAreFree,
    WaitingRefused,
    confirm_group,
    join,
    leave,
)
from courses.sessions.waiting.closing import takes_waiting
from courses.sessions.waiting.forms import WaitingForm
from courses.sessions.waiting.models import WaitingEntry

JOINS_PER_HOUR = 5
JOINED_PARAMETER = "inscrit"
GONE = (
    "Cette inscription en liste d’attente n’existe plus : elle est effacée trente jours après le "
    "début de la session, ou le lien est incomplet."
)


@never_cache
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def join_list(request: HttpRequest, pk: int) -> HttpResponse:
    session = _public_session(pk)
    if request.method == "POST":
        return _receive(request, session)
    if JOINED_PARAMETER in request.GET:
        return _show_join(request, session, form=None, joined=True)
    open_list = takes_waiting(session, timezone.localdate())
    return _show_join(request, session, form=WaitingForm() if open_list else None)


def _public_session(pk: int) -> CourseSession:
    sessions = CourseSession.objects.public().filter(course__live=True)
    session: CourseSession | None = sessions.select_related("course", "venue").filter(pk=pk).first()
    if session is None:
        raise PageMissing("Cette session n’existe pas ou n’est plus proposée.")
    return session


def _receive(request: HttpRequest, session: CourseSession) -> HttpResponse:
    form = WaitingForm(request.POST)
    if form.is_valid() and too_many(request, "liste-d-attente", per_hour=JOINS_PER_HOUR):
        form.add_error(
            None, "Vous avez envoyé plusieurs demandes en peu de temps. Patientez une heure."
        )
    free = form.is_valid() and _join(form, session)
    if form.is_valid() and not free:
        return redirect(f"{request.path}?{JOINED_PARAMETER}=1")
    form.open_again()
    return _show_join(request, session, form=form, free=free, status=422)


def _join(form: WaitingForm, session: CourseSession) -> bool:
    """Puts a refusal on the form; True when there are seats to take at once."""
    values = {name: form.cleaned_data[name] for name in ("name", "email", "places")}
    try:
        join(session_id=session.pk, now=timezone.now(), **values)
    except WaitingRefused as refused:
        form.add_error(None, str(refused))
        return isinstance(refused, SeatsAreFree)
    return False


def _show_join(
    request: HttpRequest,
    session: CourseSession,
    *,
    form: WaitingForm | None,
    joined: bool = False,
    free: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "session": session,
        "form": form,
        "joined": joined,
        "free": free or not session.is_full,
    }
    return render(request, "courses/waiting/join.html", context, status=status)


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the address changes nothing: mail programs follow the links they see."""
    found = _entry_of(token)
    if request.method == "POST":
        return _answer(request, found)
    return _show_entry(request, found)


def _entry_of(token: str) -> WaitingEntry:
    entries = WaitingEntry.objects.select_related("session__course", "session__venue")
    found: WaitingEntry | None = entries.filter(token=token).first()
    if found is None:
        raise PageMissing(GONE)
    return found


def _answer(request: HttpRequest, found: WaitingEntry) -> HttpResponse:
    now = timezone.now()
    if request.POST.get("choix") == "quitter":
        leave(token=found.token, now=now)
        return redirect(found)
    if request.POST.get("choix") == "confirmer" and found.is_group:
        try:
            confirm_group(token=found.token, now=now)
        except WaitingRefused as refused:
            return _show_entry(request, _entry_of(found.token), problem=str(refused), status=409)
        return redirect(found.proposal_url)
    return _show_entry(request, found, problem="Choisissez l’une des réponses.", status=422)


def _show_entry(request: HttpRequest, found: WaitingEntry, **context: Any) -> HttpResponse:
    status = context.pop("status", 200)
    context |= {"entry": found, "session": found.session}
    return render(request, "courses/waiting/entry.html", context, status=status)
