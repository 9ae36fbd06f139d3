"""What staff see of companies, and the hand that they lend."""

from django.urls import reverse

import pytest

from shop.account.reading import proposals_of
from shop.models import Company
from tests.shop.account.conftest import known, standing_of
from users.roles import Role

pytestmark = pytest.mark.django_db
LIST = "/gestion/entreprises/"


@pytest.fixture
def pages(company, contact):
    args = [company.pk]
    return [
        reverse("company:attach_person", args=args),
        reverse("company:attach_proposal", args=args),
        reverse("company:revoke", args=[*args, standing_of(company, contact).pk]),
    ]


def test_list_shows_companies_and_finds_them(company, stranger, staff):
    client = staff(Role.SALES)
    page = client.get(LIST).content.decode()
    assert "Atelier d’essai" in page
    for words in ("732829320", "autre", "alix@"):
        found = client.get(LIST, {"q": words}).context["object_list"]
        assert [row.name for row in found] == ["Autre essai"]


def test_list_costs_the_same_whatever_its_length(company, ask, staff, django_assert_num_queries):
    client = staff(Role.SALES)
    client.get(LIST)
    with django_assert_num_queries(13):
        client.get(LIST)
    ask(email="alix@example.net", siren="732829320", company_name="Autre essai")
    known("alix@example.net")
    assert Company.objects.count() == 2
    with django_assert_num_queries(13):
        client.get(LIST)


def test_page_of_a_company_tells_everything(company, colleague, proposal, staff):
    page = staff(Role.ACCOUNTING).get(f"{LIST}{company.pk}/").content.decode()
    for text in (proposal.number, colleague.email, "Espace ouvert", "administrateur"):
        assert text in page
    assert "Rattacher une personne" not in page


def test_person_is_attached_then_shown_out(company, staff, pages):
    client = staff(Role.SALES)
    attach, _, _ = pages
    sent = client.post(attach, {"email": "alix@example.org", "role": "administrator"})
    assert sent.status_code == 302
    row = company.memberships.get(user__email="alix@example.org")
    assert row.joined_at
    for _ in range(2):  # a second click says the same
        assert client.post(reverse("company:revoke", args=[company.pk, row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.revoked_at


def test_last_administrator_stays(company, staff, pages):
    response = staff(Role.SALES).post(pages[2])
    assert response.status_code == 422
    assert "dernier administrateur" in response.content.decode()


def test_proposal_of_a_lonely_contact_is_attached(company, contact, ask, staff, pages):
    own = ask(email="dominique@example.org")
    client = staff(Role.SALES)
    for typed in ("", "PC-2026-9999", "PC-2026-0002-v2", "PC-2026-0002-v²", "rien"):
        assert client.post(pages[1], {"number": typed}).status_code == 422
    assert client.post(pages[1], {"number": f" {own.number.lower()} "}).status_code == 302
    assert proposals_of(contact).filter(pk=own.pk).exists()


@pytest.mark.parametrize("role", list(Role))
def test_only_sales_lend_a_hand(company, staff, pages, role):
    client = staff(role)
    reading = {Role.SALES: 200, Role.ACCOUNTING: 200}.get(role, 302)
    acting = {200} if role == Role.SALES else {302, 403}
    assert client.get(LIST).status_code == reading
    assert client.get(f"{LIST}{company.pk}/").status_code == reading
    assert {client.get(page).status_code for page in pages} <= acting
    assert {client.post(page, {}).status_code for page in pages} <= {422} | (acting - {200})


def test_member_of_another_company_is_not_found(company, stranger, staff):
    row = stranger.memberships.get()
    address = reverse("company:revoke", args=[company.pk, row.pk])
    assert staff(Role.SALES).get(address).status_code == 404
