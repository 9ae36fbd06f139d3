"""The contract of an offer and a buyer, as HTML: shown before the order, frozen with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from base.organisation import Organisation
from courses.catalogue.sheet_pdf import sheet_context
from courses.sessions.models import CourseSession, Trainer
from documents.issuer import letterhead
from legal.notices.rules import NoticeKind
from shop.orders.contract import ContractContext, Party, TaughtDay
from shop.orders.offers import Offer

TEMPLATE = "documents/training_contract.html"
STYLESHEET = "training_contract"
DRAFT_REFERENCE = "projet"


@dataclass(frozen=True)
class Buyer:
    """What the order form gave, cleaned."""

    first_name: str
    last_name: str
    email: str
    street: str
    postcode: str
    town: str
    country: str
    phone: str = ""
    trainee_first_name: str = ""
    trainee_last_name: str = ""
    trainee_email: str = ""
    needs_adjustment: bool = False

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Buyer:
        """The trainee is the buyer unless somebody else was named."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        if not data.get("other_trainee"):
            known |= {
                "trainee_first_name": data["first_name"],
                "trainee_last_name": data["last_name"],
                "trainee_email": data["email"],
            }
        return cls(**known)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def trainee_name(self) -> str:
        return f"{self.trainee_first_name} {self.trainee_last_name}"

    @property
    def address(self) -> str:
        town = f"{self.postcode} {self.town}"
        return ", ".join([self.street, town, *([] if self.country == "FR" else [self.country])])


def contract_html(
    offer: Offer, buyer: Buyer, *, signed_on: date, reference: str = DRAFT_REFERENCE
) -> str:
    contract = contract_context(offer, buyer, signed_on=signed_on, reference=reference)
    return render_to_string(TEMPLATE, {"contract": contract, "issuer": contract.issuer})


def contract_context(
    offer: Offer, buyer: Buyer, *, signed_on: date, reference: str
) -> ContractContext:
    """Of a sellable offer only."""
    assert offer.price is not None  # noqa: S101  narrows the types of a sellable offer
    assert offer.terms is not None  # noqa: S101
    session, organisation = offer.session, offer.organisation
    notices = {kind: notice.text for kind, notice in offer.notices.items()}
    return ContractContext(
        reference=reference,
        signed_on=signed_on,
        issuer=letterhead(organisation),
        declaration=activity_declaration(organisation),
        buyer=Party(buyer.name, buyer.email, buyer.address, buyer.phone),
        trainee=Party(buyer.trainee_name, buyer.trainee_email),
        sheet=sheet_context(session.course, organisation),
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        place=full_place(session),
        remote_access=session.remote_access,
        timetable=timetable(session),
        trainer=trainer_lines(session.trainer),
        price=offer.price,
        schedule=offer.schedule,
        last_day=offer.period.last_day,
        first_charge_day=offer.period.first_charge_day,
        early_start=offer.begins_early,
        terms_number=offer.terms.number,
        withdrawal_address=f"{settings.SITE_URL.rstrip('/')}/renoncer/",
        withdrawal_notice=notices[NoticeKind.WITHDRAWAL_NOTICE],
        withdrawal_form=notices[NoticeKind.WITHDRAWAL_FORM],
        mediation=notices[NoticeKind.MEDIATION],
        complaint_address=f"{organisation.email}, {organisation.postal_address}",
        trainee_contact=organisation.trainee_contact,
    )


def activity_declaration(organisation: Organisation) -> str:
    """Wording of contracts (C. trav. R6351-6), not the one of advertising (L6352-12)."""
    return (
        f"Déclaration d’activité enregistrée sous le numéro {organisation.nda_number} auprès du "
        f"préfet de région de {organisation.nda_region}"
    )


def full_place(session: CourseSession) -> str:
    venue = session.venue
    if venue is None:
        return "à distance"
    return ", ".join(filter(None, [venue.name, venue.street, f"{venue.postcode} {venue.town}"]))


def trainer_lines(trainer: Trainer | None) -> str:
    return f"{trainer.name}\n{trainer.qualifications}" if trainer else ""


def timetable(session: CourseSession) -> tuple[TaughtDay, ...]:
    half_days = sorted(session.half_days.all(), key=lambda item: (item.date, item.start_time))
    return tuple(
        TaughtDay(day, tuple((item.start_time, item.end_time) for item in items))
        for day, items in groupby(half_days, key=lambda item: item.date)
    )
