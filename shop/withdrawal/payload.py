"""What was declared, signed, between the two pages: no session, no cookie, nothing stored before
the act itself."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from hashlib import sha256

from django.core import signing

SUMMARY_SALT = "withdrawal-summary"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """``origin`` names the form that was opened; ``token`` the order of the link, if any."""

    name: str
    email: str
    contract: str
    comment: str
    token: str
    origin: str

    @property
    def form_key(self) -> str:
        """The same text from the same form is one declaration; a corrected one is another."""
        facts = (self.name, self.email, self.contract, self.comment, self.token, self.origin)
        return sha256(repr(facts).encode()).hexdigest()


def new_origin() -> str:
    return secrets.token_urlsafe(16)


def sign(summary: Summary) -> str:
    return signing.dumps(asdict(summary), salt=SUMMARY_SALT, compress=True)


def read(signed: str) -> Summary | None:
    """``None`` for anything that we did not sign. Never expires: the right does not either."""
    try:
        return Summary(**signing.loads(signed, salt=SUMMARY_SALT))
    except signing.BadSignature:
        return None
