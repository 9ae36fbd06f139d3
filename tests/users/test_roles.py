from django.contrib.auth.models import Group
from django.core.management import call_command

import pytest

from tests.factories.users import UserFactory
from users.roles import SENSITIVE_ROLES, Role
from users.second_factor import needs_second_factor


def test_roles_are_those_of_the_company():
    assert [role.value for role in Role] == [
        "Rédaction",
        "Publication",
        "Commercial",
        "Comptabilité",
    ]


def test_installation_creates_exactly_the_roles(db):
    call_command("setup_site", verbosity=0)

    assert set(Group.objects.values_list("name", flat=True)) == {role.value for role in Role}


@pytest.mark.parametrize("role", list(Role))
def test_factor_is_needed_in_sensitive_roles_only(db, role):
    user = UserFactory(role=role)

    assert needs_second_factor(user) is (role in SENSITIVE_ROLES)
