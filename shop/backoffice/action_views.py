"""A page that says what will happen, then one button that does it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from base.typography import french_typography
from courses.sessions.seats import SeatsRefused
from legal.rates.rules import RateMissing
from mail.actions import MessageRefused
from shop.account.actions import AccountRefused
from shop.cancelled_sessions.actions import CancellationRefused
from shop.changes.effects import ChangeRefused
from shop.changes.policies import PolicyRefused
from shop.collection.actions import CollectionRefused
from shop.complaints.actions import ComplaintRefused
from shop.funding.actions import FundingRefused
from shop.invoices.rules import NotInvoiceable
from shop.orders.actions import OrderRefused
from shop.orders.models import Order
from shop.payments.gateway_errors import GatewayError
from shop.payments.pausing import PauseRefused
from shop.payments.refunds import RefundRefused
from shop.payments.rules import ChargeTooEarly
from shop.payments.transfers import TransferRefused
from shop.proposals.actions import ProposalRefused
from shop.withdrawal.actions import DecisionRefused

REFUSALS = (
    OrderRefused, SeatsRefused, MessageRefused, RefundRefused, TransferRefused, PauseRefused,
    DecisionRefused, ChargeTooEarly, NotInvoiceable, ProposalRefused, AccountRefused,
    FundingRefused, CancellationRefused, ChangeRefused, CollectionRefused, ComplaintRefused,
    PolicyRefused, RateMissing,
)  # fmt: skip
NO_ANSWER = "Stripe ne répond pas : rien n’a été fait. Réessayez dans quelques minutes."


class ActionView(WagtailAdminTemplateMixin, PermissionRequiredMixin, FormView[Form]):
    """``explanation`` tells the consequences; ``act`` returns the sentence shown afterwards."""

    raise_exception = True
    template_name = "shop/backoffice/action.html"
    header_icon = "tick"
    button = ""
    is_serious = False

    def explanation(self) -> list[str]:
        raise NotImplementedError

    def act(self, values: dict[str, Any]) -> str:
        raise NotImplementedError

    def subject(self) -> str:
        raise NotImplementedError

    @property
    def actor(self) -> str:
        return str(self.request.user)

    def get_page_title(self) -> str:
        return french_typography(str(self.page_title))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.get_success_url(), "label": self.subject()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "subject": self.subject(),
            "explanation": self.explanation(),
            "back_url": self.get_success_url(),
        }

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            done = self.act(form.cleaned_data)
        except REFUSALS as refusal:
            form.add_error(None, french_typography(str(refusal)))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except GatewayError:
            form.add_error(None, NO_ANSWER)
        else:
            messages.success(self.request, french_typography(done))
            return redirect(self.get_success_url())
        return self.form_invalid(form)

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class OrderActionView(ActionView):
    url_name = ""

    @cached_property
    def order(self) -> Order:
        return get_object_or_404(Order.objects.select_related("session"), pk=self.kwargs["pk"])

    def subject(self) -> str:
        return f"{self.order} – {self.order.course_title}"

    def get_success_url(self) -> str:
        return reverse("order:inspect", args=[self.order.pk])
