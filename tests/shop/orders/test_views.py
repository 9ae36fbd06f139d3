"""The pages of an order as clumsy customers and attackers meet them."""

import logging
import re
from datetime import timedelta

from django.core import signing
from django.test import Client
from django.utils import timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.private_files import private_storage
from courses.models import CourseSession
from documents.issued import documents_of
from shop.models import Order, OrderDraft
from shop.orders.confirmation import send_confirmation
from shop.orders.drafts import KEPT_FOR, forget_abandoned_drafts, save_draft
from shop.orders.forms import UNTICKED_TRAINEE, BuyerForm
from shop.payments import links
from tests.shop.conftest import BUYER

pytestmark = pytest.mark.django_db
HTML = "<script>alert(1)</script>"
HUGE = 10**30


@pytest.fixture
def client():
    """A browser that refuses cookies cannot have Django's token either."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def start(session):
    return f"/commande/{session.pk}/"


@pytest.fixture
def recap(client, start):
    return client.post(start, BUYER)["Location"]


def main_text(response):
    text = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    text = re.sub(r"<[^>]+>", " ", text).replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(text.replace("&nbsp;", " ").split())


def shown(response):
    (found,) = re.findall(r'name="shown" value="([^"]+)"', response.content.decode())
    return found


def order(client, recap, **changes):
    typed = {"shown": shown(client.get(recap)), "terms": "on", "contract": "on"}
    return client.post(recap, typed | changes)


# What is typed

ODD = {
    "nul": "Ca\x00mille",
    "emoji": "Zoé 👩\u200d🚀",
    "arabic": "كاميليا",
    "reversed": "\u202eelliaC",
    "html": HTML,
    "sql": "'); DROP TABLE shop_order; --",
    "template": "{{ settings.SECRET_KEY }}{% debug %}",
    "header": "Camille\r\nBcc: autre@example.org",
    "10 kB": "x" * 10_000,
    "1 MB": "x" * 1_000_000,
    "empty": "",
    "blank": " \t\n",
}


@pytest.mark.parametrize("name", ["last_name", "email", "postcode", "for_whom", "attente"])
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_text_is_taken_or_refused_with_a_sentence(client, start, name, odd):
    response = client.post(start, BUYER | {name: odd})

    assert response.status_code in (302, 422)
    if response.status_code == 422:
        assert "Il manque encore quelques informations" in main_text(response)
        assert response.context["form"].errors[name]
    else:
        assert HTML not in client.get(response["Location"]).content.decode()


def test_error_of_a_choice_leads_to_its_first_button(client, start):
    page = client.post(start, BUYER | {"for_whom": ""}).content.decode()

    (target,) = re.findall(r'href="#([^"]+)">Vous vous inscrivez', page)
    assert re.search(rf'<input type="radio"[^>]*id="{target}"', page)
    assert 'aria-describedby="id_for_whom_error"' in page


@given(typed=st.dictionaries(st.sampled_from([*BuyerForm.base_fields]), st.text(max_size=90)))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_leads_to_a_recap_or_back_to_the_form(client, start, typed):
    body = {k: v.encode("utf-8", "replace") for k, v in (BUYER | typed).items()}

    response = client.post(start, body)

    assert response.status_code in (302, 422)
    if response.status_code == 302 and "recapitulatif" in response["Location"]:
        assert client.get(response["Location"]).status_code == 200


@given(body=st.binary(max_size=400), kind=st.sampled_from(["form", "multipart", "json"]))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_no_order(client, recap, body, kind):
    content_type = {
        "form": "application/x-www-form-urlencoded",
        "multipart": "multipart/form-data; boundary=x",
        "json": "application/json",
    }[kind]

    assert client.post(recap, body, content_type=content_type).status_code in (400, 409, 422)
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    "fields", [{f"x{n}": "" for n in range(10_001)}, {"town": "x" * 2_700_000}]
)
def test_too_much_is_refused_in_french(client, start, fields):
    body = "&".join(f"{name}={value}" for name, value in (BUYER | fields).items())

    response = client.post(start, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 400
    assert "Cette demande n’a pas été comprise" in response.content.decode()


def test_unknown_fields_are_not_kept(client, start):
    client.post(start, BUYER | {"price": "1", "is_staff": "on", "contract_sha256": "0" * 64})

    assert set(OrderDraft.objects.get().data) == set(BuyerForm.base_fields)


def test_empty_form_says_each_missing_fact(client, start):
    response = client.post(start)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [
        "for_whom", "first_name", "last_name", "email", "street", "postcode", "town", "country",
    ]  # fmt: skip


def test_trainee_without_the_box_is_asked_about_and_stays_typed(client, start):
    response = client.post(start, BUYER | {"trainee_first_name": "Alix"})

    assert response.status_code == 422
    assert UNTICKED_TRAINEE.split(" :")[0] in main_text(response)
    assert 'value="Alix"' in response.content.decode()


def test_company_is_led_to_its_path_and_leaves_nothing_behind(client, start, session):
    response = client.post(start, BUYER | {"for_whom": "entreprise"})

    assert response["Location"] == f"/devis/?session={session.pk}"
    assert OrderDraft.objects.count() == 0


# Methods and headers


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_other_methods_are_refused(client, start, recap, method):
    for address in (start, recap):
        assert getattr(client, method)(address).status_code == 405


def test_get_with_a_body_writes_nothing(client, start):
    response = client.generic("GET", start, b"first_name=x", "application/x-www-form-urlencoded")

    assert response.status_code == 200
    assert OrderDraft.objects.count() == 0


def private_addresses(order, recap):
    now, due = timezone.now(), order.dues.first()
    root = recap.removesuffix("recapitulatif/")
    return [
        recap, root, f"{root}contrat/", f"{root}contrat.pdf", order.get_absolute_url(),
        links.change_address(order, now), links.due_address(due, now),
    ]  # fmt: skip


def test_page_that_a_token_opens_is_kept_by_nobody(client, recap, order_now):
    for address in private_addresses(order_now(), recap):
        for ask in (client.get, client.head):
            response = ask(address)
            assert response.status_code in (200, 503), address
            kept = {part.strip() for part in response["Cache-Control"].split(",")}
            assert {"private", "no-store"} <= kept, address
            assert response["Referrer-Policy"] == "same-origin"
            assert response["X-Robots-Tag"] == "noindex"
            assert not response.cookies


def test_first_page_is_found_again_by_the_back_button(client, start):
    for response in (client.get(start), client.post(start, BUYER | {"town": ""})):
        assert response["Cache-Control"] == "private, no-cache"
    assert "no-store" in client.get(f"{start}?attente=x")["Cache-Control"]


def test_order_needs_no_cookie(client, recap):
    response = order(client, recap)

    assert response["Location"] == Order.objects.get().get_absolute_url()
    assert not client.cookies


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://ailleurs.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_other_site_cannot_press_the_buttons(client, start, recap, order_now, headers):
    changing = links.change_address(order_now(), timezone.now())
    before = Order.objects.count(), OrderDraft.objects.count()
    for address in (start, recap, changing):
        response = client.post(address, BUYER, headers=headers)
        assert (response.status_code, response["Cache-Control"]) == (403, "private, no-store")
        assert "Votre envoi n’est pas parti" in main_text(response)
        assert "l’envoi vient d’ailleurs" in main_text(response)
        assert "Votre compte" not in main_text(response)
    assert (Order.objects.count(), OrderDraft.objects.count()) == before


def test_log_of_refusals_opens_nobodys_order(client, start, recap, caplog):
    token = OrderDraft.objects.get().token
    signed = signing.Signer(salt="x").sign_object([1, 2])
    with caplog.at_level(logging.WARNING):
        client.post(recap, {})
        client.post(f"{start}{token}/", {})
        client.get(f"/commande/paiement/{signed}/")
        client.get("/formations/une-tres-longue-adresse-de-page-qui-n-existe-plus/")

    assert len(caplog.messages) == 4
    assert "une-tres-longue-adresse-de-page-qui-n-existe-plus" in caplog.messages[-1]
    assert token not in caplog.text
    assert signed not in caplog.text


# Other people's addresses


def test_token_opens_only_its_own_page(client, session, recap, order_now):
    placed, token = order_now(), OrderDraft.objects.order_by("pk").first().token
    wrong = [
        f"/commande/{session.pk + 1}/{token}/recapitulatif/",
        f"/commande/{HUGE}/{token}/recapitulatif/",
        f"/commande/{HUGE}/",
        f"/commande/{session.pk}/{placed.token}/recapitulatif/",
        f"/commande/{session.pk}/{token[:-1]}/",
        f"/commande/{session.pk}/{token}%00/",
        f"/commande/suivi/{token}/",
        f"/commande/suivi/{placed.reference}/",
        f"/commande/suivi/{placed.token}/documents/{HUGE}/",
        f"/liste-d-attente/{token}/",
        f"/sessions/{HUGE}/liste-d-attente/",
    ]
    for address in wrong:
        response = client.get(address)
        assert response.status_code == 404, address
        assert "Camille" not in response.content.decode()


def test_document_of_another_order_is_unknown(client, order_now):
    mine, other = order_now(), order_now()
    send_confirmation(other.pk)
    document = documents_of(other).first()

    assert client.get(f"{mine.get_absolute_url()}documents/{document.pk}/").status_code == 404
    assert client.get(f"{other.get_absolute_url()}documents/{document.pk}/").status_code == 200


def test_document_whose_file_is_gone_says_so(client, order_now):
    order = order_now()
    send_confirmation(order.pk)
    document = documents_of(order).first()
    private_storage().delete(f"sha256/{document.sha256[:2]}/{document.sha256}")

    response = client.get(f"{order.get_absolute_url()}documents/{document.pk}/")

    assert response.status_code == 503
    assert 'lang="fr"' in response.content.decode()


def test_signed_address_opens_only_its_own_kind(client, order):
    now = timezone.now()
    token = links.change_address(order, now).split("/")[-2]
    kinds = ("", "retour/", "banque/", "carte/")
    wrong = [f"/commande/paiement/{kind}{token}/" for kind in kinds]
    wrong += [f"/commande/paiement/changer-de-carte/{token[:-1]}/", "/commande/paiement/.x:y/"]

    assert {client.get(address).status_code for address in wrong} == {404}


def test_signed_address_dies_after_its_day(client, order):
    old = links.change_address(order, timezone.now() - links.LIFETIME - timedelta(minutes=1))

    response = client.get(old)

    assert response.status_code == 410
    assert "no-store" in response["Cache-Control"]
    assert order.reference not in response.content.decode()


# Twice, too late, or something else


def test_button_pressed_twice_is_one_order(client, recap):
    page = client.get(recap)
    typed = {"shown": shown(page), "terms": "on", "contract": "on"}

    assert client.post(recap, typed)["Location"] == client.post(recap, typed)["Location"]
    assert Order.objects.count() == 1


def test_going_back_after_the_order_leads_to_it(client, recap):
    page = order(client, recap)["Location"]
    root = recap.removesuffix("recapitulatif/")

    assert [client.get(address)["Location"] for address in (recap, root, f"{root}contrat/")] == [
        page, page, page,
    ]  # fmt: skip
    assert client.post(root, BUYER | {"last_name": "Autre"})["Location"] == page
    assert Order.objects.get().last_name == "Essai"


def test_abandoned_draft_is_forgotten_after_thirty_days(client, recap, session):
    kept = save_draft(session=session, data=BUYER)
    OrderDraft.objects.exclude(pk=kept.pk).update(
        created_at=timezone.now() - KEPT_FOR - timedelta(minutes=1)
    )

    forget_abandoned_drafts(timezone.now())

    assert OrderDraft.objects.get() == kept
    assert "effacée après trente jours" in main_text(client.get(recap))


def test_full_session_keeps_what_was_typed(client, recap, session):
    page = client.get(recap)
    CourseSession.objects.filter(pk=session.pk).update(seats_taken=3)

    response = client.post(recap, {"shown": shown(page), "terms": "on", "contract": "on"})

    assert response.status_code == 409
    assert "Cette session est complète." in main_text(response)
    assert "Camille Essai" in main_text(response)


@pytest.mark.parametrize("method", ["get", "post"])
def test_cancelled_session_keeps_what_was_typed(client, recap, session, method):
    CourseSession.objects.filter(pk=session.pk).update(state="cancelled")

    response = getattr(client, method)(recap)

    assert response.status_code == {"get": 200, "post": 409}[method]
    assert "Cette session n’est plus ouverte aux inscriptions." in main_text(response)
    assert "Camille Essai" in main_text(response)


def test_order_after_midnight_shows_the_new_last_day_first(client, recap, time_machine):
    page = client.get(recap)
    time_machine.move_to(timezone.now() + timedelta(days=7))

    response = client.post(recap, {"shown": shown(page), "terms": "on", "contract": "on"})

    assert response.status_code == 409
    assert "votre dernier jour de rétractation (il suit la date du jour)" in main_text(response)
    assert (shown(response) != shown(page), Order.objects.count()) == (True, 0)
