from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from tests.factories.users import UserFactory
from users.actions import remove_second_factor, trust_address


def addresses(user):
    return list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary"))


def test_trusted_address_replaces_the_former_one(db):
    user = UserFactory()
    user.email = "autre@exemple.fr"
    user.save()

    trust_address(user=user)

    assert addresses(user) == [("autre@exemple.fr", True, True)]


def test_trusting_twice_changes_nothing(db):
    user = UserFactory()

    trust_address(user=user)

    assert addresses(user) == [(user.email, True, True)]


def test_address_that_waited_for_confirmation_is_trusted(db):
    user = UserFactory()
    EmailAddress.objects.filter(user=user).update(verified=False, primary=False)

    trust_address(user=user)

    assert addresses(user) == [(user.email, True, True)]


def test_second_factor_of_one_account_is_removed(db):
    user, other = UserFactory(factor=True), UserFactory(factor=True)

    removed = remove_second_factor(user=user)

    assert removed == 1
    assert list(Authenticator.objects.values_list("user", flat=True)) == [other.pk]
