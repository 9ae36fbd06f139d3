import re

from django.contrib.staticfiles.finders import find
from django.core import mail
from django.urls import reverse

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup

from tests.factories.users import SECRET, UserFactory
from users.demo_access import current_demo_code
from users.roles import Role

# What allauth's own templates would say, in either language.
FOREIGN = re.compile(
    r"\b(Sign|Email|Password|Menu :|Authenticator App|Two-Factor|Change|Remove|Your|Please)\b"
)
EXECUTABLE = {None, "", "text/javascript", "module"}

ENTRANCE = {
    "account_login": "Connexion",
    "account_request_login_code": "Recevoir un code de connexion",
    "account_signup": "Créer un compte",
    "account_reset_password": "Mot de passe oublié",
    "account_password_reset_completed": "Nouveau mot de passe",
    "account_inactive": "Compte désactivé",
}
MANAGE = {
    "account": "Mon compte",
    "account_email": "Changer d’adresse e-mail",
    "account_change_password": "Changer de mot de passe",
    "account_logout": "Déconnexion",
    "mfa_index": "Second facteur",
    "mfa_activate_totp": "Activer une application de codes",
    "mfa_add_webauthn": "Ajouter une clé de sécurité",
    "mfa_list_webauthn": "Clés de sécurité",
    "account_reauthenticate": "Confirmer votre identité",
}
WITH_FACTOR = {
    "mfa_index": "Second facteur",
    "mfa_reauthenticate": "Confirmer votre identité",
    "mfa_reauthenticate_webauthn": "Confirmer votre identité",
    "mfa_deactivate_totp": "Désactiver l’application de codes",
    "mfa_view_recovery_codes": "Codes de secours",
    "mfa_generate_recovery_codes": "Créer des codes de secours",
    "mfa_list_webauthn": "Clés de sécurité",
}


def check(response, heading):
    """One of our pages, in French, with nothing that the content security policy forbids."""
    page = BeautifulSoup(response.content, "html.parser")
    main = page.main
    assert page.html["lang"] == "fr"
    assert main.h1.get_text(strip=True) == heading
    assert page.select_one(".site-header") is not None
    assert page.find("meta", {"name": "robots"})["content"] == "noindex"
    assert FOREIGN.findall(main.get_text(" ")) == []
    assert inline_code(page) == []
    assert unlabelled(main) == []


def inline_code(page):
    scripts = [
        tag
        for tag in page.find_all("script")
        if tag.get("type") in EXECUTABLE and not tag.get("src")
    ]
    handlers = [
        tag for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)
    ]
    styles = page.find_all("style") + page.find_all(style=True)
    return [str(tag) for tag in scripts + handlers + styles]


def unlabelled(main):
    fields = main.select("input:not([type=hidden]), textarea, select")
    labels = {label["for"] for label in main.find_all("label")}
    return [str(field) for field in fields if field["id"] not in labels]


@pytest.fixture
def fully_equipped(client, home):
    """A signed-in account with an application, a key and recovery codes, just confirmed."""
    user = UserFactory(password=None, role=Role.PUBLISHING)
    client.force_login(user)
    form = client.get(reverse("mfa_activate_totp")).context["form"]
    code = {"code": current_demo_code(form.secret)}
    client.post(reverse("mfa_activate_totp"), code)
    data = {"name": "Clé du bureau", "credential": {}}
    key = Authenticator.objects.create(user=user, type="webauthn", data=data)
    client.post(reverse("mfa_reauthenticate"), code)
    return key


@pytest.mark.parametrize(("name", "heading"), ENTRANCE.items())
def test_entrance_page_is_ours(client, home, name, heading):
    check(client.get(reverse(name)), heading)


@pytest.mark.parametrize(("name", "heading"), MANAGE.items())
def test_account_page_is_ours(client, sign_in, name, heading):
    sign_in(UserFactory())
    if name.startswith("mfa_a"):
        client.post(reverse("account_reauthenticate"), {"password": "un-mot-de-passe-solide"})

    check(client.get(reverse(name)), heading)


@pytest.mark.parametrize(("name", "heading"), WITH_FACTOR.items())
def test_page_of_a_second_factor_is_ours(client, fully_equipped, monkeypatch, name, heading):
    no_key = "allauth.mfa.webauthn.internal.auth.get_credentials"
    monkeypatch.setattr(no_key, lambda user: [])

    check(client.get(reverse(name)), heading)


@pytest.mark.parametrize(
    ("name", "heading"),
    [("mfa_edit_webauthn", "Renommer une clé"), ("mfa_remove_webauthn", "Retirer une clé")],
)
def test_page_of_a_key_is_ours(client, fully_equipped, name, heading):
    check(client.get(reverse(name, args=[fully_equipped.pk])), heading)


def test_page_for_choosing_a_first_password_is_ours(client, home):
    client.force_login(UserFactory(password=None))

    check(client.get(reverse("account_set_password")), "Choisir un mot de passe")


def test_code_page_is_ours(client, ask_code):
    page = ask_code(UserFactory().email).url

    check(client.get(page), "Code de connexion")


def test_refused_code_page_is_ours(client, ask_code):
    page = ask_code(UserFactory().email).url

    check(client.post(page, {"code": "BBBB-BBBB"}), "Code de connexion")


def test_verification_page_is_ours(client, home):
    client.post(reverse("account_signup"), {"email": "nouvelle@exemple.fr"})

    check(client.get(reverse("account_email_verification_sent")), "Confirmer votre adresse")


def test_pages_of_a_forgotten_password_are_ours(client, home, last_code):
    client.post(reverse("account_reset_password"), {"email": UserFactory().email})
    confirm = reverse("account_confirm_password_reset_code")

    check(client.get(confirm), "Mot de passe oublié")
    complete = client.post(confirm, {"code": last_code()}).url
    check(client.get(complete), "Nouveau mot de passe")


def test_second_factor_page_at_the_entrance_is_ours(client, sign_in):
    page = sign_in(UserFactory(factor=True)).url

    check(client.get(page), "Second facteur")


def test_page_for_too_many_requests_is_ours(client, home):
    email = UserFactory().email
    answers = [client.post(reverse("account_reset_password"), {"email": email}) for _ in range(4)]

    check(answers[-1], "Trop de demandes")


def test_scripts_of_keys_are_files_that_exist(client, home):
    page = BeautifulSoup(client.get(reverse("account_login")).content, "html.parser")

    scripts = [tag["src"] for tag in page.find_all("script", src=True)]
    assert scripts == [
        "/static/mfa/js/webauthn-json.js",
        "/static/mfa/js/webauthn.js",
        "/static/account/js/onload.js",
        "/static/users/keys.js",
    ]
    assert all(find(script.removeprefix("/static/")) for script in scripts)


def test_policy_of_account_pages_forbids_inline_code(client, home):
    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "script-src 'self'" in policy


def test_account_pages_are_not_kept_by_browsers(client, home):
    client.force_login(UserFactory())

    assert "no-store" in client.get(reverse("account")).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("role", "factor", "state"),
    [
        (None, False, "Non activé (facultatif)"),
        (Role.SALES, False, "Non activé (facultatif)"),
        (Role.PUBLISHING, False, "À activer\xa0: votre rôle le demande"),
        (None, True, "Activé"),
    ],
)
def test_account_page_says_whether_a_factor_is_needed(client, home, role, factor, state):
    client.force_login(UserFactory(role=role, factor=factor))

    page = BeautifulSoup(client.get(reverse("account")).content, "html.parser")

    assert page.select("dd")[-1].get_text(strip=True) == state


@pytest.mark.parametrize("role", [None, Role.EDITING])
def test_account_page_opens_the_back_office_to_staff_only(client, home, role):
    client.force_login(UserFactory(role=role))

    page = BeautifulSoup(client.get(reverse("account")).content, "html.parser")

    links = page.main.find_all("a", href="/gestion/")
    assert len(links) == (1 if role else 0)
    assert ("Aucune inscription" in page.main.get_text()) is (role is None)


def test_messages_are_plain_text_signed_by_the_company(client, sign_in):
    user = UserFactory()
    sign_in(user)
    new = "un-autre-mot-de-passe"
    passwords = {"oldpassword": "un-mot-de-passe-solide", "password1": new, "password2": new}

    client.post(reverse("account_change_password"), passwords)

    message = mail.outbox[0]
    assert message.alternatives == []
    assert message.body.splitlines()[-2:] == ["LEXOM", "http://127.0.0.1:8000"]
    assert "Adresse IP\xa0: 127.0.0.1" in message.body
    assert "&" not in message.body


def test_secret_of_the_application_is_written_under_its_image(client, home):
    client.force_login(UserFactory(password=None))

    page = BeautifulSoup(client.get(reverse("mfa_activate_totp")).content, "html.parser")

    image = page.main.img
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert len(page.main.code.get_text()) == len(SECRET)


def test_recovery_codes_come_as_a_text_file(client, fully_equipped):
    response = client.get(reverse("mfa_download_recovery_codes"))

    lines = response.content.decode().splitlines()
    assert response.headers["Content-Disposition"] == 'attachment; filename="codes-de-secours.txt"'
    assert lines[0] == f"LEXOM – codes de secours de {fully_equipped.user.email}"
    assert len(lines[3:]) == 10
