from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from base.robots import too_many
from courses.models import CoursePage, CourseSession
from pages.contact import ContactMessage, ContactPage, ContactReason
from pages.contact_forms import ContactForm
from pages.contact_mails import acknowledge_contact_message, announce_contact_message

MESSAGES_PER_HOUR = 5
SENT_PARAMETER = "envoye"
REASONS = {"particulier": ContactReason.INDIVIDUAL, "entreprise": ContactReason.COMPANY}


@dataclass(frozen=True)
class Subject:
    """What the visitor writes about; ``is_gone`` when the link named a session that ended."""

    course: CoursePage | None = None
    session: CourseSession | None = None
    is_gone: bool = False


def serve_contact(request: HttpRequest, page: ContactPage) -> HttpResponseBase:
    subject = contact_subject(request)
    if request.method == "POST":
        return receive(request, page, subject)
    if SENT_PARAMETER in request.GET:
        return respond(request, page, subject, form=None)
    reason = REASONS.get(request.GET.get("pour", ""), ContactReason.INFORMATION)
    return respond(request, page, subject, form=ContactForm(initial={"reason": reason.value}))


def contact_subject(request: HttpRequest) -> Subject:
    session_id, course_id = request.GET.get("session", ""), request.GET.get("formation", "")
    if session_id:
        return session_subject(session_id)
    if course_id.isascii() and course_id.isdigit() and len(course_id) < 10:
        return Subject(course=CoursePage.objects.live().filter(pk=int(course_id)).first())
    return Subject()


def session_subject(session_id: str) -> Subject:
    if not (session_id.isascii() and session_id.isdigit() and len(session_id) < 10):
        return Subject(is_gone=True)
    sessions = CourseSession.objects.upcoming(timezone.localdate()).filter(course__live=True)
    session = sessions.select_related("course", "venue").filter(pk=int(session_id)).first()
    if session is None:
        return Subject(is_gone=True)
    return Subject(course=session.course, session=session)


def receive(request: HttpRequest, page: ContactPage, subject: Subject) -> HttpResponseBase:
    form = ContactForm(request.POST)
    if form.is_valid() and too_many(request, "contact", per_hour=MESSAGES_PER_HOUR):
        form.add_error(
            None,
            "Vous avez envoyé plusieurs messages en peu de temps. Patientez une heure, ou appelez-nous.",
        )
    if not form.is_valid():
        form.open_again()
        return respond(request, page, subject, form=form, status=422)
    store(form, subject)
    return HttpResponseRedirect(f"{page.get_url(request)}?{SENT_PARAMETER}=1")


@transaction.atomic
def store(form: ContactForm, subject: Subject) -> ContactMessage:
    message = form.save(commit=False)
    message.course, message.session = subject.course, subject.session
    message.save()
    announce_contact_message(message)
    acknowledge_contact_message(message)
    return message


def respond(
    request: HttpRequest,
    page: ContactPage,
    subject: Subject,
    *,
    form: ContactForm | None,
    status: int = 200,
) -> HttpResponse:
    context = page.get_context(request) | {"form": form, "subject": subject}
    response = render(request, "pages/contact_page.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
