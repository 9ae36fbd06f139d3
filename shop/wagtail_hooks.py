from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html

from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.permissions import register_permission_policy

from base.clock import present
from base.heartbeat import heartbeat
from courses.sessions.admin import add_session_buttons
from courses.sessions.notes import register_notes
from documents.admin import ReadOnlyPermissionPolicy
from shop.account.models import Company
from shop.backoffice.access import may_view
from shop.backoffice.bank_listing import SettlingPolicy
from shop.backoffice.cancellation_views import cancel_buttons
from shop.backoffice.mention_admin import MentionPermissionPolicy
from shop.backoffice.policy_views import PolicyViewSet
from shop.backoffice.suspension_views import notes_on
from shop.backoffice.to_do import parts_to_do
from shop.backoffice.to_do_views import ToDoPanel
from shop.backoffice.viewsets import ShopGroup
from shop.cancelled_sessions.models import SessionCancellation
from shop.changes.models import WrittenRequest
from shop.collection.models import CollectionCase
from shop.complaints.models import Complaint
from shop.invoices.models import Invoice, InvoiceMention
from shop.orders.models import Order
from shop.payments.bank.models import BankLine
from shop.payments.models import Due
from shop.proposals.agreement.models import ChangeRequest
from shop.withdrawal.models import WithdrawalDeclaration

for model in (
    Company, Order, Due, Invoice, WithdrawalDeclaration, ChangeRequest, WrittenRequest,
    SessionCancellation, Complaint, CollectionCase,
):  # fmt: skip
    register_permission_policy(model, ReadOnlyPermissionPolicy(model))
register_permission_policy(BankLine, SettlingPolicy(BankLine))
register_permission_policy(InvoiceMention, MentionPermissionPolicy(InvoiceMention))
add_session_buttons(cancel_buttons)
register_notes(notes_on)


@hooks.register("register_admin_viewset")
def shop_group() -> ShopGroup:
    return ShopGroup()


@hooks.register("register_admin_viewset")
def change_policies() -> PolicyViewSet:
    return PolicyViewSet()


@hooks.register("insert_global_admin_css")
def backoffice_stylesheet() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("base/backoffice.css"))


@hooks.register("construct_homepage_panels")
def to_do_panel(request: HttpRequest, panels: list[Component]) -> None:
    if may_view(request.user):
        now = present()
        panels.insert(0, ToDoPanel(parts_to_do(request.user, now), heartbeat(now)))
