import pytest
from cryptography.fernet import InvalidToken

from tests.factories.users import SECRET, UserFactory
from users.second_factor_adapter import SecondFactorAdapter


@pytest.fixture
def adapter():
    return SecondFactorAdapter()


def test_secret_is_not_readable_in_the_database(db):
    user = UserFactory(factor=True)

    stored = user.authenticator_set.get().data["secret"]

    assert SECRET not in stored


def test_secret_comes_back(adapter):
    assert adapter.decrypt(adapter.encrypt(SECRET)) == SECRET


def test_former_secret_key_still_reads(adapter, settings):
    stored = adapter.encrypt(SECRET)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "une-autre-clef"

    assert adapter.decrypt(stored) == SECRET


def test_other_secret_key_does_not_read(adapter, settings):
    stored = adapter.encrypt(SECRET)
    settings.SECRET_KEY = "une-autre-clef"

    with pytest.raises(InvalidToken):
        adapter.decrypt(stored)
