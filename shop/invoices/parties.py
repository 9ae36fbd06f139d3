"""Who sells and who buys, as they stand on the day of issue; copied into the invoice (I-02)."""

from __future__ import annotations

from datetime import date

from stdnum.fr import siret, tva

from base.organisation import Organisation
from shop.invoices.content import Address, Audience, Buyer, Mentions, Seller
from shop.invoices.models import InvoiceMention, MentionKind
from shop.orders.contract_text import activity_declaration
from shop.orders.models import Order
from shop.proposals.models import Proposal


def seller_of(organisation: Organisation) -> Seller:
    return Seller(
        name=organisation.legal_name,
        address=Address(organisation.street, organisation.postcode, organisation.town),
        siret=siret.compact(organisation.siret),
        vat_number=f"FR{tva.compact(organisation.vat_number)}" if organisation.vat_number else "",
        legal_form=organisation.legal_form,
        capital=organisation.capital,
        rcs_city=organisation.rcs_city,
        naf_code=organisation.naf_code,
        phone=organisation.phone,
        email=organisation.email,
        nda_mention=activity_declaration(organisation) if organisation.nda_number else "",
    )


def consumer_of(order: Order) -> Buyer:
    return Buyer(
        name=order.full_name,
        address=Address(order.street, order.postcode, order.town, order.country),
        audience=Audience.CONSUMER,
        email=order.email,
    )


def company_of(proposal: Proposal) -> Buyer:
    """Billed to another name or address when the request says so."""
    if proposal.billing_street:
        address = Address(
            proposal.billing_street,
            proposal.billing_postcode,
            proposal.billing_town,
            proposal.country,
        )
    else:
        address = Address(proposal.street, proposal.postcode, proposal.town, proposal.country)
    return Buyer(
        name=proposal.billing_name or proposal.company_name,
        address=address,
        audience=Audience.COMPANY,
        email=proposal.email,
        siren=proposal.siren,
        attention=proposal.full_name,
    )


def mentions_of(audience: Audience, *, exempt: bool, on: date) -> Mentions:
    """Wording in force on that day; what concerns professionals is not for consumers (I-02)."""
    found = InvoiceMention.objects.in_force(on)

    def text(kind: MentionKind) -> str:
        return found[kind].text if kind in found else ""

    professional = audience == Audience.COMPANY
    return Mentions(
        exemption=text(MentionKind.EXEMPTION) if exempt else "",
        exemption_code=found[MentionKind.EXEMPTION].code
        if exempt and MentionKind.EXEMPTION in found
        else "",
        untaxed_indemnity=text(MentionKind.UNTAXED_INDEMNITY),
        vat_on_debits=text(MentionKind.VAT_ON_DEBITS),
        discount=text(MentionKind.DISCOUNT) if professional else "",
        penalty=text(MentionKind.PENALTY) if professional else "",
        recovery=text(MentionKind.RECOVERY) if professional else "",
    )
