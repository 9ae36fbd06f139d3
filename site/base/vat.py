"""Value added tax on training: pure rules, law.md P-02 to P-05."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from base.money import round_cents

STANDARD_RATE = Decimal("0.20")
EXEMPT_RATE = Decimal("0.00")


class VatRegime(StrEnum):
    """Position of the company (CGI 278, or 261-4-4° a with the DREETS attestation)."""

    STANDARD = "standard_20"
    EXEMPT_TRAINING = "exempt_fpc"

    @property
    def label(self) -> str:
        return {
            VatRegime.STANDARD: "TVA au taux normal de 20 %",
            VatRegime.EXEMPT_TRAINING: "exonération de la formation professionnelle continue",
        }[self]


class VatCategory(StrEnum):
    """Nature of a course: only continuing vocational training can be exempt."""

    TRAINING = "training"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            VatCategory.TRAINING: "formation professionnelle continue",
            VatCategory.OTHER: "autre prestation, toujours soumise à la TVA",
        }[self]


@dataclass(frozen=True)
class VatPosition:
    """The company's regime; ``exempt_from`` is the Paris date on which the attestation took effect."""

    regime: VatRegime = VatRegime.STANDARD
    exempt_from: date | None = None

    def rate(self, category: str, on: date) -> Decimal:
        """Rate that applies to a sale made on the Paris date ``on`` (P-03)."""
        exempt = (
            self.regime == VatRegime.EXEMPT_TRAINING
            and category == VatCategory.TRAINING
            and self.exempt_from is not None
            and on >= self.exempt_from
        )
        return EXEMPT_RATE if exempt else STANDARD_RATE

    def price(self, excl_vat: Decimal | None, category: str, on: date) -> "Price | None":
        """A price with the tax of a sale on the Paris date ``on``; None while it is not fixed."""
        return None if excl_vat is None else Price(excl_vat, self.rate(category, on))


@dataclass(frozen=True)
class Price:
    """One price with its tax; a list price is fixed excluding VAT (CGV 3.1)."""

    excl_vat: Decimal
    rate: Decimal

    @property
    def incl_vat(self) -> Decimal:
        return round_cents(self.excl_vat * (1 + self.rate))

    @property
    def vat(self) -> Decimal:
        return self.incl_vat - self.excl_vat

    @property
    def is_exempt(self) -> bool:
        return self.rate == EXEMPT_RATE
