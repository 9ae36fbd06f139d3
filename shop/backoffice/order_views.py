"""What staff do to an order, each with a page of confirmation."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from base.clock import present
from base.typography import euros, french_date
from courses.sessions.models import CourseSession
from mail.rules import UNDELIVERED
from shop.backoffice.access import MOVE, PAUSE, RESEND
from shop.backoffice.action_views import OrderActionView
from shop.backoffice.forms import MoveForm, ReasonForm, ResendForm
from shop.orders.moving import move_order
from shop.orders.resending import confirmation_of, resend_confirmation
from shop.payments.disputes import resume_charging
from shop.payments.models import Due
from shop.payments.pausing import pause_charging


class ResendView(OrderActionView):
    permission_required = RESEND
    url_name = "resend"
    form_class = ResendForm
    page_title = "Renvoyer la confirmation"
    header_icon = "mail"
    button = "Renvoyer"

    def get_initial(self) -> dict[str, Any]:
        return {"address": self.order.email}

    def explanation(self) -> list[str]:
        content = "La confirmation part avec le contrat, les conditions générales et les notices."
        message = confirmation_of(self.order)
        if message and message.state in UNDELIVERED:
            return [
                content,
                (
                    "La première n’est pas arrivée : le délai de rétractation de quatorze jours "
                    "commencera quand celle-ci sera remise. Rien ne peut être prélevé d’ici là."
                ),
            ]
        return [
            content,
            "Le délai de rétractation en cours et les dates de paiement ne changent pas.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        resend_confirmation(order=self.order, actor=self.actor, now=present(), **values)
        return f"La confirmation part à {values['address']}."


class MoveView(OrderActionView):
    permission_required = MOVE
    url_name = "move"
    form_class = MoveForm
    page_title = "Changer de session"
    header_icon = "calendar-alt"
    button = "Changer de session"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs | {"sessions": self.sessions()}

    def sessions(self) -> QuerySet[CourseSession]:
        """The current one stays in the list: a second click finds it and changes nothing."""
        course = CourseSession.objects.filter(course=self.order.session.course_id)
        upcoming = course.upcoming(timezone.localdate(present()))
        both = upcoming | course.filter(pk=self.order.session_id)
        return both.select_related("course", "venue").order_by("starts_on", "pk")

    def explanation(self) -> list[str]:
        order = self.order
        unpaid = [due for due in order.dues.unpaid() if due.position > 1]
        amounts = ", ".join(f"{euros(due.amount)} le {french_date(due.due_on)}" for due in unpaid)
        lines = [
            (
                f"Session actuelle : {order.session.dates}, {order.place}. Sa place est libérée "
                "et une place est prise sur la nouvelle session."
            ),
            (
                "Le prix et les montants ne changent pas. Le client reçoit un e-mail avec les nouvelles "
                "dates."
            ),
        ]
        if amounts:
            lines.append(
                f"Les versements du solde ({amounts}) passent au lendemain des nouveaux jours de "
                "formation, et sont annoncés à nouveau."
            )
        return lines

    def act(self, values: dict[str, Any]) -> str:
        order = move_order(
            order=self.order,
            session_id=values["session"].pk,
            actor=self.actor,
            reason=values["reason"],
            now=present(),
        )
        return f"Nouvelle session : {order.session.dates}."


def open_amounts(dues: QuerySet[Due]) -> str:
    lines = [f"{due.label} de {euros(due.amount)}, {french_date(due.due_on)}" for due in dues]
    return " ; ".join(lines) or "aucun"


class PauseView(OrderActionView):
    permission_required = PAUSE
    url_name = "pause"
    form_class = ReasonForm
    page_title = "Suspendre les prélèvements"
    header_icon = "lock"
    button = "Suspendre"

    def explanation(self) -> list[str]:
        return [
            f"Versements retenus : {open_amounts(self.order.dues.unpaid())}.",
            (
                "Rien n’est débité ni demandé au client jusqu’à la reprise. La commande, la place et la "
                "carte enregistrée restent."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        pause_charging(order=self.order, actor=self.actor, reason=values["reason"], now=present())
        return "Les prélèvements sont suspendus."


class ResumeView(OrderActionView):
    permission_required = PAUSE
    url_name = "resume"
    form_class = ReasonForm
    page_title = "Reprendre les prélèvements"
    header_icon = "lock-open"
    button = "Reprendre"

    def explanation(self) -> list[str]:
        stopped = self.order.charging_stopped_reason
        return [
            f"Suspendus pour ce motif : {stopped}." if stopped else "Rien n’est suspendu.",
            (
                f"Versements repris : {open_amounts(self.order.dues.unpaid())}. Ceux dont la date est "
                "passée sont annoncés au client, puis débités dans les jours qui suivent."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        if self.order.charging_stopped_at:
            resume_charging(
                order=self.order, actor=self.actor, reason=values["reason"], now=present()
            )
        return "Les prélèvements ont repris."
