"""What the training contract of an individual prints (C. trav. L6353-4, law.md T-03, T-04). Pure."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from base.typography import euros, french_date, french_date_range, french_number
from base.vat import Price
from courses.catalogue.sheet import SheetContext
from documents.letterhead import Letterhead
from shop.pricing.rules import PlannedDue

# Raise it when the template, its styles or its sentences change.
TEMPLATE_VERSION = "2"


@dataclass(frozen=True)
class Party:
    name: str
    email: str
    address: str = ""
    phone: str = ""


@dataclass(frozen=True)
class TaughtDay:
    day: date
    hours: tuple[tuple[time, time], ...]

    @property
    def label(self) -> str:
        slots = " et ".join(f"de {_clock(start)} à {_clock(end)}" for start, end in self.hours)
        return f"{french_date(self.day)}, {slots}" if slots else french_date(self.day)


@dataclass(frozen=True)
class ContractContext:
    """``last_day`` and the schedule hold if the confirmation is delivered on ``signed_on``.

    ``declaration`` is the mention of R6351-6, not the one that advertising must use.
    """

    reference: str
    signed_on: date
    issuer: Letterhead
    declaration: str
    buyer: Party
    trainee: Party
    sheet: SheetContext
    starts_on: date
    ends_on: date
    place: str
    remote_access: str
    timetable: tuple[TaughtDay, ...]
    trainer: str
    price: Price
    schedule: tuple[PlannedDue, ...]
    last_day: date
    first_charge_day: date
    early_start: bool
    terms_number: str
    withdrawal_address: str
    withdrawal_notice: str
    withdrawal_form: str
    mediation: str
    complaint_address: str
    trainee_contact: str

    @property
    def running_title(self) -> str:
        return f"Contrat de formation professionnelle · {self.reference}"

    @property
    def dates(self) -> str:
        return french_date_range(self.starts_on, self.ends_on)

    @property
    def price_lines(self) -> list[tuple[str, str]]:
        if self.price.is_exempt:
            return [("Prix net de TVA", euros(self.price.incl_vat))]
        rate = french_number(self.price.rate * 100)
        return [
            ("Prix HT", euros(self.price.excl_vat)),
            (f"TVA {rate} %", euros(self.price.vat)),
            ("Prix TTC", euros(self.price.incl_vat)),
        ]

    @property
    def schedule_lines(self) -> list[tuple[str, str, str]]:
        """Label, first day on which it may be asked for, amount."""
        return [
            (_due_label(due), french_date(due.due_on), euros(due.amount)) for due in self.schedule
        ]

    @property
    def hourly_price(self) -> Decimal | None:
        """What an hour costs, tax included: the measure of an early end."""
        hours = self.sheet.duration_hours
        return self.price.incl_vat / hours if hours else None


def _due_label(due: PlannedDue) -> str:
    return "Acompte" if due.position == 1 else f"Solde, versement {due.position - 1}"


def _clock(moment: time) -> str:
    return f"{moment.hour} h {moment.minute:02}" if moment.minute else f"{moment.hour} h"
