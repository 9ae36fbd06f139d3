"""« Renoncer au contrat ici », page by page (law.md F-02 to F-06)."""

import re

from django.conf import settings as django_settings
from django.utils.html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.models import OutgoingMessage
from shop.withdrawal.models import ChargeFreeze, WithdrawalDeclaration
from shop.withdrawal.views import SUMMARIES_PER_PERIOD
from tests.factories.users import UserFactory
from tests.factories.withdrawal import OrderFactory
from tests.shop.withdrawal.reading import state

ADDRESS = "/renoncer/"
TYPED = {
    "name": "Camille Rousselot",
    "contract": "LX-0000-0000, le tableur de janvier",
    "email": "camille@exemple.fr",
    "comment": "",
    "origin": "page-1",
    "site_internet": "",
}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("home"),
    pytest.mark.time_machine("2026-12-01T13:05:07Z", tick=False),
]


def page(response):
    return response.content.decode()


def continue_(client, **changes):
    return client.post(ADDRESS, TYPED | changes)


def signed(response):
    (found,) = re.findall(r'name="summary" value="([^"]+)"', page(response))
    return found


def confirm(client, response, **headers):
    return client.post(ADDRESS, {"summary": signed(response), "confirm": "1"}, headers=headers)


def labels(response):
    return re.findall(r"<label[^>]*>([^<]+)</label>", page(response))


def test_first_page_asks_the_three_facts_of_the_law_and_an_optional_comment(client):
    """F-04."""
    response = client.get(ADDRESS)

    assert "<h1>Renoncer au contrat ici</h1>" in page(response)
    assert [label for label in labels(response) if label != "Rechercher une formation"] == [
        "Ne pas remplir ce champ",
        "Vos nom et prénom",
        "Le contrat auquel vous renoncez",
        "Votre adresse e-mail, pour l’accusé de réception",
        "Commentaire (facultatif)",
    ]
    assert response["Cache-Control"] == "private, no-store"
    assert response.cookies == {}


def test_every_page_leads_there(client):
    """F-02."""
    assert '<a href="/renoncer/">Renoncer au contrat ici</a>' in page(client.get("/cgv/"))


def test_second_page_shows_what_was_typed_and_does_nothing(client):
    """F-05: only the second control is the act."""
    response = continue_(client)

    assert re.findall(r"<button[^>]*>([^<]+)</button>", page(response).split("<main")[1]) == [
        "Confirmer la rétractation",
        "Corriger",
    ]
    assert "<dd>LX-0000-0000, le tableur de janvier</dd>" in page(response)
    assert WithdrawalDeclaration.objects.count() == 0


def test_browser_may_come_back_to_what_was_posted(client):
    """Without a copy, its "back" button would show an error."""
    assert continue_(client)["Cache-Control"] == "private, no-cache"
    assert continue_(client, name="")["Cache-Control"] == "private, no-cache"


def test_confirmation_is_the_act(client):
    response = confirm(client, continue_(client, comment="deux\nlignes"))

    declaration = WithdrawalDeclaration.objects.get()
    shown = client.get(response["Location"])
    assert "envoyée le 01/12/2026 à 14:05:07, heure de Paris" in page(shown)
    assert "<dd>LX-0000-0000, le tableur de janvier</dd>" in page(shown)
    assert "<dd>deux\nlignes</dd>" in page(shown).replace("\r\n", "\n")
    assert shown["Cache-Control"] == "private, no-store"
    assert (declaration.channel, declaration.ip) == ("online", "127.0.0.1")
    assert OutgoingMessage.objects.get().recipient == "camille@exemple.fr"


def test_person_of_an_order_link_is_not_asked_again(client):
    """F-03."""
    order = OrderFactory()

    response = client.get(f"{ADDRESS}?commande={order.token}")

    assert "Aline Béranger" in page(response)
    assert f"Commande {order.reference} : Tableur, niveau 1, du 11/01/2027" in page(response)
    assert [label for label in labels(response) if label.startswith(("Vo", "Le", "Com"))] == [
        "Votre adresse e-mail, pour l’accusé de réception",
        "Commentaire (facultatif)",
    ]
    assert 'value="aline@exemple.fr"' in page(response)


def test_order_link_leads_to_the_end_of_the_order(client):
    order = OrderFactory()

    asked = {"commande": order.token, "email": "aline@exemple.fr", "origin": "p", "comment": ""}
    confirm(client, client.post(ADDRESS, asked))

    declaration = WithdrawalDeclaration.objects.get()
    assert (declaration.name, state(order)) == ("Aline Béranger", "withdrawn")


def test_person_who_is_signed_in_chooses_among_their_contracts(client):
    """F-03."""
    user = UserFactory(first_name="Aline", last_name="Béranger", email="aline@exemple.fr")
    order, _ = OrderFactory(account=user), OrderFactory()
    client.force_login(user)

    response = client.get(ADDRESS)

    assert re.findall(r'href="/renoncer/\?commande=([^"]+)"', page(response)) == [order.token]
    assert 'value="Aline Béranger"' in page(response)


@pytest.mark.parametrize("token", ["x", "%00", "%C3%A9", "a" * 200, "' OR 1=1 --"])
def test_wrong_link_shows_the_ordinary_page(client, token):
    """Nothing tells whether an order exists."""
    OrderFactory()

    def without_origin(response):
        return re.sub(r'value="[\w-]{22}"', "", page(response))

    shown = client.get(f"{ADDRESS}?commande={token}")

    assert shown.status_code == 200
    assert without_origin(shown) == without_origin(client.get(ADDRESS))


def test_known_and_unknown_reference_get_the_same_pages(client):
    """Nothing tells whether an order exists."""
    order = OrderFactory()

    def pages_for(reference):
        summary = continue_(client, contract=reference, email=order.email)
        shown = page(summary) + page(client.get(confirm(client, summary)["Location"]))
        without_numbers = re.sub(r"n°\W+(nbsp;)?\d+", "", shown)
        return re.sub(r'value="[^"]{60,}"', "", without_numbers).replace(reference, "")

    assert pages_for(order.reference) == pages_for("LX-9999-9999")
    assert state(order) == "withdrawn"


def test_errors_keep_what_was_typed(client):
    response = continue_(client, name="  ", email="camille@", comment="mon texte")

    assert response.status_code == 422
    assert "Indiquez vos nom et prénom." in page(response)
    assert "Cette adresse e-mail n’est pas complète" in page(response)
    for kept in ("mon texte", "camille@", "LX-0000-0000, le tableur de janvier"):
        assert kept in page(response)


def test_correcting_brings_back_what_was_typed(client):
    summary = continue_(client, comment="mon texte")

    response = client.post(ADDRESS, {"summary": signed(summary), "correct": "1"})

    assert response.status_code == 200
    for kept in ("Camille Rousselot", "mon texte", 'value="page-1"'):
        assert kept in page(response)
    assert WithdrawalDeclaration.objects.count() == 0


def test_pressing_twice_is_one_declaration(client):
    summary = continue_(client)

    first, second = confirm(client, summary), confirm(client, summary)

    assert WithdrawalDeclaration.objects.count() == 1
    assert page(client.get(first["Location"])) == page(client.get(second["Location"]))


def test_going_back_and_confirming_again_is_one_declaration(client):
    confirm(client, continue_(client))
    confirm(client, continue_(client))

    assert WithdrawalDeclaration.objects.count() == 1


def test_going_back_to_correct_is_a_second_declaration(client):
    """Absorbing it would lose what the person has just put right."""
    confirm(client, continue_(client, contract="LX-0000-0000"))
    confirm(client, continue_(client, contract="LX-0000-1111"))

    assert WithdrawalDeclaration.objects.count() == 2


def test_summary_that_was_tampered_with_declares_nothing(client):
    summary = signed(continue_(client))

    for wrong in ["", "x", summary[:-2], summary + "x", "a:b:c", "\x00", "é", "." + summary]:
        response = client.post(ADDRESS, {"summary": wrong, "confirm": "1"})
        assert response.status_code == 422
        assert "Remplissez la déclaration à nouveau" in page(response)
    assert WithdrawalDeclaration.objects.count() == 0


def test_robot_is_stopped_and_a_person_goes_on(client):
    response = continue_(client, site_internet="https://exemple.fr")

    assert response.status_code == 422
    assert "Un champ invisible a été rempli" in page(response)
    assert 'value="https://exemple.fr"' not in page(response)
    assert continue_(client).status_code == 200


def test_limit_slows_and_loses_nothing(client):
    first = continue_(client)
    for _ in range(SUMMARIES_PER_PERIOD - 1):
        continue_(client)

    response = continue_(client, comment="mon texte")

    assert response.status_code == 429
    assert "Patientez quelques minutes" in page(response)
    assert "mon texte" in page(response)
    assert confirm(client, first).status_code == 302
    assert WithdrawalDeclaration.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://ailleurs.exemple"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_post_from_another_site_declares_nothing(client, headers):
    summary = continue_(client)

    assert confirm(client, summary, **headers).status_code == 403
    assert client.post(ADDRESS, TYPED, headers=headers).status_code == 403
    assert WithdrawalDeclaration.objects.count() == 0


def test_own_page_may_post_without_any_cookie(client):
    own = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}

    assert confirm(client, continue_(client), **own).status_code == 302
    assert client.cookies == {}


@pytest.mark.parametrize("field", ["name", "contract", "comment", "email", "origin"])
def test_megabyte_is_answered_in_french_and_kept_on_the_page(client, field):
    response = continue_(client, **{field: "é" * 500_000})

    assert response.status_code == 422
    assert WithdrawalDeclaration.objects.count() == 0


def test_more_than_the_site_accepts_is_refused_without_failing(client):
    too_much = "x" * (django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    assert continue_(client, comment=too_much).status_code == 400


@pytest.mark.parametrize("field", ["name", "contract", "comment", "email", "origin"])
def test_nul_is_refused_without_failing(client, field):
    response = continue_(client, **{field: "a\x00b"})

    assert response.status_code == 422
    assert "retirez-le" in page(response) or field in ("email", "origin")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(ADDRESS).status_code == 405


@pytest.mark.parametrize("receipt", ["1", "x", "1:a:b", "%00", "é"])
def test_receipt_cannot_be_guessed(client, declaring, receipt):
    declaring()

    assert client.get(f"{ADDRESS}recu/{receipt}/").status_code == 404


def test_receipt_is_shown_for_thirty_days(client, time_machine):
    location = confirm(client, continue_(client))["Location"]

    time_machine.move_to("2026-12-31T13:05:00Z")
    assert client.get(location).status_code == 200
    time_machine.move_to("2026-12-31T13:05:09Z")
    response = client.get(location)
    assert response.status_code == 404
    assert "accusé de réception envoyé par e-mail" in page(response)


def test_proxy_that_hides_the_visitor_does_not_take_the_right_away(client):
    summary = continue_(client)

    response = client.post(
        ADDRESS, {"summary": signed(summary), "confirm": "1"}, REMOTE_ADDR="inconnue"
    )

    assert response.status_code == 302
    assert WithdrawalDeclaration.objects.get().ip is None


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=220),
    contract=st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
    comment=st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
)
def test_whatever_is_typed_is_declared_word_for_word_or_asked_again(
    client, name, contract, comment
):
    typed = {"name": name, "contract": contract, "comment": comment}
    before = WithdrawalDeclaration.objects.count()

    response = continue_(client, **typed, origin="propriété")

    if response.status_code == 200:
        confirm(client, response)
        kept = WithdrawalDeclaration.objects.filter(**typed)
        assert kept.count() == 1
        receipt = client.get(confirm(client, response)["Location"])
        assert escape(contract) in page(receipt)
    else:
        assert response.status_code in (422, 429)
        assert escape(contract) in page(response)
        assert WithdrawalDeclaration.objects.count() == before


def test_query_counts(client, django_assert_num_queries):
    order = OrderFactory()
    client.get(ADDRESS)

    with django_assert_num_queries(3):
        client.get(ADDRESS)
    with django_assert_num_queries(4):
        client.get(f"{ADDRESS}?commande={order.token}")
    with django_assert_num_queries(3):
        summary = continue_(client)
    location = confirm(client, summary)["Location"]
    with django_assert_num_queries(4):
        client.get(location)


def test_declaration_without_a_match_holds_the_order_of_the_same_address(client):
    """The path without a link and with a misspelt reference."""
    order = OrderFactory(email="camille@exemple.fr")

    confirm(client, continue_(client, contract=order.reference[:-1]))

    assert ChargeFreeze.objects.get().order == order
    assert state(order) == "active"
