"""Everything about one unpaid invoice on one page: what is owed, what was sent, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from wagtail.admin.views.generic import InspectView

from base.clock import present
from base.events import Event
from legal.rates.rules import RateMissing, Rates
from shop.backoffice.access import PURSUE
from shop.backoffice.contracts import contract_page
from shop.backoffice.labels import details
from shop.backoffice.order_page import Link
from shop.collection.models import CollectionCase, RegisteredLetter
from shop.collection.reading import (
    Amounts,
    amounts_of,
    bill_of,
    case_with_facts,
    known_rates,
    legal_interest,
    overbilled,
    rule_of,
    situation_of,
)
from shop.collection.rules import LEVELS, Situation, Step, next_step, resolution_from
from shop.collection.suspending import trainings_of
from shop.collection.wording import SegmentRow, rows_of


@dataclass(frozen=True)
class Look:
    """A case as it stands on a Paris day; ``age`` in days since the day to pay."""

    age: int
    amounts: Amounts
    step: Step
    level: str

    @property
    def by(self) -> str:
        return f"{self.step.on:%d/%m/%Y}" if self.step.on else ""


def look_at(case: CollectionCase, today: date, table: tuple[Rates, ...]) -> Look:
    """``case`` comes from ``cases_with_facts``."""
    situation = situation_of(case, today, table)
    return Look(
        age=max((today - situation.due_on).days, 0),
        amounts=amounts_of(case, today, table),
        step=next_step(situation),
        level=_level(case, situation),
    )


def _level(case: CollectionCase, situation: Situation) -> str:
    if situation.resolved:
        return "contrat résolu"
    if situation.notice:
        return "mise en demeure"
    sent = len(situation.reminded)
    if sent:
        return LEVELS[sent - 1].label
    return "aucune relance" if case.is_professional else "particulier"


class CollectionInspectView(InspectView):
    page_title = "Impayé"
    fields: list[str] = ["invoice"]  # the template shows the rest

    def get_object(self, queryset: Any = None) -> CollectionCase:
        return case_with_facts(super().get_object(queryset).pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        case, today, table = self.object, timezone.localdate(present()), known_rates()
        look = look_at(case, today, table)
        return context | {
            "case": case,
            "look": look,
            "contract_url": contract_page(case.contract),
            "rule": rule_of(case).label,
            "rows": _rows(case, today, table),
            "too_much": overbilled(case, table),
            "links": list(case_links(case, look, self.request.user, today)),
            "reminders": [(row, LEVELS[row.level - 1].label) for row in case.reminders.all()],
            "letters": [
                (row, list(letter_links(row, self.request.user))) for row in case.letters.all()
            ],
            "first_resolution": _first_resolution(case),
            "penalties": case.penalties.all(),
            "suspensions": case.suspensions.select_related("proposal"),
            "events": [(event, details(event)) for event in journal_of(case)],
        }


def _rows(case: CollectionCase, today: date, table: tuple[Rates, ...]) -> list[SegmentRow]:
    """Of the interest that is not billed yet; of a consumer's, from the notice on."""
    try:
        if not case.is_professional:
            return rows_of(legal_interest(case, today, table).segments)
        return rows_of(bill_of(case, today, table).interest.segments)
    except RateMissing:
        return []


def _first_resolution(case: CollectionCase) -> date | None:
    notice = case.notice
    return resolution_from(notice.delivered_on) if notice and notice.delivered_on else None


def case_links(case: CollectionCase, look: Look, user: Any, today: date) -> Iterator[Link]:
    """The actions that this person may take now."""
    if not user.has_perm(PURSUE):
        return
    unpaid, company = bool(look.amounts.unpaid), case.is_professional
    first = _first_resolution(case)
    notice = case.notice
    may_resolve = (
        first is not None and notice is not None and not notice.answered_on and today >= first
    )
    billable = bool(look.amounts.interest + look.amounts.recovery)
    owes = unpaid or billable or bool(look.amounts.problem)
    wanted = (
        ("hold", "Mettre en attente", unpaid and not case.hold),
        ("resume", "Reprendre", bool(case.hold)),
        ("notice", "Préparer une mise en demeure", unpaid and not notice and not case.hold),
        ("suspend", "Suspendre des formations", unpaid and company and _has_trainings(case, today)),
        ("resolve", "Prononcer la résolution", unpaid and company and may_resolve and not case.resolution),
        ("bill", "Facturer les pénalités", company and billable),
        ("waive", "Abandonner les pénalités", company and owes and not case.waived_at),
    )  # fmt: skip
    for name, label, is_possible in wanted:
        if is_possible:
            yield Link(label, reverse(f"collection_case:{name}", args=[case.pk]))


def _has_trainings(case: CollectionCase, today: date) -> bool:
    return trainings_of(case, today).exists()


def letter_links(letter: RegisteredLetter, user: Any) -> Iterator[Link]:
    if not user.has_perm(PURSUE):
        return
    wanted = (
        ("post", "Noter son envoi", letter.posted_on is None and letter.document is not None),
        ("deliver", "Noter sa remise", letter.posted_on and letter.delivered_on is None),
        (
            "answer",
            "Noter une réponse",
            letter.kind == "notice" and letter.posted_on and not letter.answered_on,
        ),
    )
    for name, label, is_possible in wanted:
        if is_possible:
            yield Link(label, reverse(f"collection_case:{name}", args=[letter.case_id, letter.pk]))


def journal_of(case: CollectionCase) -> QuerySet[Event]:
    """What the journal of its contract says of this invoice, its letters and its penalties."""
    numbers = [
        case.invoice.number,
        *(letter.number for letter in case.letters.all()),
        *(row.invoice.number for row in case.penalties.all()),
    ]
    contract = case.contract
    mine = Q(subject_type=contract._meta.label_lower, subject_id=str(contract.pk))
    found: QuerySet[Event] = Event.objects.filter(mine, data__number__in=numbers)
    return found.order_by("at", "pk")
