from django.contrib.auth import get_user
from django.core import mail
from django.urls import reverse

from tests.factories.users import UserFactory

NEW = "un-autre-mot-de-passe"


def ask(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def test_forgotten_password_is_replaced_with_a_code(client, home, last_code):
    user = UserFactory()
    ask(client, user.email)

    confirmed = client.post(reverse("account_confirm_password_reset_code"), {"code": last_code()})
    done = client.post(confirmed.url, {"password1": NEW, "password2": NEW})

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert done.url == reverse("account_password_reset_completed")
    assert mail.outbox[0].subject == "Votre code pour changer de mot de passe"
    assert mail.outbox[1].subject == "Votre mot de passe a changé"


def test_password_page_asks_for_the_code_first(client, home):
    user = UserFactory()
    ask(client, user.email)

    response = client.get(reverse("account_complete_password_reset"))

    assert response.url == reverse("account_confirm_password_reset_code")


def test_unknown_address_gets_the_same_answer_for_a_forgotten_password(client, home):
    answers = [ask(client, email) for email in (UserFactory().email, "inconnu@exemple.fr")]

    assert answers[0].url == answers[1].url


def test_fourth_forgotten_password_in_a_minute_is_refused(client, home):
    user = UserFactory()

    answers = [ask(client, user.email) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert "Trop de demandes" in answers[-1].content.decode()


def test_changed_password_is_announced_to_its_owner(client, sign_in):
    user = UserFactory()
    sign_in(user)
    passwords = {"oldpassword": "un-mot-de-passe-solide", "password1": NEW, "password2": NEW}

    response = client.post(reverse("account_change_password"), passwords)

    lines = mail.outbox[0].body.splitlines()
    assert response.url == reverse("account")
    assert get_user(client) == user
    assert lines[0] == "Le mot de passe de votre compte vient d’être changé."
    assert lines[-2] == "LEXOM"


def test_account_without_password_can_choose_one(client, home):
    user = UserFactory(password=None)
    client.force_login(user)

    redirect = client.get(reverse("account_change_password"))
    client.post(redirect.url, {"password1": NEW, "password2": NEW})

    user.refresh_from_db()
    assert redirect.url == reverse("account_set_password")
    assert user.check_password(NEW)
