"""Trainings that are held back until they are paid, on the page of their proposal (CGV 2.2, 3.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from base.clock import present
from base.typography import euros, french_date
from courses.sessions.models import CourseSession
from shop.backoffice.access import PURSUE
from shop.backoffice.agreement_views import ContractActionView
from shop.backoffice.forms import ReasonForm
from shop.backoffice.order_page import Link
from shop.collection.models import Suspension
from shop.collection.suspending import lift_suspension, suspend_for_deposit, unpaid_deposit
from shop.proposals.models import Proposal


class SuspendForDepositView(ContractActionView):
    permission_required = PURSUE
    url_name = "suspend"
    form_class = ReasonForm
    page_title = "Suspendre la formation, acompte non versé"
    button = "Suspendre et avertir le client"
    is_serious = True

    def explanation(self) -> list[str]:
        owed = unpaid_deposit(self.proposal, timezone.localdate(present()))
        return [
            (
                f"Acompte échu et non reçu : {euros(owed)}. Les CGV (2.2) permettent de suspendre la "
                "prestation tant qu’il n’est pas versé."
            ),
            "Le client en est averti par e-mail. La suspension se lève toute seule à réception de l’acompte.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        suspend_for_deposit(proposal_id=self.proposal.pk, actor=self.actor, now=present(), **values)
        return "La formation est suspendue, le client est averti."


class LiftSuspensionView(ContractActionView):
    permission_required = PURSUE
    url_name = "lift_suspension"
    form_class = ReasonForm
    page_title = "Lever la suspension"
    button = "Lever la suspension et avertir le client"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._already_lifted() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._already_lifted() or super().post(request, *args, **kwargs)

    def _already_lifted(self) -> HttpResponse | None:
        """A second click, or the money came in while the page was open. Raises Http404 if there never was one."""
        if self.proposal.suspensions.standing().exists():
            return None
        lifted = self.proposal.suspensions.order_by("lifted_at").last()
        if lifted is None:
            raise Http404
        day = french_date(timezone.localdate(lifted.lifted_at))
        messages.info(self.request, f"La suspension est déjà levée, depuis le {day}.")
        return redirect(self.get_success_url())

    @cached_property
    def suspension(self) -> Suspension:
        found: Suspension = self.proposal.suspensions.standing().earliest("pk")
        return found

    def explanation(self) -> list[str]:
        day = french_date(timezone.localdate(self.suspension.decided_at))
        return [
            f"Suspendue le {day} : {self.suspension.reason} ({self.suspension.get_cause_display()}).",
            "Le client lit que sa formation a lieu aux dates convenues. Ce qu’il doit reste dû.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        lift_suspension(suspension_id=self.suspension.pk, actor=self.actor, now=present(), **values)
        return "La suspension est levée, le client est averti."


ACTIONS: dict[str, Any] = {
    "suspendre": SuspendForDepositView,
    "lever-la-suspension": LiftSuspensionView,
}


def suspension_facts(proposal: Proposal, user: Any) -> dict[str, Any]:
    """What ``shop/backoffice/suspensions.html`` shows."""
    found = list(proposal.suspensions.select_related("case__invoice"))
    return {"suspensions": found, "suspension_links": list(_links(proposal, found, user))}


def _links(proposal: Proposal, found: list[Suspension], user: Any) -> Iterator[Link]:
    if not user.has_perm(PURSUE):
        return
    is_suspended = any(row.lifted_at is None for row in found)
    if is_suspended:
        address = reverse("proposal_list:lift_suspension", args=[proposal.pk])
        yield Link("Lever la suspension", address)
    elif unpaid_deposit(proposal, timezone.localdate(present())):
        yield Link("Suspendre la formation", reverse("proposal_list:suspend", args=[proposal.pk]))


def notes_on(session: CourseSession) -> Iterator[str]:
    """For the page of a session: who does not attend until it has paid."""
    standing = Suspension.objects.standing().filter(proposal__session=session)
    for row in standing.select_related("proposal").defer("proposal__content"):
        yield (
            f"{row.proposal} : formation suspendue depuis le "
            f"{french_date(timezone.localdate(row.decided_at))}, {row.get_cause_display()}. {row.reason}"
        )
