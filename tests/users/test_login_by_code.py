from datetime import timedelta

from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse

import pytest
import time_machine

from tests.factories.users import PASSWORD, UserFactory
from users.roles import Role

REQUEST = "account_request_login_code"
CONFIRM = "account_confirm_login_code"


def type_code(client, code, next_url=""):
    return client.post(reverse(CONFIRM), {"code": code, "next": next_url})


def test_code_message_gives_the_code_first_and_its_validity(ask_code, last_code):
    user = UserFactory()

    ask_code(user.email)

    message = mail.outbox[0]
    lines = message.body.splitlines()
    assert message.to == [user.email]
    assert message.subject == "Votre code de connexion"
    assert lines[0] == last_code()
    assert "valable 10 minutes" in lines[2]
    assert lines[-2:] == ["LEXOM", "http://127.0.0.1:8000"]
    assert message.alternatives == []


def test_right_code_signs_in(client, ask_code, last_code):
    user = UserFactory()
    ask_code(user.email)

    response = type_code(client, last_code())

    assert response.url == reverse("account")
    assert get_user(client) == user


def test_code_may_be_typed_in_small_letters_without_dash(client, ask_code, last_code):
    user = UserFactory()
    ask_code(user.email)

    type_code(client, last_code().lower().replace("-", " "))

    assert get_user(client) == user


def test_right_code_leads_to_the_page_asked_for(client, ask_code, last_code):
    user = UserFactory()
    answer = ask_code(user.email, next_url="/compte/?a=1&b=2")

    response = client.post(answer.url, {"code": last_code(), "next": "/compte/?a=1&b=2"})

    assert response.url == "/compte/?a=1&b=2"


def test_code_never_leads_to_another_site(client, ask_code, last_code):
    user = UserFactory()
    ask_code(user.email, next_url="https://ailleurs.example/")

    response = type_code(client, last_code(), next_url="https://ailleurs.example/")

    assert response.url == reverse("account")


def test_staff_arrive_in_the_back_office(client, ask_code, last_code):
    user = UserFactory(role=Role.SALES)
    ask_code(user.email)

    response = type_code(client, last_code())

    assert response.url == reverse("wagtailadmin_home")


def test_wrong_code_is_refused_and_can_be_corrected(client, ask_code, last_code):
    user = UserFactory()
    ask_code(user.email)

    refused = type_code(client, "BBBB-BBBB")
    type_code(client, last_code())

    assert "Code incorrect." in refused.content.decode()
    assert get_user(client) == user


def test_third_wrong_code_ends_the_attempt(client, ask_code, last_code):
    user = UserFactory()
    ask_code(user.email)

    answers = [type_code(client, "BBBB-BBBB") for _ in range(3)]
    late = type_code(client, last_code())

    assert answers[-1].url == reverse(REQUEST)
    assert late.url == reverse(REQUEST)
    assert get_user(client).is_anonymous


def test_code_expires_after_ten_minutes(client, ask_code, last_code):
    user = UserFactory()
    ask_code(user.email)

    with time_machine.travel(timedelta(minutes=11)):
        response = type_code(client, last_code())

    assert response.url == reverse(REQUEST)
    assert get_user(client).is_anonymous


def test_another_code_replaces_the_first(client, ask_code, last_code):
    user = UserFactory()
    ask_code(user.email)
    first = last_code()

    client.post(reverse(CONFIRM), {"action": "resend"})
    refused = type_code(client, first)
    type_code(client, last_code())

    assert refused.status_code == 200
    assert get_user(client) == user


def test_unknown_address_gets_the_same_answer(client, ask_code, text_of):
    known, unknown = UserFactory().email, "inconnu@exemple.fr"

    answers = []
    for email in (known, unknown):
        redirect = ask_code(email)
        answers.append(
            (redirect.status_code, redirect.url, text_of(client.get(redirect.url), email))
        )
        client.post(reverse("account_logout"))

    assert answers[0] == answers[1]
    assert mail.outbox[1].subject == "Aucun compte à cette adresse"


def test_closed_account_gets_no_code(ask_code):
    user = UserFactory(is_active=False)

    ask_code(user.email)

    assert [message.subject for message in mail.outbox] == ["Aucun compte à cette adresse"]


@pytest.mark.parametrize("email", ["personne@exemple.fr", "PERSONNE@exemple.fr"])
def test_fourth_code_in_a_minute_is_refused(home, email):
    UserFactory(email="personne@exemple.fr")

    answers = [Client().post(reverse(REQUEST), {"email": email}) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert "Trop de tentatives." in answers[-1].content.decode()
    assert len(mail.outbox) == 3


def test_password_of_whoever_typed_the_address_first_opens_nothing(client, ask_code, last_code):
    """Somebody signs up with the address of somebody else, who later comes in with a code."""
    client.post(reverse("account_signup"), {"email": "victime@exemple.fr", "password1": PASSWORD})
    owner = Client()
    with time_machine.travel(timedelta(minutes=2)):
        owner.post(reverse(REQUEST), {"email": "victime@exemple.fr"})
        type_code(owner, last_code())
        user = get_user(owner)

    assert user.email == "victime@exemple.fr"
    assert not user.has_usable_password()
    assert owner.get(reverse("account")).status_code == 200


def test_password_of_a_known_account_stays(client, ask_code, last_code):
    user = UserFactory()
    ask_code(user.email)
    type_code(client, last_code())

    assert get_user(client).has_usable_password()
