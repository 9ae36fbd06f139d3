from django.core.management import CommandError, call_command

import pytest

from tests.factories.users import UserFactory
from users.second_factor import has_second_factor

COMMAND = "remove_second_factor"


def test_command_removes_the_factor_and_says_so(db, capsys):
    user = UserFactory(email="perdu@exemple.fr", factor=True)

    call_command(COMMAND, "Perdu@exemple.fr")

    assert not has_second_factor(user)
    assert capsys.readouterr().out == "perdu@exemple.fr : 1 moyen(s) de confirmation retiré(s).\n"


def test_command_refuses_an_unknown_address(db):
    with pytest.raises(CommandError, match="Aucun compte"):
        call_command(COMMAND, "inconnu@exemple.fr")
