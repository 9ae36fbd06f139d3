"""What staff do to the account of a company, each with a page of confirmation."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.forms import Form
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import InspectView

from base.clock import present
from base.events import events_of
from shop.account.actions import attach_person, revoke_membership
from shop.account.forms import MemberForm
from shop.account.linking import attach_proposal
from shop.account.models import Company, Membership
from shop.backoffice.access import MANAGE_COMPANY
from shop.backoffice.action_views import ActionView
from shop.backoffice.company_forms import AttachProposalForm
from shop.backoffice.labels import details
from shop.backoffice.listing import ONE_LINE, ShopIndexView


class CompanyIndexView(ShopIndexView):
    export_headings: Any = {
        "members": "Membres", "proposals": "Propositions", "latest": "Dernière proposition",
    }  # fmt: skip

    def get_base_queryset(self) -> QuerySet[Company]:
        present_members = Q(
            memberships__joined_at__isnull=False, memberships__revoked_at__isnull=True
        )
        return Company.objects.annotate(
            members=Count("memberships", filter=present_members, distinct=True),
            proposals=Count("links", distinct=True),
            latest=Max("links__proposal__issued_at"),
        )

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        computed = {"created_at": timezone.localdate(item.created_at), "latest": _day(item.latest)}
        return {name: computed.get(name, getattr(item, name)) for name in self.list_export}


def _day(instant: Any) -> str:
    return f"{timezone.localdate(instant):%d/%m/%Y}" if instant else ""


COMPANY_COLUMNS: list[Any] = [
    TitleColumn(
        "name",
        label="Entreprise",
        get_url=lambda company: reverse("company:inspect", args=[company.pk]),
        sort_key="name",
    ),
    Column("siren", label="SIREN", sort_key="siren", classname=ONE_LINE),
    Column("members", label="Membres", sort_key="members"),
    Column("proposals", label="Propositions", sort_key="proposals"),
    Column(
        "latest",
        label="Dernière proposition",
        accessor=lambda company: _day(company.latest),
        sort_key="latest",
    ),
    Column(
        "created_at",
        label="Espace ouvert",
        accessor=lambda company: _day(company.created_at),
        sort_key="created_at",
    ),
]


class CompanyInspectView(InspectView):
    page_title = "Entreprise"
    fields: list[str] = ["name"]  # the template shows the rest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        company = self.object
        links = company.links.select_related("proposal__course").defer("proposal__content")
        return context | {
            "company": company,
            "members": company.memberships.select_related("user", "invited_by"),
            "proposals": [link.proposal for link in links.order_by("-linked_at", "-pk")],
            "may_manage": self.request.user.has_perm(MANAGE_COMPANY),
            "events": [(event, details(event)) for event in events_of(company)],
        }


class CompanyActionView(ActionView):
    permission_required = MANAGE_COMPANY
    header_icon = "group"
    url_name = ""

    @cached_property
    def company(self) -> Company:
        return get_object_or_404(Company, pk=self.kwargs["pk"])

    def subject(self) -> str:
        return str(self.company)

    def get_success_url(self) -> str:
        return reverse("company:inspect", args=[self.company.pk])


class AttachPersonView(CompanyActionView):
    url_name = "attach_person"
    form_class = MemberForm
    page_title = "Rattacher une personne"
    button = "Rattacher"

    def explanation(self) -> list[str]:
        return [
            (
                "Vous répondez de cette personne : vérifiez auprès de l’entreprise, par un numéro que "
                "vous connaissez déjà, qu’elle en fait partie. Un SIREN tapé sur le site ne prouve rien."
            ),
            (
                "Elle verra toutes les propositions de l’entreprise, et se connecte avec un code envoyé "
                "à son adresse. Pour un membre, son rôle change."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        attach_person(company_id=self.company.pk, actor=self.actor, now=present(), **values)
        return f"{values['email']} est rattaché à {self.company}."


class AttachProposalView(CompanyActionView):
    url_name = "attach_proposal"
    form_class = AttachProposalForm
    page_title = "Rattacher une proposition"
    button = "Rattacher"

    def explanation(self) -> list[str]:
        return [
            (
                "Seuls les membres de cette entreprise la verront dans leur espace : son contact ne l’y "
                "verra plus s’il n’en fait pas partie. Le lien envoyé par e-mail ne change pas."
            )
        ]

    def act(self, values: dict[str, Any]) -> str:
        proposal = values["number"]
        attach_proposal(
            company_id=self.company.pk, proposal_id=proposal.pk, actor=self.actor, now=present()
        )
        return f"La proposition {proposal.reference} est rattachée à {self.company}."


class RevokeView(CompanyActionView):
    url_name = "revoke"
    form_class = Form
    page_title = "Retirer un accès"
    button = "Retirer l’accès"
    is_serious = True

    @cached_property
    def membership(self) -> Membership:
        rows = self.company.memberships.select_related("user")
        found: Membership = get_object_or_404(rows, pk=self.kwargs["membership_pk"])
        return found

    def explanation(self) -> list[str]:
        return [
            (
                f"{self.membership.user.email} ne verra plus aucune proposition de cette entreprise, "
                "à partir de maintenant."
            )
        ]

    def act(self, values: dict[str, Any]) -> str:
        revoke_membership(
            company_id=self.company.pk,
            membership_id=self.membership.pk,
            actor=self.actor,
            now=present(),
        )
        return f"{self.membership.user.email} n’a plus accès à l’espace de {self.company}."
