"""What a training agreement says (C. trav. L6353-1, D6353-1, law.md T-10). Pure.

Amounts are ``Decimal`` euros; days are Paris dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shop.proposals.content import ProposalContent, converter


@dataclass(frozen=True)
class Signature:
    """Who signed the proposal for the client, and on which day."""

    name: str
    signed_on: date
    function: str = ""


@dataclass(frozen=True)
class AgreementContent:
    """The proposal as it was signed, and what has been added since: ``participants`` are those named
    on ``issued_on``. ``deposit_received_on`` is None when LEXOM did not wait for the deposit;
    ``is_moved`` when the session is no longer the one that was signed.
    """

    number: str
    issued_on: date
    proposal: ProposalContent
    signature: Signature
    participants: tuple[str, ...]
    terms_sha256: str
    trainee_contact: str
    deposit_received_on: date | None = None
    is_moved: bool = False

    @property
    def running_title(self) -> str:
        return f"Convention de formation professionnelle · {self.number}"

    @property
    def names_to_come(self) -> int:
        return max(self.proposal.headcount - len(self.participants), 0)


def to_json(content: AgreementContent) -> dict[str, Any]:
    """What JSON can say, as for a proposal."""
    facts: dict[str, Any] = converter.unstructure(content)
    return facts


def from_json(facts: dict[str, Any]) -> AgreementContent:
    """The very content that ``to_json`` was given. Raises cattrs.ClassValidationError."""
    return converter.structure(facts, AgreementContent)
