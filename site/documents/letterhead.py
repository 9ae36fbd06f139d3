"""What every document prints about the company that issues it. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from base.typography import NBSP, euros


@dataclass(frozen=True)
class Letterhead:
    """``identity`` is the legal line of the footer; ``nda_mention`` follows law.md T-04."""

    name: str
    identity: str = ""
    nda_mention: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    disability_contact: str = ""


def identity_line(
    *,
    legal_form: str,
    name: str,
    capital: Decimal | None,
    address: str,
    spaced_siret: str,
    rcs_city: str,
    naf_code: str,
    vat_number: str,
) -> str:
    """Mentions of commercial papers (C. com. R123-237); a fact that is not known is left out."""
    company = f"{legal_form} {name}".strip()
    labelled = (
        ("Siège social : ", address),
        ("SIRET : ", spaced_siret.replace(" ", NBSP)),
        (f"RCS{NBSP}", rcs_city),
        (f"Code{NBSP}NAF : ", naf_code),
        ("N° TVA intracommunautaire : ", vat_number),
    )
    known = (label + value for label, value in labelled if value)
    return " – ".join([_with_capital(company, capital), *known])


def _with_capital(company: str, capital: Decimal | None) -> str:
    return company if capital is None else f"{company} au capital de {euros(capital)}"
