"""The facts that fill the placeholders, read from the settings."""

from __future__ import annotations

from django.conf import settings

from base.organisation import Organisation
from base.typography import euros_short
from legal.notices.mediator import Mediator

WITHDRAWAL_PATH = "/renoncer/"


def current_facts() -> dict[str, str]:
    site = settings.SITE_URL.rstrip("/")
    return {
        **organisation_facts(Organisation.current()),
        **mediator_facts(Mediator.current()),
        "adresse_site": f"{site}/",
        "adresse_renonciation": site + WITHDRAWAL_PATH,
    }


def organisation_facts(organisation: Organisation) -> dict[str, str]:
    capital = organisation.capital
    return {
        "nom": organisation.legal_name,
        "forme_juridique": organisation.legal_form,
        "capital": "" if capital is None else euros_short(capital),
        "adresse": organisation.postal_address if organisation.street else "",
        "siret": organisation.spaced_siret,
        "rcs": organisation.rcs_city,
        "tva": organisation.vat_number,
        "telephone": organisation.phone,
        "email": organisation.email,
        "directeur_publication": organisation.publication_director,
        "hebergeur": organisation.host_name,
        "hebergeur_adresse": organisation.host_address,
        "hebergeur_telephone": organisation.host_phone,
        "nda": organisation.nda_number,
        "contact_stagiaires": organisation.trainee_contact,
        "contact_handicap": organisation.disability_contact,
        "dpo_email": organisation.dpo_email,
    }


def mediator_facts(mediator: Mediator) -> dict[str, str]:
    return {
        "mediateur": mediator.name,
        "mediateur_site": mediator.website,
        "mediateur_adresse": mediator.postal_address if mediator.street else "",
    }
