from django.contrib.auth import get_user
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse

import pytest
from allauth.account.models import EmailAddress

from tests.factories.users import SECRET, UserFactory
from users.demo_access import current_demo_code
from users.models import User
from users.roles import Role

ADD = "wagtailusers_users:add"
EDIT = "wagtailusers_users:edit"


@pytest.fixture
def manager(client, home):
    """A signed-in superuser who used a second factor."""
    user = UserFactory(is_superuser=True, factor=True)
    client.force_login(user)
    client.post(client.get("/gestion/").url, {"code": current_demo_code(SECRET)})
    return user


@pytest.fixture
def sales(db):
    return Group.objects.create(name=Role.SALES.value)


def entry(**changes):
    return {
        "email": "Recrue@Exemple.fr",
        "first_name": "Une",
        "last_name": "Recrue",
        "groups": [],
        **changes,
    }


def test_form_asks_for_an_address_and_no_password(client, manager):
    response = client.get(reverse(ADD))

    assert set(response.context["form"].fields) == {
        "email",
        "first_name",
        "last_name",
        "is_superuser",
        "groups",
    }


def test_created_account_can_sign_in_with_a_code_at_once(client, manager, sales, last_code):
    client.post(reverse(ADD), entry(groups=[sales.pk]))
    messages_sent = len(mail.outbox)
    client.post(reverse("account_logout"))
    client.post(reverse("account_request_login_code"), {"email": "recrue@exemple.fr"})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})

    recruit = get_user(client)
    assert recruit.email == "recrue@exemple.fr"
    assert list(recruit.groups.all()) == [sales]
    assert not recruit.has_usable_password()
    assert messages_sent == 0


def test_edited_address_is_the_only_one_that_opens_the_account(client, manager, sales):
    member = UserFactory(email="avant@exemple.fr")

    client.post(
        reverse(EDIT, args=[member.pk]),
        entry(email="apres@exemple.fr", groups=[sales.pk], is_active="on"),
    )

    member.refresh_from_db()
    assert member.email == "apres@exemple.fr"
    assert member.check_password("un-mot-de-passe-solide")
    assert list(EmailAddress.objects.filter(user=member).values_list("email", "verified")) == [
        ("apres@exemple.fr", True)
    ]


def test_address_of_another_account_is_refused(client, manager):
    UserFactory(email="recrue@exemple.fr")

    response = client.post(reverse(ADD), entry())

    assert response.context["form"].errors == {
        "email": ["Un compte utilise déjà cette adresse e-mail."]
    }
    assert User.objects.filter(email="recrue@exemple.fr").count() == 1


def test_list_speaks_of_addresses(client, manager):
    response = client.get(reverse("wagtailusers_users:index"))

    labels = [str(column.label) for column in response.context["table"].columns.values()]
    assert labels[2] == "Adresse e-mail"


def test_own_profile_changes_neither_address_nor_password(client, manager):
    response = client.get(reverse("wagtailadmin_account"))

    fields = {
        name
        for panel in response.context["panels_by_tab"].values()
        for item in panel
        for name in item.get_form().fields
    }
    assert fields & {"email", "old_password", "new_password1"} == set()


@pytest.mark.parametrize("role", list(Role))
def test_only_the_direction_manages_accounts(client, home, role):
    user = UserFactory(role=role, factor=True)
    client.force_login(user)
    confirm = client.get("/gestion/")
    if confirm.status_code == 302:
        client.post(confirm.url, {"code": current_demo_code(SECRET)})

    response = client.get(reverse("wagtailusers_users:index"))

    assert response.url == reverse("wagtailadmin_home")
