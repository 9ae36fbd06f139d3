"""LEXOM cancels a session, then answers for the clients who call."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from wagtail.admin.widgets.button import Button

from base.clock import present
from base.typography import counted, french_date
from courses.sessions.models import CourseSession
from courses.sessions.rules import PUBLIC_STATES
from shop.backoffice.access import CANCEL_SESSION
from shop.backoffice.action_views import ActionView
from shop.backoffice.cancellation_forms import REFUND, AnswerForm, CancelForm
from shop.cancelled_sessions.actions import answer_offer, cancel_session
from shop.cancelled_sessions.choices import OtherSession, other_sessions
from shop.cancelled_sessions.models import SessionCancellation, SessionOffer
from shop.cancelled_sessions.reading import everybody_on
from shop.cancelled_sessions.rules import Cause, Choice, latest_answer_day
from shop.orders.offers import taught_hours


class CancelView(ActionView):
    """Who is concerned and what each one gets, then one button: nothing of it can be undone."""

    permission_required = CANCEL_SESSION
    form_class = CancelForm
    template_name = "shop/backoffice/session_cancel.html"
    page_title = "Annuler cette session"
    header_icon = "cross"
    button = "Annuler la session et prévenir tout le monde"
    is_serious = True

    @cached_property
    def session(self) -> CourseSession:
        rows = CourseSession.objects.select_related("course", "venue")
        return get_object_or_404(rows, pk=self.kwargs["session_pk"])

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Once it is done, the page of the answers takes over; a second click lands there too."""
        known = SessionCancellation.objects.filter(session=self.kwargs["session_pk"]).first()
        if known and self.has_permission():
            return redirect("session_cancellation:inspect", known.pk)
        return super().dispatch(*args, **kwargs)

    @property
    def today(self) -> date:
        return timezone.localdate(present())

    def subject(self) -> str:
        return str(self.session)

    def get_success_url(self) -> str:
        known = SessionCancellation.objects.filter(session=self.session).first()
        if known:
            return reverse("session_cancellation:inspect", args=[known.pk])
        return session_page(self.session)

    def get_initial(self) -> dict[str, Any]:
        """Of the other sessions, those on which the instalments of a consumer keep their amounts."""
        hours = _hours(self.session)
        alike = [session for session in self.sessions() if _hours(session) == hours]
        return {"last_day": self.latest, "alternatives": alike}

    @property
    def latest(self) -> date:
        return latest_answer_day(self.today, self.session.starts_on)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        more = {"sessions": self.sessions(), "first": self.today, "latest": self.latest}
        return kwargs | more

    def sessions(self) -> QuerySet[CourseSession]:
        rows = CourseSession.objects.upcoming(self.today).filter(course=self.session.course_id)
        others = rows.exclude(pk=self.session.pk).select_related("course", "venue")
        return others.prefetch_related("half_days").order_by("starts_on", "pk")

    def explanation(self) -> list[str]:
        return [
            (
                "La session ferme aussitôt. Chaque client reçoit un lien pour choisir entre le "
                "remboursement de ce qu’il a payé et une des sessions proposées. D’ici là, rien n’est "
                "prélevé ni demandé."
            ),
            (
                "Sans réponse, le client est remboursé en entier, jamais déplacé d’office (CGV 3.5, C. "
                "conso L216-7). Cela ne se défait pas."
            ),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"everybody": everybody_on(self.session)}

    def act(self, values: dict[str, Any]) -> str:
        cancellation = cancel_session(
            session_id=self.session.pk,
            cause=Cause(values["cause"]),
            told=values["told"].strip(),
            alternatives=[session.pk for session in values["alternatives"]],
            last_day=values["last_day"],
            actor=self.actor,
            now=present(),
        )
        told = counted(cancellation.offers.count(), "client", "prévenu")
        return f"La session est annulée : {told}."


class AnswerView(ActionView):
    """The answer that a client gives on the phone or by mail."""

    permission_required = CANCEL_SESSION
    url_name = "answer"
    form_class = AnswerForm
    page_title = "Répondre pour ce client"
    header_icon = "edit"
    button = "Enregistrer la réponse"
    is_serious = True

    @cached_property
    def offer(self) -> SessionOffer:
        rows = SessionOffer.objects.select_related(
            "order__session", "proposal", "cancellation__session"
        )
        return get_object_or_404(rows, pk=self.kwargs["offer_pk"], cancellation=self.kwargs["pk"])

    @cached_property
    def others(self) -> list[OtherSession]:
        return other_sessions(self.offer, present())

    def subject(self) -> str:
        return str(self.offer.contract)

    def get_success_url(self) -> str:
        return reverse("session_cancellation:inspect", args=[self.offer.cancellation_id])

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs | {"others": self.others}

    def explanation(self) -> list[str]:
        offer = self.offer
        lines = [
            f"{offer.get_state_display().capitalize()}, jusqu’au {french_date(offer.last_day)}.",
            "Le client reçoit la confirmation par e-mail. Sa réponse ne se reprend pas.",
        ]
        lines += [
            f"{other.session.dates} : {other.refusal}" for other in self.others if other.refusal
        ]
        return lines

    def act(self, values: dict[str, Any]) -> str:
        key = values["choice"]
        chosen = next((other for other in self.others if other.key == key), None)
        offer = answer_offer(
            offer_id=self.offer.pk,
            choice=Choice.REFUND if key == REFUND else Choice.MOVE,
            session_id=chosen.session.pk if chosen else None,
            answered_by=self.actor,
            note=values["note"],
            now=present(),
        )
        return f"Réponse enregistrée : {offer.get_state_display()}."


def _hours(session: CourseSession) -> list[Decimal]:
    return [hours for _, hours in sorted(taught_hours(session).items())]


def session_page(session: CourseSession) -> str:
    return reverse("coursesession:edit", args=[session.pk])


def cancel_buttons(session: CourseSession, user: Any) -> list[Button]:
    """On the page of a session, beside what editors do."""
    if not user.has_perm(CANCEL_SESSION):
        return []
    known = SessionCancellation.objects.filter(session=session).first()
    if known:
        url = reverse("session_cancellation:inspect", args=[known.pk])
        return [Button("Réponses à l’annulation", url=url, icon_name="list-ul", priority=5)]
    if session.state not in PUBLIC_STATES:
        return []
    url = reverse("session_cancellation:cancel", args=[session.pk])
    return [Button("Annuler cette session", url=url, icon_name="cross", priority=5)]
