from django.contrib.auth import get_user
from django.urls import reverse

from tests.factories.users import PASSWORD, UserFactory

REFUSAL = "L’adresse e-mail ou le mot de passe sont incorrects."


def test_right_password_signs_in(client, sign_in):
    user = UserFactory()

    response = sign_in(user)

    assert response.url == reverse("account")
    assert get_user(client) == user


def test_wrong_password_and_unknown_address_get_the_same_answer(sign_in):
    user, stranger = UserFactory(), UserFactory.build(email="inconnu@exemple.fr")

    answers = [sign_in(person, password="pas-le-bon") for person in (user, stranger)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [list(answer.context["form"].non_field_errors()) for answer in answers] == [
        [REFUSAL],
        [REFUSAL],
    ]


def test_sixth_attempt_is_refused_even_with_the_right_password(client, sign_in):
    user = UserFactory()

    for _ in range(5):
        sign_in(user, password="pas-le-bon")
    response = sign_in(user, password=PASSWORD)

    assert list(response.context["form"].non_field_errors()) == [
        "Trop de tentatives. Réessayez dans quelques minutes."
    ]
    assert get_user(client).is_anonymous


def test_attempts_on_one_account_do_not_block_another(client, sign_in):
    attacked, other = UserFactory(), UserFactory()

    for _ in range(5):
        sign_in(attacked, password="pas-le-bon")
    sign_in(other)

    assert get_user(client) == other


def test_closed_account_is_told_so_only_with_the_right_password(client, sign_in):
    user = UserFactory(is_active=False)

    refused = sign_in(user, password="pas-le-bon")
    closed = sign_in(user)

    assert list(refused.context["form"].non_field_errors()) == [REFUSAL]
    assert closed.url == reverse("account_inactive")
    assert get_user(client).is_anonymous


def test_account_closed_during_the_session_is_out(client, sign_in):
    user = UserFactory()
    sign_in(user)
    user.is_active = False
    user.save()

    response = client.get(reverse("account"))

    assert response.url == f"{reverse('account_login')}?next={reverse('account')}"
