from django.core.exceptions import ValidationError
from django.db import IntegrityError

import pytest

from tests.factories.users import UserFactory
from users.models import User


@pytest.fixture
def user(db):
    return User.objects.create_user("Prenom.Nom@Exemple.FR", first_name="Prénom", last_name="Nom")


def test_address_is_kept_in_lower_case(user):
    assert user.email == "prenom.nom@exemple.fr"


def test_account_is_found_whatever_the_capitals(user):
    assert User.objects.get_by_natural_key("PRENOM.nom@exemple.fr") == user


def test_form_of_an_account_keeps_the_address_in_lower_case(user):
    user.email = "AUTRE@Exemple.fr"

    user.full_clean(exclude=["password"])

    assert user.email == "autre@exemple.fr"


def test_second_account_with_the_same_address_is_refused(user):
    twin = User(email="PRENOM.NOM@exemple.fr")

    with pytest.raises(ValidationError) as refusal:
        twin.full_clean(exclude=["password"])

    assert refusal.value.message_dict == {"email": ["Un compte utilise déjà cette adresse e-mail."]}


def test_database_refuses_capitals(db):
    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(email="Majuscule@exemple.fr")])


def test_account_without_password_cannot_use_one(user):
    assert not user.has_usable_password()


def test_superuser_is_staff(db):
    user = User.objects.create_superuser("direction@exemple.fr")

    assert (user.is_staff, user.is_superuser) == (True, True)


@pytest.mark.parametrize(
    ("names", "shown"),
    [({"first_name": "Prénom", "last_name": "Nom"}, "Prénom Nom"), ({}, "a@exemple.fr")],
)
def test_account_is_shown_by_name_or_address(names, shown):
    assert str(UserFactory.build(email="a@exemple.fr", **names)) == shown
