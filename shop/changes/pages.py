"""What pages show of the rules: the table before buying, the article that is applied."""

from __future__ import annotations

from dataclasses import dataclass

from legal.terms.text import Article
from shop.changes.policy import PolicyRow, company_rows, consumer_rows
from shop.changes.reading import policy_of_contract
from shop.orders.models import Order
from shop.payments.models import Contract


@dataclass(frozen=True)
class Clause:
    """An article as the client accepted it; without its words when the version has no such number."""

    number: str
    article: Article | None
    url: str


def clause_of(contract: Contract, number: str) -> Clause:
    version = contract.terms_version
    if version is None:
        return Clause(number, None, "/cgv/")
    found = next((item for item in version.text.articles if item.number == number), None)
    anchor = f"#{found.anchor}" if found else ""
    return Clause(number, found, f"{version.get_absolute_url()}{anchor}")


def policy_rows(contract: Contract) -> list[PolicyRow]:
    """Of what was sold."""
    rows = consumer_rows if isinstance(contract, Order) else company_rows
    return list(rows(policy_of_contract(contract)))
