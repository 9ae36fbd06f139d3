from datetime import timedelta

from django.contrib.auth import get_user
from django.core import mail
from django.urls import reverse

import pytest
import time_machine
from allauth.account.models import EmailAddress

from tests.factories.users import PASSWORD, UserFactory
from users.models import User

VERIFY = "account_email_verification_sent"
EMAIL = "nouvelle@exemple.fr"


@pytest.fixture
def sign_up(client, home):
    def sign_up(email=EMAIL, password=PASSWORD):
        return client.post(reverse("account_signup"), {"email": email, "password1": password})

    return sign_up


@pytest.mark.parametrize("password", [PASSWORD, ""])
def test_confirmed_address_opens_the_account(client, sign_up, last_code, password):
    sent = sign_up("Nouvelle@Exemple.fr", password)
    response = client.post(reverse(VERIFY), {"code": last_code()})

    user = User.objects.get(email=EMAIL)
    assert sent.url == reverse(VERIFY)
    assert response.url == reverse("account")
    assert get_user(client) == user
    assert user.has_usable_password() is bool(password)
    assert EmailAddress.objects.get(user=user).verified


def test_unconfirmed_account_is_not_signed_in(client, sign_up):
    sign_up()

    client.post(reverse(VERIFY), {"code": "BBBB-BBBB"})

    assert get_user(client).is_anonymous
    assert not EmailAddress.objects.get(email=EMAIL).verified


def test_unconfirmed_account_must_confirm_before_its_password_opens_it(
    client, sign_up, sign_in, last_code
):
    sign_up()
    client.post(reverse("account_logout"))

    with time_machine.travel(timedelta(seconds=11)):
        response = sign_in(User.objects.get(email=EMAIL))
    before = get_user(client)
    client.post(reverse(VERIFY), {"code": last_code()})

    assert response.url == reverse(VERIFY)
    assert before.is_anonymous
    assert get_user(client).email == EMAIL


def test_confirmation_message_gives_the_code_first(sign_up, last_code):
    sign_up()

    lines = mail.outbox[0].body.splitlines()
    assert mail.outbox[0].subject == "Confirmez votre adresse e-mail"
    assert lines[0] == last_code()
    assert "valable 10 minutes" in lines[2]


def test_known_address_gets_the_same_answer_and_no_second_account(client, sign_up, text_of):
    known, unknown = UserFactory().email, EMAIL

    answers = []
    for email in (known, unknown):
        redirect = sign_up(email)
        answers.append((redirect.url, text_of(client.get(redirect.url), email)))
        client.post(reverse("account_logout"))

    assert answers[0] == answers[1]
    assert User.objects.filter(email=known).count() == 1
    assert [message.subject for message in mail.outbox] == [
        "Vous avez déjà un compte",
        "Confirmez votre adresse e-mail",
    ]


def test_eleven_characters_are_not_a_password(sign_up):
    response = sign_up(password="onze-signes")

    assert list(response.context["form"].errors) == ["password1"]
    assert not User.objects.exists()
