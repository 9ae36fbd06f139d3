import pytest

from users.roles import Role

pytestmark = pytest.mark.django_db

LIST = "/gestion/propositions/"


def test_list_shows_what_was_asked_and_what_was_issued(ask, staff):
    issued, asked = ask(), ask(session=None, company_name="Société d’essai", siren="")
    client = staff(Role.SALES)

    page = client.get(LIST).content.decode()
    for text in (issued.number, "2\u202f376,00\u00a0€", "Société d’essai", "intra", "demandée"):
        assert text in page
    found = client.get(LIST, {"q": "Société"}).context["object_list"]
    assert list(found) == [asked]
    found = client.get(LIST, {"state": "issued"}).context["object_list"]
    assert list(found) == [issued]


def test_list_costs_the_same_whatever_its_length(ask, staff, django_assert_num_queries):
    ask()
    client = staff(Role.SALES)
    client.get(LIST)
    with django_assert_num_queries(14):
        client.get(LIST)
    ask(), ask(session=None)
    with django_assert_num_queries(14):
        client.get(LIST)


def test_page_of_a_request_shows_how_to_reach_the_company(ask, staff):
    asked = ask(session=None, phone="04 65 00 00 00", wishes="Trois niveaux")
    page = staff(Role.ACCOUNTING).get(f"{LIST}{asked.pk}/").content.decode()
    for text in ("camille@example.org", "04 65 00 00 00", "Trois niveaux", "Dominique Essai"):
        assert text in page


def test_export_holds_every_row(ask, staff):
    ask()
    rows = staff(Role.SALES).get(LIST, {"export": "csv"}).getvalue().decode().splitlines()
    assert "PC-" in rows[1]


def test_editors_do_not_see_proposals(ask, staff):
    proposal = ask()
    client = staff(Role.EDITING)
    assert client.get(LIST).status_code == 302
    assert client.get(f"{LIST}{proposal.pk}/").status_code == 302
