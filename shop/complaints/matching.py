"""Which contract a complaint cites. Pure: an e-mail address decides elsewhere whether it is theirs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from shop.withdrawal.matching import cited_references

_DASH = r"\W{0,3}"
_NUMBER = rf"{_DASH}(\d{{4}}){_DASH}(\d{{4,5}})(?!\d)"
_PROPOSAL = re.compile(rf"(?<![A-Z0-9])PC{_NUMBER}")
_INVOICE = re.compile(rf"(?<![A-Z0-9])(F|AV){_NUMBER}")


@dataclass(frozen=True)
class Cited:
    """Numbers as they are stored."""

    orders: frozenset[str] = frozenset()
    proposals: frozenset[str] = frozenset()
    invoices: frozenset[str] = frozenset()


def cited(text: str) -> Cited:
    """However the references are typed: small letters, other dashes, none."""
    capitals = unicodedata.normalize("NFKC", text).upper()
    return Cited(
        orders=cited_references(text),
        proposals=frozenset(f"PC-{year}-{rank}" for year, rank in _PROPOSAL.findall(capitals)),
        invoices=frozenset(
            f"{kind}-{year}-{rank}" for kind, year, rank in _INVOICE.findall(capitals)
        ),
    )


def same_address(one: str, other: str) -> bool:
    """Capitals aside; an empty address is nobody's."""
    return bool(one.strip()) and one.strip().casefold() == other.strip().casefold()
