from datetime import UTC, datetime

from django.core.exceptions import ImproperlyConfigured

import pytest
import time_machine
from allauth.mfa.models import Authenticator

from tests.factories.users import SECRET, UserFactory
from users.demo_access import current_demo_code, give_demo_second_factor

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")]
)
def test_code_follows_rfc_6238(second, code):
    with time_machine.travel(datetime.fromtimestamp(second, UTC), tick=False):
        assert current_demo_code(RFC_SECRET) == code


def test_demo_factor_is_refused_where_demo_logins_are(db, settings):
    settings.DEMO_LOGINS = False

    with pytest.raises(ImproperlyConfigured, match="interdits"):
        give_demo_second_factor(UserFactory(), SECRET)

    assert not Authenticator.objects.exists()


def test_production_refuses_demo_logins():
    from config.settings import base

    assert base.DEMO_LOGINS is False
