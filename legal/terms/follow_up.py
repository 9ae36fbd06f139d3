"""Where a version stands, and the buttons that move it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from base.events import events_of
from base.typography import french_typography
from legal.terms.actions import (
    APPROVE,
    CHANGE,
    Refused,
    approve_terms,
    copy_terms,
    readers_left_without,
    revoke_terms,
    send_back,
    submit_terms,
)
from legal.terms.admin import follow_up_url
from legal.terms.comparison import compare
from legal.terms.consumer_law import review
from legal.terms.forms import ApprovalForm, ReasonForm
from legal.terms.models import TermsVersion
from legal.terms.previews import preview
from legal.terms.queries import terms_in_force
from legal.terms.rules import State

VIEW = ("legal.view_termsversion", CHANGE, APPROVE)


def may_read(user: Any) -> bool:
    return any(user.has_perm(permission) for permission in VIEW)


class TermsAdminPage(WagtailAdminTemplateMixin, View):
    """A page about one version, for whoever may read drafts."""

    header_icon = "doc-full"
    version: TermsVersion
    label = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_read(request.user):
            raise PermissionDenied
        self.version = get_object_or_404(TermsVersion, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def page_title(self) -> str:
        return str(self.version)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("terms_admin:list"), "label": "Conditions générales"},
            {"url": follow_up_url(self.version), "label": str(self.version)},
            {"url": "", "label": self.label},
        ]


class FollowUpView(TermsAdminPage):
    label = "Suivi"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        handler = self.handlers.get(request.POST.get("action", ""))
        if handler is None:
            return self._refuse("Choisissez une action.")
        try:
            return handler(self)
        except Refused as error:
            return self._refuse(str(error))

    def _submit(self) -> HttpResponse:
        submit_terms(version=self.version, user=self.request.user)
        return self._done("La version est soumise : une autre personne peut l’approuver.")

    def _send_back(self) -> HttpResponse:
        send_back(
            version=self.version,
            user=self.request.user,
            reason=self.request.POST.get("reason", "")[:300],
        )
        return self._done("La version est de nouveau un brouillon.")

    def _approve(self) -> HttpResponse:
        form = ApprovalForm(self.request.POST)
        if not form.is_valid():
            return self._show(approval_form=form, status=422)
        start = form.cleaned_data["in_force_from"]
        left = readers_left_without(self.version, start)
        approve_terms(version=self.version, user=self.request.user, in_force_from=start)
        for audience in left:
            messages.warning(
                self.request,
                french_typography(
                    f"Plus aucune version ne s’adresse aux {audience.label} à partir de cette date : "
                    "approuvez aussi la leur."
                ),
            )
        return self._done("La version est approuvée. Elle ne changera plus.")

    def _revoke(self) -> HttpResponse:
        form = ReasonForm(self.request.POST)
        if not form.is_valid():
            return self._show(revocation_form=form, status=422)
        revoke_terms(
            version=self.version, user=self.request.user, reason=form.cleaned_data["reason"]
        )
        return self._done("La version est révoquée : elle n’entrera pas en vigueur.")

    def _copy(self) -> HttpResponse:
        if not self.request.user.has_perm("legal.add_termsversion"):
            raise PermissionDenied
        draft = copy_terms(source=self.version, user=self.request.user)
        messages.success(self.request, french_typography(f"Brouillon {draft.number} créé."))
        return redirect("terms_admin:edit", draft.pk)

    handlers: ClassVar[dict[str, Callable[[FollowUpView], HttpResponse]]] = {
        "submit": _submit,
        "send_back": _send_back,
        "approve": _approve,
        "revoke": _revoke,
        "copy": _copy,
    }

    def _done(self, sentence: str) -> HttpResponse:
        messages.success(self.request, french_typography(sentence))
        return redirect(follow_up_url(self.version))

    def _refuse(self, reason: str) -> HttpResponse:
        messages.error(self.request, french_typography(reason))
        return redirect(follow_up_url(self.version))

    def _show(
        self,
        *,
        approval_form: forms.Form | None = None,
        revocation_form: forms.Form | None = None,
        status: int = 200,
    ) -> HttpResponse:
        version, user = self.version, self.request.user
        approval = approval_form or ApprovalForm()
        revocation = revocation_form or ReasonForm()
        context = self.get_context_data(
            version=version,
            state=version.state,
            events=events_of(version),
            in_force=terms_in_force(version.for_whom, timezone.localdate()),
            doubtful=len(review(version.text).found),
            approval_form=approval,
            revocation_form=revocation,
            media=approval.media,
            is_public=version.state in (State.IN_FORCE, State.REPLACED),
            is_own_work=user.pk in (version.drafted_by_id, version.submitted_by_id),
            may_change=user.has_perm(CHANGE),
            may_approve=user.has_perm(APPROVE),
            may_add=user.has_perm("legal.add_termsversion"),
        )
        return render(self.request, "legal/admin/follow_up.html", context, status=status)


class DoubtfulClausesView(TermsAdminPage):
    label = "Clauses à faire revoir"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        context = self.get_context_data(
            version=self.version,
            review=review(self.version.text),
            preview_url=reverse("terms_admin_text", args=[pk]),
        )
        return render(request, "legal/admin/doubtful_clauses.html", context)


class DraftTextView(TermsAdminPage):
    """The whole text as visitors would read it, drafts included; ``.pdf`` is its project."""

    def get(self, request: HttpRequest, pk: int, as_pdf: bool = False) -> HttpResponse:
        response = preview(request, self.version, as_pdf=as_pdf)
        response["Cache-Control"] = "private, no-store"
        return response


class DraftComparisonView(TermsAdminPage):
    """What would change for readers of the version in force today."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        in_force = terms_in_force(self.version.for_whom, timezone.localdate())
        if in_force is None:
            raise Http404
        context = {
            "is_draft": True,
            "before": in_force.number,
            "after": self.version.number,
            "changes": compare(in_force.text, self.version.text),
        }
        response = render(request, "legal/terms_comparison.html", context)
        response["Cache-Control"] = "private, no-store"
        return response
