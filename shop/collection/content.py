"""What a letter of collection says: one frozen content, printed and kept. Pure.

Amounts are ``Decimal`` euros, tax included; days are Paris dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cattrs.preconf.json import make_converter

from documents.letterhead import Letterhead
from shop.collection.rules import ANSWER_DAYS, Segment

ZERO = Decimal("0.00")
LABELS = {"notice": "Mise en demeure", "resolution": "Résolution du contrat"}


@dataclass(frozen=True)
class LetterContent:
    """``kind`` is a ``LetterKind``. ``interest`` runs until ``dated``; of a consumer there is none yet.

    ``billed`` are penalties already invoiced and not paid; ``noticed_on`` the day on which the
    formal notice arrived, for the letter that ends the contract.
    """

    kind: str
    number: str
    dated: date
    issuer: Letterhead
    town: str
    client: str
    client_lines: tuple[str, ...]
    is_professional: bool
    contract_reference: str
    contract_title: str
    terms_number: str
    invoice_number: str
    invoice_date: date
    due_on: date
    unpaid: Decimal
    interest: Decimal = ZERO
    recovery: Decimal = ZERO
    billed: Decimal = ZERO
    segments: tuple[Segment, ...] = ()
    noticed_on: date | None = None
    reason: str = ""
    answer_days: int = ANSWER_DAYS

    @property
    def title(self) -> str:
        return LABELS[self.kind]

    @property
    def is_notice(self) -> bool:
        return self.kind == "notice"

    @property
    def total(self) -> Decimal:
        return self.unpaid + self.interest + self.recovery + self.billed


_converter = make_converter()
_converter.register_unstructure_hook(Decimal, str)
_converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))


def to_json(content: LetterContent) -> dict[str, Any]:
    facts: dict[str, Any] = _converter.unstructure(content)
    return facts


def from_json(facts: dict[str, Any]) -> LetterContent:
    """Raises cattrs.ClassValidationError."""
    return _converter.structure(facts, LetterContent)
