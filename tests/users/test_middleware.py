from urllib.parse import quote

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import reverse

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator

from tests.factories.users import PASSWORD, SECRET, UserFactory, join
from users.demo_access import current_demo_code
from users.roles import SENSITIVE_ROLES, Role

HOME = "/gestion/"
FREE, ACTIVATE, CONFIRM = "", "mfa_index", "mfa_reauthenticate"


@pytest.fixture
def prove(client):
    """Leaves in the session what allauth leaves after a code or a key."""

    def prove(user, method="mfa", **details):
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, user, method, **details)
        request.session.save()

    return prove


def destination(response):
    """Address that the visitor is sent to, empty when the way is free."""
    return "" if response.status_code == 200 else response.url.partition("?")[0]


def expected(name):
    return reverse(name) if name else ""


MATRIX = [
    # role, has a factor, used it, where the visitor lands
    (Role.EDITING, False, False, FREE),
    (Role.EDITING, True, False, FREE),
    (Role.SALES, False, False, FREE),
    (Role.SALES, True, True, FREE),
    (Role.PUBLISHING, False, False, ACTIVATE),
    (Role.PUBLISHING, True, False, CONFIRM),
    (Role.PUBLISHING, True, True, FREE),
    (Role.ACCOUNTING, False, False, ACTIVATE),
    (Role.ACCOUNTING, True, False, CONFIRM),
    (Role.ACCOUNTING, True, True, FREE),
]


@pytest.mark.parametrize(("role", "factor", "used", "landing"), MATRIX)
def test_role_and_factor_decide_who_enters(client, home, prove, role, factor, used, landing):
    user = UserFactory(role=role, factor=factor)
    client.force_login(user)
    if used:
        prove(user)

    response = client.get(HOME)

    assert destination(response) == expected(landing)


@pytest.mark.parametrize(
    ("factor", "used", "landing"),
    [(False, False, ACTIVATE), (True, False, CONFIRM), (True, True, FREE)],
)
def test_superuser_needs_a_factor(client, home, prove, factor, used, landing):
    user = UserFactory(is_superuser=True, factor=factor)
    client.force_login(user)
    if used:
        prove(user)

    response = client.get(HOME)

    assert destination(response) == expected(landing)


def test_matrix_covers_every_sensitive_role():
    tested = {role for role, *_, landing in MATRIX if landing == ACTIVATE}

    assert tested == SENSITIVE_ROLES


@pytest.mark.parametrize("method", ["code", "password"])
def test_code_by_e_mail_or_password_is_no_second_factor(client, home, prove, method):
    user = UserFactory(role=Role.PUBLISHING, factor=True)
    client.force_login(user)
    prove(user, method)

    response = client.get(HOME)

    assert destination(response) == reverse(CONFIRM)


def test_proof_of_another_account_does_not_count(client, home, prove):
    prove(UserFactory(role=Role.PUBLISHING, factor=True))
    client.force_login(UserFactory(role=Role.PUBLISHING, factor=True))

    response = client.get(HOME)

    assert destination(response) == reverse(CONFIRM)


def test_proof_ends_with_the_session(client, home, prove):
    user = UserFactory(role=Role.PUBLISHING, factor=True)
    client.force_login(user)
    prove(user)
    client.post(reverse("account_logout"))
    client.force_login(user)

    response = client.get(HOME)

    assert destination(response) == reverse(CONFIRM)


def test_promotion_during_the_session_closes_the_door(client, home):
    user = UserFactory(role=Role.EDITING)
    client.force_login(user)
    before = client.get(HOME)
    join(user, Role.PUBLISHING)

    after = client.get(HOME)

    assert destination(before) == FREE
    assert destination(after) == reverse(ACTIVATE)


def test_factor_removed_during_the_session_closes_the_door(client, home, prove):
    user = UserFactory(role=Role.PUBLISHING, factor=True)
    client.force_login(user)
    prove(user)
    before = client.get(HOME)
    Authenticator.objects.all().delete()

    after = client.get(HOME)

    assert destination(before) == FREE
    assert destination(after) == reverse(ACTIVATE)


def test_recovery_codes_alone_are_no_factor(client, home, prove):
    user = UserFactory(role=Role.PUBLISHING)
    Authenticator.objects.create(user=user, type="recovery_codes", data={})
    client.force_login(user)
    prove(user)

    response = client.get(HOME)

    assert destination(response) == reverse(ACTIVATE)


def test_confirmation_brings_back_to_the_page_asked_for(client, home):
    user = UserFactory(role=Role.PUBLISHING, factor=True)
    client.force_login(user)
    page = "/gestion/reports/site-history/?user=1&order=a b"

    detour = client.get(page)
    response = client.post(
        detour.url, {"code": current_demo_code(SECRET), "next": detour.wsgi_request.get_full_path()}
    )

    wanted = "/gestion/reports/site-history/?user=1&order=a%20b"
    assert detour.url == f"{reverse(CONFIRM)}?next={quote(wanted, safe='')}"
    assert response.url == wanted
    assert client.get(HOME).status_code == 200


def test_form_sent_without_proof_is_not_sent_again(client, home):
    client.force_login(UserFactory(role=Role.PUBLISHING, factor=True))

    response = client.post("/gestion/pages/1/delete/")

    assert response.url == f"{reverse(CONFIRM)}?next={quote(HOME, safe='')}"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Requested-With": "XMLHttpRequest"},
        {"Accept": "application/json"},
        {"Sec-Fetch-Mode": "cors"},
    ],
)
def test_script_gets_a_refusal_instead_of_a_page(client, home, headers):
    client.force_login(UserFactory(role=Role.PUBLISHING, factor=True))

    response = client.get("/gestion/api/main/pages/", headers=headers)

    assert response.status_code == 403
    assert response.json() == {
        "message": "Confirmez votre identité : votre rôle demande un second facteur de connexion."
    }


def test_customer_is_sent_to_the_account_page_with_a_reason(client, home):
    client.force_login(UserFactory())

    response = client.get(HOME)

    assert response.url == reverse("account")
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Votre compte ne donne pas accès à la gestion."
    ]


def test_visitor_is_sent_to_the_sign_in_page(client, home):
    response = client.get("/gestion/pages/")

    assert response.url == f"{reverse('account_login')}?next=/gestion/pages/"


def test_leaving_the_back_office_needs_no_factor(client, home):
    client.force_login(UserFactory(role=Role.PUBLISHING))

    client.post(reverse("wagtailadmin_logout"))

    assert "_auth_user_id" not in client.session


def test_public_pages_ignore_the_factor(client, home):
    client.force_login(UserFactory(role=Role.PUBLISHING))

    assert client.get("/").status_code == 200


@pytest.mark.parametrize("door", ["/gestion/login/", "/_util/login/"])
def test_other_sign_in_pages_lead_to_ours(client, home, door):
    response = client.get(f"{door}?next=/gestion/pages/")

    assert response.url == f"{reverse('account_login')}?next=/gestion/pages/"


@pytest.mark.parametrize("door", ["/gestion/login/", "/_util/login/"])
def test_other_sign_in_pages_take_no_password(client, home, door):
    user = UserFactory()

    client.post(door, {"username": user.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["", "done/", "confirm/MQ/abc/", "complete/"])
def test_password_pages_of_the_back_office_are_closed(client, home, path):
    response = client.get(f"/gestion/password_reset/{path}")

    assert response.status_code == 404
