"""Who may open and do what: the whole table, role by role."""

from django.urls import reverse

import pytest

from base.private_files import keep
from shop.backoffice.viewsets import (
    ComplaintViewSet,
    DeclarationViewSet,
    DueViewSet,
    OrderViewSet,
    ProposalViewSet,
)
from shop.models import ChargeFreeze, Funding, PaperFile, PaperReturn, Proposal, Suspension
from shop.withdrawal.actions import declare
from tests.factories.complaints import complain
from users.roles import Role

READING = [
    "to_do:index", "order:index", "withdrawaldeclaration:index", "due:index",
    "session_cancellation:index", "complaint:index",
]  # fmt: skip
SALES = {
    "order:resend", "order:move", "order:record_withdrawal", "order:record_request",
    "proposal_list:record_request",
    "withdrawaldeclaration:accept", "withdrawaldeclaration:refuse", "withdrawaldeclaration:lift",
    "proposal_list:compose", "proposal_list:totals", "proposal_list:withdraw",
    "proposal_list:record_return", "proposal_list:paper_return", "proposal_list:refuse_return",
    "proposal_list:conclude", "proposal_list:hold_seats", "proposal_list:settle",
    "proposal_list:people", "proposal_list:grant", "proposal_list:refuse_funding",
    "complaint:answer", "complaint:message", "complaint:attach", "complaint:notice",
    "complaint:posted",
}  # fmt: skip
ACCOUNTING = {
    "order:pause", "order:resume", "order:refund",
    "due:transfer", "due:settle", "due:quiet", "due:transfer_back", "due:give_up",
    "due:bill_client", "proposal_list:suspend", "proposal_list:lift_suspension",
}  # fmt: skip
# What either role reads.
PROOFS = {"proposal_list:signature", "proposal_list:paper_file", "proposal_list:attestation"}
ALLOWED = {
    Role.SALES: SALES | PROOFS,
    Role.ACCOUNTING: ACCOUNTING | PROOFS,
    Role.EDITING: set(),
    Role.PUBLISHING: set(),
}
OPENED = {200, 405}  # the second: what only answers a form
VIEWSETS = (OrderViewSet, DeclarationViewSet, DueViewSet, ProposalViewSet, ComplaintViewSet)
ADDRESSES = [
    f"{viewset.name}:{view.url_name}" for viewset in VIEWSETS for view in viewset.actions.values()
]
# How many keys an address names besides that of its page.
MORE_KEYS = {":lift": 1, ":paper_return": 1, ":refuse_return": 1, ":paper_file": 2}


def more_keys(name):
    return next((count for end, count in MORE_KEYS.items() if name.endswith(end)), 0)


@pytest.fixture
def places(owed, at):
    declaration = declare(
        name=owed.full_name, email=owed.email, contract="ma formation", comment="",
        form_key="a" * 32, now=at,
    )  # fmt: skip
    freeze = ChargeFreeze.objects.get(declaration=declaration)
    asked = Proposal.objects.create(
        course=owed.session.course, company_name="Atelier d’essai", headcount=2, asked_at=at,
        email="camille@example.org", ends_on=owed.ends_on,
    )  # fmt: skip
    scan = {"sha256": keep(b"scan"), "content_type": "image/png"}
    paper = PaperReturn.objects.create(proposal=asked, received_at=at, form_key="c" * 32)
    PaperFile.append(paper_return=paper, position=1, name="scan.png", size=4, **scan)
    Funding.objects.create(
        proposal=asked, fund="Akto", requested_at=at, attestation=scan["sha256"],
        attestation_type=scan["content_type"], attested_at=at,
    )  # fmt: skip

    complaint = complain(now=at)
    Suspension.objects.create(
        proposal=asked, cause="deposit", reason="Acompte", decided_at=at, decided_by="Équipe"
    )

    def places(name):
        keys = {
            "order": owed.pk, "due": owed.dues.first().pk, "proposal_list": asked.pk,
            "complaint": complaint.pk,
        }  # fmt: skip
        args = [keys.get(name.split(":")[0], declaration.pk)]
        more = [paper.pk, 1] if name.startswith("proposal_list") else [freeze.pk]
        return reverse(name, args=args + more[: more_keys(name)])

    return places


def test_every_action_is_in_the_table():
    assert sorted(ADDRESSES) == sorted(SALES | ACCOUNTING | PROOFS)


@pytest.mark.parametrize("role", list(Role))
def test_actions_open_for_the_roles_that_hold_them(places, staff, role):
    client = staff(role)

    opened = {name for name in ADDRESSES if client.get(places(name)).status_code in OPENED}

    assert opened == ALLOWED[role]


@pytest.mark.parametrize("role", list(Role))
def test_nobody_else_acts(places, owed, staff, role, written):
    client, before = staff(role), written(owed)
    for name in set(ADDRESSES) - ALLOWED[role]:
        assert client.post(places(name), {"reason": "essai"}).status_code in {302, 403}

    assert written(owed) == before
    assert Proposal.objects.get().state == "asked"


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SALES, 200), (Role.ACCOUNTING, 200), (Role.EDITING, 302), (Role.PUBLISHING, 302)],
)
def test_lists_and_pages_open_for_two_roles(owed, staff, role, status):
    client = staff(role)
    addresses = [reverse(name) for name in READING] + [reverse("order:inspect", args=[owed.pk])]

    assert [client.get(address).status_code for address in addresses] == [status] * len(addresses)


def test_nobody_in_particular_is_sent_to_the_sign_in_page(owed, client):
    response = client.get(reverse("order:inspect", args=[owed.pk]))

    assert response.status_code == 302
    assert "connexion" in response["Location"]


def test_nothing_is_added_changed_or_deleted(owed, staff):
    client = staff(Role.SALES)
    parts = (
        "commandes",
        "retractations",
        "paiements",
        "propositions",
        "sessions-annulees",
        "reclamations",
    )
    for part in parts:
        for verb in ("new", "edit/1", "delete/1", "copy/1", "multiple/delete"):
            address = f"/gestion/{part}/{verb}/"
            assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("role", [Role.SALES, Role.ACCOUNTING])
def test_unknown_rows_are_not_found(home, staff, role):
    client = staff(role)
    for name in ALLOWED[role] | {"order:inspect", "withdrawaldeclaration:inspect"}:
        address = reverse(name, args=[987654] + [1] * more_keys(name))
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert 404 in answers, address


def test_freeze_of_another_declaration_is_not_found(places, owed, staff, at):
    other = declare(
        name="Quelqu’un", email="", contract="rien", comment="", form_key="b" * 32, now=at
    )
    freeze = ChargeFreeze.objects.get(order=owed)

    address = reverse("withdrawaldeclaration:lift", args=[other.pk, freeze.pk])

    assert staff(Role.SALES).get(address).status_code == 404


def test_menu_shows_the_shop_to_those_who_may_read_it(home, staff):
    client = staff(Role.SALES)
    content = client.get("/gestion/").content.decode()

    assert "/gestion/a-faire/" in content
    assert "/gestion/commandes/" in content
    assert "salessettings" not in content


def test_page_offers_only_what_the_reader_may_do(owed, staff):
    page = staff(Role.SALES).get(reverse("order:inspect", args=[owed.pk]))

    assert [link.label for link in page.context["links"]] == [
        "Renvoyer la confirmation", "Changer de session", "Enregistrer une rétractation",
        "Enregistrer une annulation ou un report", "Enregistrer une réclamation",
    ]  # fmt: skip
