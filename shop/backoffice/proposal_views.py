"""What staff do to a proposal: compose it in steps that keep everything typed, preview it, issue it, take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from base.clock import present
from base.private_pages import hide
from base.typography import counted, french_date, french_typography
from documents.rendering import RenderingFailed
from shop.backoffice.access import COMPOSE
from shop.backoffice.action_views import ActionView
from shop.backoffice.proposal_composition import ISSUE, Composed, Composer, fingerprint
from shop.backoffice.proposal_defaults import session_initial, usual_days
from shop.backoffice.proposal_forms import DateToCome, WithdrawForm, line_initial, typed_lines
from shop.backoffice.proposal_gaps import told_gaps
from shop.backoffice.proposal_page import EXTEND, proposal_page
from shop.proposals.actions import (
    ProposalRefused,
    issue_proposal,
    next_version,
    open_second_session,
    replace_proposal,
    withdraw_proposal,
)
from shop.proposals.composing import content_of
from shop.proposals.composition import MOST_LINES, scaled
from shop.proposals.letters import was_sent
from shop.proposals.models import Proposal
from shop.proposals.printing import DRAFT_NUMBER, render_draft
from shop.proposals.rules import ProposalState, last_valid_day, may_become

STEP = "step"
LOOK_AGAIN = (
    "Quelque chose a changé depuis l’affichage (prix, conditions générales, jour) : relisez, puis "
    "confirmez. Rien n’est parti."
)
NOT_RENDERED = "L’aperçu n’a pas pu être mis en page. Votre saisie est conservée."


class ComposeView(WagtailAdminTemplateMixin, PermissionRequiredMixin, TemplateView):
    """One page, posted as often as wanted: nothing is kept before « Émettre »."""

    permission_required = COMPOSE
    raise_exception = True
    url_name = "compose"
    template_name = "shop/backoffice/proposal_compose.html"
    confirm_template = "shop/backoffice/proposal_confirm.html"
    header_icon = "edit"

    @cached_property
    def proposal(self) -> Proposal:
        return proposal_to_compose(self.kwargs["pk"])

    @cached_property
    def now(self) -> datetime:
        return present()

    @cached_property
    def composer(self) -> Composer:
        return Composer(self.proposal, self.now)

    @property
    def is_first(self) -> bool:
        return self.composer.mode == ISSUE

    def get_page_title(self) -> str:
        return "Composer la proposition" if self.is_first else EXTEND

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("proposal_list:index"), "label": "Propositions"},
            {"url": proposal_page(self.proposal), "label": str(self.proposal)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_possible:
            return self.leave()
        self.composer.start()
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_possible or request.POST.get("mode") != self.composer.mode:
            return self.leave()
        step, _, place = request.POST.get(STEP, "").partition(":")
        reading = {"preview": self.preview, "confirm": self.confirm, "issue": self.issue}
        if step in reading:
            composed = self.composer.read(request.POST)
            return reading[step](composed) if composed else self.show(status=422)
        if step == "remove":
            return self.remove(place)
        typing = {
            "add": self.add,
            "session": self.session,
            "usual": self.usual,
            "split": self.split,
        }
        return typing[step]() if step in typing else self.recalculate()

    @property
    def is_possible(self) -> bool:
        state = ProposalState(self.proposal.state)
        return any(
            may_become(state, wanted) for wanted in (ProposalState.ISSUED, ProposalState.SUPERSEDED)
        )

    def leave(self) -> HttpResponse:
        """Somebody was faster, or a second click: the page of what is valid now."""
        latest = getattr(self.proposal, "successor", self.proposal)
        state = ProposalState(self.proposal.state).label
        text = f"{self.proposal} : cette proposition est déjà {state}, rien n’a été fait de plus."
        messages.warning(self.request, french_typography(text))
        return redirect(proposal_page(latest))

    def show(self, *, status: int = 200) -> HttpResponse:
        composer, terms = self.composer, self.composer.terms()
        gaps = told_gaps(composer.gaps(terms), self.proposal.course, self.request.user)
        context = self.get_context_data(
            composer=composer,
            form=composer.form,
            lines=composer.lines,
            gaps=list(gaps),
            overflow=composer.overflow(),
            is_split=Proposal.objects.filter(split_from=self.proposal).exists(),
            most_lines=MOST_LINES,
        )
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"proposal": self.proposal, "back_url": proposal_page(self.proposal)}

    def recalculate(self) -> HttpResponse:
        composed = self.composer.read(self.request.POST)
        return self.show(status=200 if composed else 422)

    def add(self) -> HttpResponse:
        data = self.request.POST
        self.composer.show_typed(data)
        if len(typed_lines(data)) < MOST_LINES:
            self.composer.lines.extra = 1
        return self.show()

    def remove(self, place: str) -> HttpResponse:
        data = self.request.POST
        lines = [line for at, line in enumerate(typed_lines(data)) if str(at) != place]
        self.composer.show_typed(data)
        self.composer.show(dict(self.composer.form.initial), lines)
        return self.show()

    def session(self) -> HttpResponse:
        """The days, the place and the hours of the chosen session, instead of what was typed."""
        data = self.request.POST
        chosen = {str(row.pk): row for row in self.composer.sessions()}.get(data.get("session", ""))
        if chosen is None:
            messages.warning(self.request, "Choisissez d’abord une session dans la liste.")
        changes = session_initial(chosen) | {"formula": "inter"} if chosen else {}
        self.composer.show_typed(data, **changes)
        return self.show()

    def usual(self) -> HttpResponse:
        """The usual hours from the first day, for as long as the course lasts."""
        data, duration = self.request.POST, self.proposal.course.duration_days
        day = DateToCome(required=False)
        try:
            starts_on = day.clean(data.get("starts_on", ""))
        except ValidationError:
            starts_on = None
        if starts_on is None or not duration:
            messages.warning(
                self.request, "Indiquez d’abord le premier jour (exemple : 12/01/2027)."
            )
        changes = usual_days(starts_on, duration) if starts_on and duration else {}
        self.composer.show_typed(data, **changes)
        return self.show()

    def split(self) -> HttpResponse:
        """The people who do not fit become a request of their own; what was typed stays, for the others."""
        data, composer = self.request.POST, self.composer
        composer.show_typed(data)
        overflow = composer.overflow()
        if overflow is None:
            return self.show()
        try:
            second = open_second_session(
                proposal_id=self.proposal.pk,
                keep=overflow.fits,
                leaving=overflow.leaving,
                actor=str(self.request.user),
                now=self.now,
            )
        except ProposalRefused as refusal:
            messages.warning(self.request, french_typography(str(refusal)))
            return self.show(status=409)
        names = data.get("participants", "").splitlines()[: overflow.fits]
        form = dict(composer.form.initial) | {
            "headcount": overflow.fits, "participants": "\n".join(names),
        }  # fmt: skip
        composer.show(form, self._scaled_lines(overflow.fits + overflow.leaving, overflow.fits))
        text = f"Une demande est ouverte pour {counted(overflow.leaving, 'personne')}, aux mêmes conditions."
        button = messages.button(proposal_page(second), "Voir la seconde demande")
        messages.success(self.request, text, buttons=[button])
        return self.show()

    def _scaled_lines(self, before: int, after: int) -> list[dict[str, Any]]:
        self.composer.read(self.request.POST)
        rates, shown = self.composer.rates, typed_lines(self.request.POST)
        for at, form in enumerate(self.composer.lines.forms):
            if line := form.line:
                (smaller,) = scaled((line,), before, after)
                shown[at] |= line_initial(smaller, rates)
        return shown

    def preview(self, composed: Composed) -> HttpResponse:
        """Laid out in answer to a form, and kept nowhere."""
        row = self.proposal if self.is_first else next_version(self.proposal)
        row.headcount, row.participants = composed.group.headcount, composed.group.participants
        content = content_of(
            row,
            composed.offer,
            self.composer.terms(),
            number=DRAFT_NUMBER,
            issued_on=self.composer.today,
        )
        try:
            written = render_draft(content)
        except RenderingFailed:
            messages.error(self.request, NOT_RENDERED)
            return self.show(status=503)
        response = HttpResponse(written, content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="LEXOM-projet-de-proposition.pdf"'
        hide(response)
        return response

    def confirm(self, composed: Composed, *, problem: str = "", status: int = 200) -> HttpResponse:
        terms, today = self.composer.terms(), self.composer.today
        gaps = list(told_gaps(self.composer.gaps(terms), self.proposal.course, self.request.user))
        if gaps:
            return self.show(status=409)
        without = {STEP, "shown", "csrfmiddlewaretoken"}
        context = self.get_context_data(
            composed=composed,
            terms=terms,
            valid_until=last_valid_day(today),
            shown=fingerprint(composed, terms, today),
            carried=[item for item in self.request.POST.items() if item[0] not in without],
            overflow=self.composer.overflow(),
            problem=problem,
            is_first=self.is_first,
        )
        return render(self.request, self.confirm_template, context, status=status)

    def issue(self, composed: Composed) -> HttpResponse:
        shown = fingerprint(composed, self.composer.terms(), self.composer.today)
        if self.request.POST.get("shown") != shown:
            return self.confirm(composed, problem=LOOK_AGAIN, status=409)
        act = issue_proposal if self.is_first else replace_proposal
        try:
            issued = act(
                proposal_id=self.proposal.pk,
                offer=composed.offer,
                group=composed.group,
                actor=str(self.request.user),
                now=self.now,
            )
        except ProposalRefused as refusal:
            messages.warning(self.request, french_typography(str(refusal)))
            return redirect(proposal_page(self.proposal))
        text = (
            f"La proposition {issued.reference} est émise, valable jusqu’au "
            f"{french_date(issued.facts.valid_until)} inclus. L’e-mail part à {issued.email}."
        )
        messages.success(self.request, french_typography(text))
        return redirect(proposal_page(issued))


def proposal_to_compose(pk: int) -> Proposal:
    rows = Proposal.objects.select_related(
        "course", "session__venue", "session__trainer", "session__course", "split_from", "successor"
    )
    return get_object_or_404(rows.prefetch_related("session__half_days"), pk=pk)


class TotalsView(PermissionRequiredMixin, View):
    """The amounts of what is being typed, for the script: the server's rule, never another one."""

    permission_required = COMPOSE
    raise_exception = True
    url_name = "totals"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        composer = Composer(proposal_to_compose(pk), present())
        composer.read(request.POST)
        context = {"composer": composer}
        return render(request, "shop/backoffice/proposal_live_totals.html", context)


class WithdrawView(ActionView):
    permission_required = COMPOSE
    url_name = "withdraw"
    form_class = WithdrawForm
    page_title = "Retirer la proposition"
    header_icon = "cross"
    button = "Retirer"
    is_serious = True

    @cached_property
    def proposal(self) -> Proposal:
        return get_object_or_404(Proposal, pk=self.kwargs["pk"])

    def subject(self) -> str:
        return str(self.proposal)

    def get_success_url(self) -> str:
        return proposal_page(self.proposal)

    def explanation(self) -> list[str]:
        end = "Elle ne peut plus être acceptée et son lien ne l’ouvre plus. Cela ne se défait pas."
        if was_sent(self.proposal):
            return [
                end,
                f"Un e-mail prévient {self.proposal.email} que la proposition est retirée.",
            ]
        return [end, "Rien n’a été envoyé au client pour elle : prévenez-le vous-même."]

    def act(self, values: dict[str, Any]) -> str:
        withdraw_proposal(
            proposal_id=self.proposal.pk, reason=values["reason"], actor=self.actor, now=present()
        )
        return f"{self.proposal} : la proposition est retirée."
