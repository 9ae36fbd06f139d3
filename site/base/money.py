"""Amounts are ``Decimal`` euros with two places; cents exist only at the payment provider."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def round_cents(amount: Decimal) -> Decimal:
    """Nearest cent, half a cent away from zero: the only rounding of prices and taxes."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def floor_cents(amount: Decimal) -> Decimal:
    """Cent below, for amounts that the law caps (C. trav. L6353-6, law.md T-06)."""
    return amount.quantize(CENT, rounding=ROUND_DOWN)
