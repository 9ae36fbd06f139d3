"""A company with a contract of three people, the money it pays, and a consumer's order."""

from tests.shop.proposals.conftest import (  # noqa: F401
    ask,
    request_of,
    seal_in_force,
    seal_keys,
)
