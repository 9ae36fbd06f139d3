"""The half-years known when the software was written (law.md L-04), with where they were read."""

from datetime import date
from decimal import Decimal

from legal.rates.rules import HalfYear, Rates

READ_ON = date(2026, 9, 3)
SERIES = (
    "Séries de la BCE et du taux d’intérêt légal relevées le 3 septembre 2026 ; arrêté à vérifier"
)
DECEMBER_2025 = (
    "Arrêté du 15 décembre 2025 (taux légal) ; séries de la BCE relevées le 3 septembre 2026"
)


def _rates(year: int, half: int, ecb: str, legal: str, individual: str) -> Rates:
    return Rates(HalfYear(year, half), Decimal(ecb), Decimal(legal), Decimal(individual))


PUBLISHED_RATES = (
    (_rates(2025, 1, "3.15", "3.71", "7.21"), SERIES, READ_ON),
    (_rates(2025, 2, "2.15", "2.76", "6.65"), SERIES, READ_ON),
    (_rates(2026, 1, "2.15", "2.62", "6.67"), DECEMBER_2025, date(2025, 12, 15)),
    (_rates(2026, 2, "2.40", "2.75", "6.84"), SERIES, READ_ON),
)
