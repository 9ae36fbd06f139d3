"""Steps of a visitor at the door, as the pages offer them."""

import re

from django.core import mail
from django.urls import reverse

import pytest

from tests.factories.users import PASSWORD

CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$")


@pytest.fixture
def ask_code(client, home):
    """Asks for a sign-in code and returns the answer."""

    def ask(email, next_url=""):
        return client.post(
            reverse("account_request_login_code"), {"email": email, "next": next_url}
        )

    return ask


@pytest.fixture
def sign_in(client, home):
    """Signs in with the password and returns the answer."""

    def sign_in(user, next_url="", password=PASSWORD):
        credentials = {"login": user.email, "password": password, "next": next_url}
        return client.post(reverse("account_login"), credentials)

    return sign_in


@pytest.fixture
def last_code():
    """The code that the latest message brings: its first line."""

    def last_code():
        code = mail.outbox[-1].body.splitlines()[0]
        assert CODE.match(code)
        return code

    return last_code


@pytest.fixture
def text_of():
    """A page without what differs between two visitors: address typed and form tokens."""

    def text_of(response, email):
        lines = response.content.decode().replace(email, "").splitlines()
        return [line for line in lines if "csrfmiddlewaretoken" not in line]

    return text_of
