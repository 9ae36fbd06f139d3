from collections.abc import Callable
from uuid import uuid4

import pytest

from shop.withdrawal.actions import declare
from shop.withdrawal.models import WithdrawalDeclaration
from tests.factories.withdrawal import IN_TIME

TYPED = {
    "name": "Camille Rousselot",
    "email": "camille@exemple.fr",
    "contract": "la formation tableur de janvier",
    "comment": "",
}


@pytest.fixture
def declaring(home) -> Callable[..., WithdrawalDeclaration]:
    """Declares, from a new form unless said otherwise; named arguments replace what is typed."""

    def declaring(**changes: object) -> WithdrawalDeclaration:
        return declare(**TYPED | {"form_key": uuid4().hex, "now": IN_TIME} | changes)

    return declaring
