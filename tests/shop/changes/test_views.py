"""Behind the link: the cost with its article first, then the act; other people's data and second clicks."""

from datetime import timedelta

from django.urls import reverse

import pytest

from courses.models import CourseSession
from shop.changes.views import REQUESTS_PER_HOUR
from shop.models import Order, Proposal, RequestOutcome, WrittenRequest
from tests.factories.courses import CourseSessionFactory
from tests.factories.orders import paris
from tests.shop.changes.conftest import ask_now

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def open_page(client, monkeypatch):
    """Opens the page as a human, and returns what its form holds."""
    monkeypatch.setattr("base.robots.FASTEST_HUMAN_SECONDS", -1)

    def open_page(url):
        form = client.get(url).context["form"]
        return {field.name: field.value() for field in form if field.value() not in (None, False)}

    return open_page


@pytest.fixture
def go(client, open_page):
    """From the form to the page of the cost, then to its confirmation."""

    def go(url, confirm=True, **changes):
        typed = open_page(url) | {"wish": "cancel", "cause": "client"} | changes
        cost = client.post(url, typed)
        if not confirm or cost.status_code != 200:
            return cost
        typed["shown"] = cost.context["shown"]
        return client.post(url, typed | {"etape": "confirmer"})

    return go


def company_url(contract):
    return reverse("proposal_cancel", args=[contract.token])


@pytest.fixture
def late_order(confirmed_order, time_machine):
    """Its withdrawal period is over; nothing is paid."""
    now = paris(confirmed_order.withdrawal_last_day + timedelta(days=1))
    time_machine.move_to(now, tick=False)
    return confirmed_order


def test_cgv_3_5_cost_is_shown_with_its_article_before_anything_is_sent(go, contract, before_start):
    before_start(contract, 16)
    page = text_of(go(company_url(contract), confirm=False))
    for words in ("1 069,20 €", "16 jours avant le début", "Article 3.5", "Confirmer l’annulation"):
        assert words in page
    assert not WrittenRequest.objects.exists()


def test_confirmation_cancels_and_says_what_is_owed(client, go, contract, before_start):
    before_start(contract, 14)
    response = go(company_url(contract))
    assert response.status_code == 302
    page = text_of(client.get(response["Location"]))
    assert "La commande est annulée." in page
    assert "2 494,80 €" in page
    assert Proposal.objects.get(pk=contract.pk).is_cancelled
    assert "terminée" in text_of(client.get(company_url(contract)))
    assert "a pris fin le" in text_of(client.get(contract.get_absolute_url()))


def test_second_click_leads_to_the_same_page(client, open_page, contract, before_start):
    before_start(contract, 16)
    url = company_url(contract)
    typed = open_page(url) | {"wish": "cancel", "cause": "client"}
    typed["shown"] = client.post(url, typed).context["shown"]
    first = client.post(url, typed | {"etape": "confirmer"})
    assert first.status_code == 302
    assert client.post(url, typed | {"etape": "confirmer"}).status_code == 410
    assert WrittenRequest.objects.count() == 1


def test_one_of_three_is_ticked(go, contract, before_start):
    before_start(contract, 16)
    assert go(company_url(contract), people=["0"]).status_code == 302
    asked = WrittenRequest.objects.get()
    assert (asked.heads, asked.people) == (1, ["Dominique Essai"])
    assert Proposal.objects.get(pk=contract.pk).seats_held == 2


def test_person_who_is_ticked_twice_counts_once(go, contract, before_start):
    before_start(contract, 16)
    assert go(company_url(contract), people=["0", "0"]).status_code == 302
    asked = WrittenRequest.objects.get()
    assert (asked.heads, asked.people) == (1, ["Dominique Essai"])


def test_page_of_before_another_cancellation_cancels_nobody_else(
    client, open_page, contract, before_start
):
    before_start(contract, 16)
    url = company_url(contract)
    tabs = [
        open_page(url) | {"wish": "cancel", "cause": "client", "people": [place]} for place in "01"
    ]
    for tab in tabs:
        tab |= {"shown": client.post(url, tab).context["shown"], "etape": "confirmer"}
    assert client.post(url, tabs[0]).status_code == 302

    response = client.post(url, tabs[1])
    assert response.status_code == 409
    assert "les personnes concernées ont changé" in text_of(response)
    assert [asked.people for asked in WrittenRequest.objects.all()] == [["Dominique Essai"]]


def test_chosen_session_that_is_gone_is_told(client, open_page, contract, before_start):
    before_start(contract, 30)
    other = CourseSessionFactory(
        course=contract.session.course, starts_on=contract.starts_on + timedelta(days=20)
    )
    url = company_url(contract)
    typed = open_page(url) | {"wish": "postpone", "cause": "client", "session": other.pk}
    typed["shown"] = client.post(url, typed).context["shown"]
    CourseSession.objects.filter(pk=other.pk).update(state="cancelled")

    response = client.post(url, typed | {"etape": "confirmer"})
    assert response.status_code == 422
    assert "n’est plus proposée" in text_of(response)
    assert not WrittenRequest.objects.exists()


@pytest.mark.parametrize("changes", [
    {"wish": "vendre"}, {"people": ["9"]}, {"people": []}, {"cause": "lexom"},
    {"asked_by": ""}, {"cause": "force_majeure"}, {"text": "x" * 2001},
])  # fmt: skip
def test_bad_input_is_told_and_nothing_is_lost(go, contract, before_start, changes):
    before_start(contract, 16)
    response = go(company_url(contract), **changes)
    assert response.status_code == 422
    assert 'role="alert"' in text_of(response)
    assert not WrittenRequest.objects.exists()


def test_cost_of_another_day_is_shown_again(client, open_page, contract, before_start):
    before_start(contract, 15)
    url = company_url(contract)
    typed = open_page(url) | {"wish": "cancel", "cause": "client"}
    shown = client.post(url, typed).context["shown"]
    before_start(contract, 14)
    response = client.post(url, typed | {"etape": "confirmer", "shown": shown})
    assert response.status_code == 409
    assert "3 564,00 €" in text_of(response)
    assert "relisez-la" in text_of(response)
    assert client.post(url, typed | {"etape": "corriger"}).status_code == 200


def test_too_many_requests_are_slowed_down(go, contract, before_start, monkeypatch):
    monkeypatch.setattr("shop.changes.views.REQUESTS_PER_HOUR", 0)
    before_start(contract, 16)
    assert go(company_url(contract)).status_code == 429
    assert REQUESTS_PER_HOUR > 0
    assert not WrittenRequest.objects.exists()


def test_page_opens_with_the_signature_and_for_its_link_only(client, ask):
    issued = ask()
    assert client.get(company_url(issued)).status_code == 404
    for name in ("proposal_cancel", "order_cancel"):
        assert client.get(reverse(name, args=["inconnu"])).status_code == 404


def test_law_w_01_consumer_within_the_period_is_led_to_the_withdrawal(client, confirmed_order):
    url = reverse("order_cancel", args=[confirmed_order.token])
    page = text_of(client.get(url))
    assert f"/renoncer/?commande={confirmed_order.token}" in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]
    client.post(url, {"wish": "cancel", "cause": "client", "asked_by": "X", "etape": "confirmer"})
    assert not WrittenRequest.objects.exists()


def test_law_3_1_consumer_reads_a_maximum_and_that_a_person_decides(client, go, late_order):
    url = reverse("order_cancel", args=[late_order.token])
    page = text_of(go(url, confirm=False))
    assert "Au plus, après examen" in page
    assert "Une personne décide ensuite" in page
    response = go(url)
    assert response.status_code == 302
    assert "une personne l’examine" in text_of(client.get(response["Location"])).lower()
    order = Order.objects.get(pk=late_order.pk)
    assert (order.is_active, RequestOutcome.objects.count()) == (True, 0)
    assert "attend notre réponse" in text_of(client.get(order.get_absolute_url()))


def test_page_of_a_proposal_says_who_left_since_it_was_signed(client, contract, before_start):
    ask_now(contract, before_start(contract, 20), heads=1)

    page = client.get(contract.get_absolute_url()).content.decode()
    assert "1 participant en moins depuis la signature." in page
    assert "2 participants." in page
    assert reverse("proposal_payment", args=[contract.token]) in page


def test_rules_are_read_on_the_page_of_a_proposal(client, contract):
    page = text_of(client.get(contract.get_absolute_url()))
    assert "Annuler 15 jours ou plus avant le début" in page
    assert company_url(contract) in page


def test_order_leads_to_its_cancellation(client, late_order):
    url = reverse("order_cancel", args=[late_order.token])
    assert url in text_of(client.get(late_order.get_absolute_url()))
