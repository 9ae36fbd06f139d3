from base.organisation import Organisation
from base.typography import NBSP, euros
from documents.letterhead import Letterhead


def letterhead(organisation: Organisation) -> Letterhead:
    return Letterhead(
        name=organisation.legal_name,
        identity=identity_line(organisation),
        nda_mention=organisation.nda_mention,
        address=organisation.postal_address,
        phone=organisation.phone,
        email=organisation.email,
        disability_contact=organisation.disability_contact,
    )


def identity_line(organisation: Organisation) -> str:
    """Mentions of commercial papers (C. com. R123-237); a fact that is not known is left out."""
    labelled = (
        ("Siège social : ", organisation.postal_address),
        ("SIRET : ", organisation.spaced_siret.replace(" ", NBSP)),
        (f"RCS{NBSP}", organisation.rcs_city),
        (f"Code{NBSP}NAF : ", organisation.naf_code),
        ("N° TVA intracommunautaire : ", organisation.vat_number),
    )
    known = (label + value for label, value in labelled if value)
    return " – ".join([_company(organisation), *known])


def _company(organisation: Organisation) -> str:
    company = f"{organisation.legal_form} {organisation.legal_name}".strip()
    capital = organisation.capital
    return company if capital is None else f"{company} au capital de {euros(capital)}"
