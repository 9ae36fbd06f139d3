"""The menu « Boutique » and its addresses."""

from __future__ import annotations

from typing import ClassVar

from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property

from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from shop.account.models import Company
from shop.backoffice import (
    accounting_views,
    agreement_views,
    bank_import,
    bank_listing,
    bank_page,
    bank_views,
    change_listing,
    company_views,
    comparison_views,
    conversion_views,
    declaration_views,
    due_views,
    filters,
    funding_views,
    invoice_listing,
    invoice_views,
    listing,
    order_views,
    paper_views,
    proposal_listing,
    proposal_views,
    refund_views,
    request_listing,
    request_views,
    suspension_views,
    to_do_views,
)
from shop.backoffice.access import EXPORT, SETTINGS, VIEW, VIEW_INVOICE
from shop.backoffice.cancellation_viewset import CancellationViewSet
from shop.backoffice.collection_viewset import CollectionViewSet
from shop.backoffice.complaint_admin import AnswerTemplateViewSet, ComplaintViewSet
from shop.backoffice.declaration_page import DeclarationInspectView
from shop.backoffice.invoice_page import InvoiceInspectView
from shop.backoffice.mention_admin import MentionViewSet
from shop.backoffice.order_page import OrderInspectView
from shop.backoffice.proposal_page import ProposalInspectView
from shop.backoffice.read_only import GuardedMenuItem, ReadOnlyViewSet
from shop.changes.models import WrittenRequest
from shop.invoices.models import Invoice
from shop.orders.models import Order
from shop.payments.bank.models import BankLine
from shop.payments.models import Due
from shop.proposals.agreement.models import ChangeRequest
from shop.proposals.models import Proposal
from shop.withdrawal.models import WithdrawalDeclaration


class OrderViewSet(ReadOnlyViewSet):
    model = Order
    name = "order"
    url_prefix = "commandes"
    icon = "list-ul"
    menu_label = "Commandes"
    index_view_class = listing.OrderIndexView
    inspect_view_class = OrderInspectView
    inspect_template_name = "shop/backoffice/order.html"
    filterset_class = filters.OrderFilterSet
    list_display = listing.ORDER_COLUMNS
    list_export = listing.ORDER_EXPORT
    export_filename = "commandes"
    ordering: ClassVar = ["-placed_at"]
    actions: ClassVar = {
        "renvoyer": order_views.ResendView,
        "deplacer": order_views.MoveView,
        "suspendre": order_views.PauseView,
        "reprendre": order_views.ResumeView,
        "retracter": declaration_views.RecordView,
        "rembourser": refund_views.RefundView,
        "annuler": request_views.RecordOrderRequestView,
    }


class DeclarationViewSet(ReadOnlyViewSet):
    model = WithdrawalDeclaration
    name = "withdrawaldeclaration"
    url_prefix = "retractations"
    icon = "undo"
    menu_label = "Rétractations"
    index_view_class = listing.DeclarationIndexView
    inspect_view_class = DeclarationInspectView
    inspect_template_name = "shop/backoffice/declaration.html"
    filterset_class = filters.DeclarationFilterSet
    list_display = listing.DECLARATION_COLUMNS
    list_export = ["received_at", "sent_at", "channel", "name", "email", "contract", "recorded_by"]
    export_filename = "retractations"
    search_fields: ClassVar = ["name", "email", "contract"]
    ordering: ClassVar = ["-received_at"]
    actions: ClassVar = {
        "prendre-en-compte": declaration_views.AcceptView,
        "ecarter": declaration_views.RefuseView,
        "lever/<int:freeze_pk>": declaration_views.LiftView,
    }


class ProposalViewSet(ReadOnlyViewSet):
    model = Proposal
    name = "proposal_list"
    url_prefix = "propositions"
    icon = "doc-full"
    menu_label = "Propositions"
    index_view_class = proposal_listing.ProposalIndexView
    inspect_view_class = ProposalInspectView
    inspect_template_name = "shop/backoffice/proposal.html"
    filterset_class = proposal_listing.ProposalFilterSet
    list_display = proposal_listing.PROPOSAL_COLUMNS
    list_export = proposal_listing.PROPOSAL_EXPORT
    export_filename = "propositions"
    search_fields: ClassVar = ["number", "company_name", "last_name", "email", "siren"]
    ordering: ClassVar = ["-asked_at", "-pk"]
    actions: ClassVar = {
        "composer": proposal_views.ComposeView,
        "totaux": proposal_views.TotalsView,
        "retirer": proposal_views.WithdrawView,
        **paper_views.ACTIONS,
        **agreement_views.CONTRACT_ACTIONS,
        "annuler": request_views.RecordProposalRequestView,
        **funding_views.ACTIONS,
        **suspension_views.ACTIONS,
    }

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*conversion_views.PATTERNS, *super().get_urlpatterns()]


class CompanyViewSet(ReadOnlyViewSet):
    model = Company
    name = "company"
    url_prefix = "entreprises"
    icon = "group"
    menu_label = "Entreprises"
    index_view_class = company_views.CompanyIndexView
    inspect_view_class = company_views.CompanyInspectView
    inspect_template_name = "shop/backoffice/company.html"
    list_display = company_views.COMPANY_COLUMNS
    list_export: ClassVar = ["name", "siren", "members", "proposals", "latest", "created_at"]
    export_filename = "entreprises"
    search_fields: ClassVar = ["name", "siren", "memberships__user__email"]
    ordering: ClassVar = ["name", "pk"]
    actions: ClassVar = {
        "rattacher-personne": company_views.AttachPersonView,
        "rattacher-proposition": company_views.AttachProposalView,
        "retirer/<int:membership_pk>": company_views.RevokeView,
    }


class ChangeViewSet(ReadOnlyViewSet):
    model = ChangeRequest
    name = "change_request"
    url_prefix = "modifications"
    icon = "edit"
    menu_label = "Modifications"
    index_view_class = change_listing.ChangeIndexView
    inspect_view_class = change_listing.ChangeInspectView
    inspect_template_name = "shop/backoffice/change.html"
    filterset_class = change_listing.ChangeFilterSet
    list_display = change_listing.CHANGE_COLUMNS
    list_export = change_listing.CHANGE_EXPORT
    export_filename = "modifications"
    search_fields: ClassVar = ["text", "proposal__number", "proposal__company_name"]
    ordering: ClassVar = ["-asked_at", "-pk"]
    actions: ClassVar = {
        "accepter": agreement_views.AcceptChangeView,
        "refuser": agreement_views.RefuseChangeView,
    }


class RequestViewSet(ReadOnlyViewSet):
    model = WrittenRequest
    name = "written_request"
    url_prefix = "annulations"
    icon = "undo"
    menu_label = "Annulations et reports"
    index_view_class = request_listing.RequestIndexView
    inspect_view_class = request_listing.RequestInspectView
    inspect_template_name = "shop/backoffice/written_request.html"
    filterset_class = request_listing.RequestFilterSet
    list_display = request_listing.REQUEST_COLUMNS
    list_export = request_listing.REQUEST_EXPORT
    export_filename = "annulations"
    search_fields: ClassVar = ["asked_by", "order__reference", "proposal__company_name"]
    ordering: ClassVar = ["-received_at", "-pk"]
    actions: ClassVar = request_views.REQUEST_ACTIONS


class DueViewSet(ReadOnlyViewSet):
    model = Due
    name = "due"
    url_prefix = "paiements"
    icon = "tasks"
    menu_label = "Paiements"
    inspect_view_enabled = False
    index_view_class = listing.DueIndexView
    filterset_class = filters.DueFilterSet
    list_display = listing.DUE_COLUMNS
    list_export = ["order.reference", "order.full_name", "label", "amount", "due_on", "asks_staff"]
    export_filename = "paiements"
    search_fields: ClassVar = ["order__reference", "order__last_name", "order__email"]
    ordering: ClassVar = ["due_on"]
    actions: ClassVar = {
        "virement": due_views.TransferView,
        "classer": due_views.SettleView,
        "sans-rappel": due_views.QuietView,
        "rendre": refund_views.TransferBackView,
        "renoncer": due_views.GiveUpView,
        "part-opco": funding_views.BillClientView,
    }

    @cached_property
    def menu_url(self) -> str:
        """What waits for somebody; the rest is one filter away."""
        wanted = "&".join(f"situation={key}" for key in filters.SITUATIONS)
        return f"{super().menu_url}?{wanted}"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [found for found in super().get_urlpatterns() if found.name != "inspect"]


class BankLineViewSet(ReadOnlyViewSet):
    model = BankLine
    name = "bank_line"
    url_prefix = "releves"
    icon = "download"
    menu_label = "Relevés bancaires"
    index_view_class = bank_listing.BankLineIndexView
    index_template_name = "shop/backoffice/bank_lines.html"
    index_results_template_name = "shop/backoffice/bank_lines_results.html"
    inspect_view_class = bank_page.BankLineInspectView
    inspect_template_name = "shop/backoffice/bank_line.html"
    filterset_class = bank_listing.BankLineFilterSet
    list_display = bank_listing.BANK_LINE_COLUMNS
    list_export = bank_listing.BANK_LINE_EXPORT
    export_filename = "releves"
    ordering: ClassVar = ["-booked_on", "-pk"]
    actions: ClassVar = {
        "affecter/<int:due_pk>": bank_views.AllocateView,
        "rendre": bank_views.GiveBackView,
        "ecarter": bank_views.AsideView,
        "rouvrir": bank_views.ReopenView,
    }

    @cached_property
    def menu_url(self) -> str:
        """What waits for somebody; the rest is one filter away."""
        wanted = "&".join(f"state={state.value}" for state in bank_listing.OPEN_STATES)
        return f"{super().menu_url}?{wanted}"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("importer/", bank_import.ImportView.as_view(), name="import"),
            path("certains/", bank_views.CertainView.as_view(), name="certain"),
            *super().get_urlpatterns(),
        ]


class InvoiceViewSet(ReadOnlyViewSet):
    model = Invoice
    name = "invoice"
    url_prefix = "factures"
    icon = "doc-full-inverse"
    menu_label = "Factures"
    index_view_class = invoice_listing.InvoiceIndexView
    index_template_name = "shop/backoffice/invoices.html"
    index_results_template_name = "shop/backoffice/invoices_results.html"
    inspect_view_class = InvoiceInspectView
    inspect_template_name = "shop/backoffice/invoice.html"
    filterset_class = filters.InvoiceFilterSet
    list_display = invoice_listing.INVOICE_COLUMNS
    list_export = invoice_listing.INVOICE_EXPORT
    export_filename = "factures"
    ordering: ClassVar = ["-issued_on", "-pk"]
    actions: ClassVar = {"duplicata": invoice_views.DuplicateView}


class UnpaidViewSet(ViewSet):
    """A second door to the list of invoices, on what remains to be paid."""

    name = "unpaid_invoices"
    icon = "warning"
    menu_label = "Factures impayées"

    @cached_property
    def menu_url(self) -> str:
        return f"{reverse('invoice:index')}?unpaid=oui"

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        return GuardedMenuItem(
            self.menu_label,
            self.menu_url,
            icon_name=self.icon,
            order=order,
            permission=VIEW_INVOICE,
        )


class AccountingViewSet(ViewSet):
    name = "accounting"
    url_prefix = "comptabilite"
    icon = "table"
    menu_label = "Comptabilité"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", accounting_views.AccountingView.as_view(), name="index"),
            path("<slug:key>/", accounting_views.ExportView.as_view(), name="export"),
        ]

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        return GuardedMenuItem(
            self.menu_label, self.menu_url, icon_name=self.icon, order=order, permission=EXPORT
        )


class ToDoViewSet(ViewSet):
    name = "to_do"
    url_prefix = "a-faire"
    icon = "tick"
    menu_label = "À faire aujourd’hui"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", to_do_views.ToDoView.as_view(), name="index"),
            path("stripe/<int:pk>/", comparison_views.GapsView.as_view(), name="gaps"),
        ]

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        return GuardedMenuItem(
            self.menu_label, self.menu_url, icon_name=self.icon, order=order, permission=VIEW
        )


class SettingsViewSet(ViewSet):
    """A second door to the page of Wagtail's settings."""

    name = "shop_settings"
    icon = "cogs"
    menu_label = "Réglages de vente"

    @cached_property
    def menu_url(self) -> str:
        return reverse("wagtailsettings:edit", args=("shop", "salessettings"))

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        return GuardedMenuItem(
            self.menu_label, self.menu_url, icon_name=self.icon, order=order, permission=SETTINGS
        )


class ShopGroup(ViewSetGroup):
    items = (
        ToDoViewSet, OrderViewSet, ProposalViewSet, ChangeViewSet, RequestViewSet, CompanyViewSet,
        DeclarationViewSet, CancellationViewSet, ComplaintViewSet, AnswerTemplateViewSet,
        DueViewSet, BankLineViewSet, InvoiceViewSet, UnpaidViewSet, CollectionViewSet, AccountingViewSet,
        MentionViewSet, SettingsViewSet,
    )  # fmt: skip
    menu_label = "Boutique"
    menu_icon = "clipboard-list"
    menu_order = 110
