from base.organisation import Organisation
from documents.letterhead import Letterhead, identity_line


def letterhead(organisation: Organisation) -> Letterhead:
    identity = identity_line(
        legal_form=organisation.legal_form,
        name=organisation.legal_name,
        capital=organisation.capital,
        address=organisation.postal_address,
        spaced_siret=organisation.spaced_siret,
        rcs_city=organisation.rcs_city,
        naf_code=organisation.naf_code,
        vat_number=organisation.vat_number,
    )
    return Letterhead(
        name=organisation.legal_name,
        identity=identity,
        nda_mention=organisation.nda_mention,
        address=organisation.postal_address,
        phone=organisation.phone,
        email=organisation.email,
        disability_contact=organisation.disability_contact,
    )
