from datetime import timedelta

from django.contrib.auth import get_user
from django.core import mail
from django.urls import reverse

import pytest
import time_machine
from allauth.account.authentication import get_authentication_records
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator

from tests.factories.users import SECRET, UserFactory
from users.demo_access import current_demo_code
from users.roles import Role

HOME = "/gestion/"
ANSWER = '{"id": "clef"}'
MASTER_KEY = {"type": "webauthn", "data": {"name": "Clé", "credential": {}}}


@pytest.fixture
def key_answers(monkeypatch):
    """Makes the browser's answer always right for the given key: the ceremony is allauth's."""

    def key_answers(authenticator):
        auth = "allauth.mfa.webauthn.internal.auth."
        monkeypatch.setattr(auth + "parse_authentication_response", lambda response: None)
        monkeypatch.setattr(auth + "extract_user_from_response", lambda data: authenticator.user)
        monkeypatch.setattr(auth + "complete_authentication", lambda user, data: authenticator)

    return key_answers


def enter_code(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def test_password_then_application_open_the_back_office(client, sign_in):
    user = UserFactory(role=Role.PUBLISHING, factor=True)

    asked = sign_in(user)
    between = get_user(client)
    entered = enter_code(client, current_demo_code(SECRET))

    assert asked.url == reverse("mfa_authenticate")
    assert between.is_anonymous
    assert entered.url == reverse("wagtailadmin_home")
    assert client.get(HOME).status_code == 200


def test_code_by_e_mail_then_application_open_the_page_asked_for(client, ask_code, last_code):
    user = UserFactory(role=Role.ACCOUNTING, factor=True)
    ask_code(user.email)
    code = {"code": last_code(), "next": "/gestion/reports/"}

    asked = client.post(reverse("account_confirm_login_code"), code)
    entered = enter_code(client, current_demo_code(SECRET))

    assert asked.url == reverse("mfa_authenticate")
    assert entered.url == "/gestion/reports/"
    assert client.get(HOME).status_code == 200


def test_factor_is_asked_of_whoever_activated_one(client, sign_in):
    sign_in(UserFactory(factor=True))

    assert get_user(client).is_anonymous


def test_wrong_code_of_the_application_is_refused(client, sign_in):
    sign_in(UserFactory(factor=True))

    response = enter_code(client, "000000")

    assert list(response.context["form"].errors["code"]) == ["Code incorrect."]
    assert get_user(client).is_anonymous


def test_code_of_the_application_serves_once(client, sign_in):
    user = UserFactory(factor=True)
    code = current_demo_code(SECRET)
    sign_in(user)
    enter_code(client, code)
    client.post(reverse("account_logout"))
    sign_in(user)

    response = enter_code(client, code)

    assert list(response.context["form"].errors["code"]) == ["Code incorrect."]


def test_code_may_change_while_it_is_typed(client, sign_in):
    sign_in(UserFactory(factor=True))
    code = current_demo_code(SECRET)

    with time_machine.travel(timedelta(seconds=30)):
        enter_code(client, code)

    assert get_user(client).is_authenticated


def test_sixth_code_is_refused_even_if_right(client, sign_in):
    sign_in(UserFactory(factor=True))

    for _ in range(5):
        enter_code(client, "000000")
    response = enter_code(client, current_demo_code(SECRET))

    assert list(response.context["form"].errors["code"]) == [
        "Trop de tentatives. Réessayez dans quelques minutes."
    ]


def test_activation_then_confirmation_open_the_back_office(client, home):
    user = UserFactory(password=None, role=Role.PUBLISHING)
    client.force_login(user)
    closed = client.get(HOME)

    page = client.get(reverse("mfa_activate_totp"))
    code = current_demo_code(page.context["form"].secret)
    activated = client.post(reverse("mfa_activate_totp"), {"code": code})
    confirm = client.get(HOME)
    client.post(confirm.url, {"code": code})

    assert closed.url == reverse("mfa_index")
    assert activated.url == reverse("mfa_view_recovery_codes")
    assert confirm.url.startswith(reverse("mfa_reauthenticate"))
    assert client.get(HOME).status_code == 200


def test_activation_is_announced_to_the_owner(client, home, django_capture_on_commit_callbacks):
    client.force_login(UserFactory(password=None))
    page = client.get(reverse("mfa_activate_totp"))
    code = current_demo_code(page.context["form"].secret)

    request = page.wsgi_request
    with request_context(request), django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code})

    assert [message.subject for message in mail.outbox] == [
        "Second facteur\u00a0: application activée"
    ]


def test_recovery_code_stands_in_for_the_telephone_once(client, home, sign_in):
    user = UserFactory(password=None, role=Role.PUBLISHING)
    client.force_login(user)
    page = client.get(reverse("mfa_activate_totp"))
    code = current_demo_code(page.context["form"].secret)
    client.post(reverse("mfa_activate_totp"), {"code": code})
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    confirm = client.get(HOME).url

    opened = client.post(confirm, {"code": recovery})
    client.session.flush()
    client.force_login(user)
    refused = client.post(confirm, {"code": recovery})

    assert opened.url == HOME
    assert list(refused.context["form"].errors["code"]) == ["Code incorrect."]


def test_key_alone_opens_the_back_office(client, home, key_answers):
    user = UserFactory(role=Role.PUBLISHING)
    key_answers(Authenticator.objects.create(user=user, **MASTER_KEY))

    response = client.post(reverse("mfa_login_webauthn"), {"credential": ANSWER})

    assert response.url == reverse("wagtailadmin_home")
    assert client.get(HOME).status_code == 200


def test_key_confirms_an_open_session(client, home, key_answers):
    user = UserFactory(role=Role.PUBLISHING)
    client.force_login(user)
    key_answers(Authenticator.objects.create(user=user, **MASTER_KEY))

    by_key = reverse("mfa_reauthenticate_webauthn")
    response = client.post(by_key, {"credential": ANSWER, "next": HOME})

    assert response.url == HOME
    assert client.get(HOME).status_code == 200


def test_password_no_longer_confirms_once_there_is_a_factor(client, sign_in):
    user = UserFactory(factor=True)
    client.force_login(user)

    response = client.get(reverse("account_reauthenticate"))

    assert response.url == reverse("mfa_reauthenticate")


def test_confirmation_starts_with_the_key_of_whoever_has_no_application(client, home):
    user = UserFactory(role=Role.PUBLISHING)
    Authenticator.objects.create(user=user, **MASTER_KEY)
    Authenticator.objects.create(user=user, type="recovery_codes", data={})
    client.force_login(user)

    response = client.get(HOME)

    assert response.url.startswith(reverse("mfa_reauthenticate_webauthn"))


def test_confirmation_offers_the_other_ways(client, home):
    user = UserFactory(factor=True)
    Authenticator.objects.create(user=user, **MASTER_KEY)
    client.force_login(user)

    response = client.get(reverse("mfa_reauthenticate"))

    assert response.context["reauthentication_alternatives"] == [
        {
            "id": "mfa_reauthenticate:webauthn",
            "description": "Avec ma clé de sécurité",
            "url": reverse("mfa_reauthenticate_webauthn"),
        }
    ]


def test_deactivation_closes_the_back_office(client, home):
    user = UserFactory(role=Role.PUBLISHING, factor=True)
    client.force_login(user)
    confirm = client.get(HOME).url
    client.post(confirm, {"code": current_demo_code(SECRET)})

    client.post(reverse("mfa_deactivate_totp"))

    assert client.get(HOME).url == reverse("mfa_index")


def test_records_belong_to_the_signed_in_account(client, sign_in):
    user = UserFactory(factor=True)
    sign_in(user)
    enter_code(client, current_demo_code(SECRET))

    request = client.get(reverse("account")).wsgi_request

    methods = [record["method"] for record in get_authentication_records(request, user)]
    assert methods == ["password", "mfa"]
