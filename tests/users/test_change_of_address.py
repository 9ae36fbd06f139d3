from django.core import mail
from django.urls import reverse

from allauth.account.models import EmailAddress

from tests.factories.users import UserFactory

NEW = "autre@exemple.fr"
VERIFY = "account_email_verification_sent"


def test_confirmed_address_replaces_the_former_one(client, home, last_code):
    user = UserFactory(password=None)
    former = user.email
    client.force_login(user)

    client.post(reverse("account_email"), {"action_add": "", "email": NEW})
    code = last_code()
    client.post(reverse(VERIFY), {"code": code})

    user.refresh_from_db()
    assert user.email == NEW
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        (NEW, True, True)
    ]
    assert mail.outbox[-1].to == [former]
    assert mail.outbox[-1].subject == "Votre adresse e-mail a changé"


def test_unconfirmed_address_changes_nothing(client, home):
    user = UserFactory(password=None)
    client.force_login(user)

    client.post(reverse("account_email"), {"action_add": "", "email": NEW})

    user.refresh_from_db()
    assert user.email != NEW
    assert not EmailAddress.objects.filter(email=NEW).exists()


def test_change_of_address_asks_for_the_password_again(client, sign_in):
    sign_in(UserFactory())

    response = client.post(reverse("account_email"), {"action_add": "", "email": NEW})

    assert response.url.startswith(reverse("account_reauthenticate"))
    assert mail.outbox == []
