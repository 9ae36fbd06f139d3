"""What the rows say of an invoice that is late, as the rules read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from base.money import round_cents
from legal.rates.models import HalfYearRate
from legal.rates.rules import RateMissing, RateRule, Rates
from shop.collection.models import CollectionCase, PenaltyInvoice
from shop.collection.rules import (
    ZERO,
    Debt,
    Hold,
    Interest,
    NoticeFacts,
    Payment,
    Situation,
    consumer_interest,
    interest,
    recovery_fee,
)
from shop.invoices.models import Invoice
from shop.payments.models import Attempt, Due, DueQuerySet, of_contract
from shop.payments.rules import AttemptState
from shop.pricing.rules import DueKind

DAY = timedelta(days=1)
PUBLIC = (
    "Un client public doit les intérêts moratoires du Code de la commande publique (R2192-31), à un "
    "autre taux que la clause 3.4 : ils ne se calculent pas ici."
)


def cases_with_facts() -> QuerySet[CollectionCase]:
    """Cases with everything that this module reads of them: a page of them costs no more than one."""
    dues = _price_dues()
    rows = CollectionCase.objects.select_related(
        "invoice__proposal__terms_version", "invoice__order__terms_version"
    ).defer(
        "invoice__content", "invoice__proposal__content", "invoice__order__snapshot",
        "invoice__proposal__terms_version__content", "invoice__order__terms_version__content",
    )  # fmt: skip
    return rows.prefetch_related(
        "reminders",
        "letters",
        "penalties__invoice__credit_notes",
        Prefetch("invoice__proposal__dues", dues, to_attr="price_dues"),
        Prefetch("invoice__order__dues", dues, to_attr="price_dues"),
    )


def case_with_facts(pk: int) -> CollectionCase:
    return cases_with_facts().get(pk=pk)


def debts_of(case: CollectionCase) -> tuple[Debt, ...]:
    """``case`` comes from ``cases_with_facts``."""
    return _debts(case.invoice, case.contract.price_dues)  # type: ignore[union-attr]  # see cases_with_facts


def debts_on(invoice: Invoice) -> tuple[Debt, ...]:
    """Of an invoice that no case follows yet."""
    assert invoice.contract  # noqa: S101  a final invoice has one
    return _debts(invoice, _price_dues().filter(**of_contract(invoice.contract)))


def _price_dues() -> DueQuerySet:
    paid = Attempt.objects.filter(state=AttemptState.SUCCEEDED)
    dues = Due.objects.of_price().order_by("position")
    return dues.prefetch_related(Prefetch("attempts", paid, to_attr="payments"))


def _debts(invoice: Invoice, dues: Iterable[Due]) -> tuple[Debt, ...]:
    """What was given up bears nothing.

    A fund's part is no debt of the client until it is asked for; then it is late from that day (CGV 3.3).
    """
    amounts: dict[date, Decimal] = defaultdict(Decimal)
    payments: dict[date, list[Payment]] = defaultdict(list)
    for due in dues:
        if (day := _day_to_pay(due, invoice)) is None or due.stopped_at:
            continue
        amounts[day] += due.amount
        found: list[Attempt] = due.payments  # type: ignore[attr-defined]  # see _price_dues
        payments[day] += [Payment(_paid_on(paid), due.amount) for paid in found]
    return tuple(Debt(amount, day, tuple(payments[day])) for day, amount in sorted(amounts.items()))


def _day_to_pay(due: Due, invoice: Invoice) -> date | None:
    if due.kind != DueKind.FUNDED:
        return invoice.due_on
    if due.not_before is None:
        return None
    return max(invoice.due_on, due.due_on, timezone.localdate(due.not_before))


def _paid_on(attempt: Attempt) -> date:
    return timezone.localdate(attempt.finished_at or attempt.created_at)


def unpaid_of(debts: Iterable[Debt]) -> Decimal:
    return round_cents(sum((debt.remaining for debt in debts), ZERO))


def paid_up_on(debts: Iterable[Debt]) -> date | None:
    """Day of the last payment, once nothing is unpaid."""
    if unpaid_of(debts):
        return None
    days = [payment.day for debt in debts for payment in debt.payments]
    return max(days, default=None)


def rule_of(case: CollectionCase) -> RateRule:
    """As the clause 3.4 of the terms that the client signed says."""
    version = case.contract.terms_version
    return RateRule(version.late_rate) if version else RateRule.LOWER


def known_rates() -> tuple[Rates, ...]:
    return HalfYearRate.objects.all().table()


@dataclass(frozen=True)
class Bill:
    """What an invoice for late payment would ask for, the days that it covers and how."""

    first_day: date
    last_day: date
    interest: Interest
    recovery: Decimal
    rule: RateRule

    @property
    def amount(self) -> Decimal:
        return self.interest.amount + self.recovery

    @property
    def fingerprint(self) -> str:
        """What a person saw before confirming."""
        return f"{self.first_day}/{self.last_day}/{self.interest.amount}+{self.recovery}"


def standing_penalties(case: CollectionCase) -> list[PenaltyInvoice]:
    """Those that no credit note has undone."""
    return [row for row in case.penalties.all() if not row.is_undone]


def bill_of(case: CollectionCase, until: date, table: tuple[Rates, ...]) -> Bill:
    """Penalties not billed yet, until a day included. Raises RateMissing."""
    debts = debts_of(case)
    billed = standing_penalties(case)
    since = max((row.last_day + DAY for row in billed), default=case.invoice.due_on + DAY)
    rule = rule_of(case)
    found = interest(debts, since=since, until=until, table=table, rule=rule)
    fee = recovery_fee(
        is_professional=case.is_professional,
        is_first=bool(found.segments) and not any(row.recovery for row in billed),
    )
    return Bill(since, until, found, fee, rule)


def overbilled(case: CollectionCase, table: tuple[Rates, ...]) -> Decimal:
    """Interest already billed for days that a payment noted since shortens: a credit note is owed."""
    debts, excess = debts_of(case), ZERO
    for row in standing_penalties(case):
        right = interest(
            debts,
            since=row.first_day,
            until=row.last_day,
            table=table,
            rule=RateRule(row.late_rate),
        )
        excess += max(row.interest - right.amount - row.credited, ZERO)
    return excess


def unpaid_penalties(case: CollectionCase) -> Decimal:
    """Of the invoices for late payment already issued."""
    invoices = [row.invoice_id for row in case.penalties.all()]
    dues = Due.objects.filter(invoice__in=invoices).unpaid()
    return sum((due.amount for due in dues), ZERO)


@dataclass(frozen=True)
class Amounts:
    """Owed today. ``problem`` says why the interest is not known; ``billed`` is already invoiced."""

    unpaid: Decimal
    interest: Decimal = ZERO
    recovery: Decimal = ZERO
    billed: Decimal = ZERO
    problem: str = ""

    @property
    def total(self) -> Decimal:
        return self.unpaid + self.interest + self.recovery


def amounts_of(case: CollectionCase, today: date, table: tuple[Rates, ...]) -> Amounts:
    """``interest`` and ``recovery`` are not invoiced yet; a waived case asks for neither."""
    unpaid = unpaid_of(debts_of(case))
    billed = sum((row.interest + row.recovery for row in standing_penalties(case)), ZERO)
    if case.waived_at:
        return Amounts(unpaid, billed=billed)
    if case.is_public:
        return Amounts(unpaid, billed=billed, problem=PUBLIC)
    try:
        if not case.is_professional:
            return Amounts(unpaid, legal_interest(case, today, table).amount)
        bill = bill_of(case, today, table)
    except RateMissing as missing:
        return Amounts(unpaid, billed=billed, problem=str(missing))
    return Amounts(unpaid, bill.interest.amount, bill.recovery, billed)


def legal_interest(case: CollectionCase, until: date, table: tuple[Rates, ...]) -> Interest:
    """Of a consumer: shown, never billed by itself (L-07). Raises RateMissing."""
    notice = case.notice
    delivered_on = notice.delivered_on if notice else None
    return consumer_interest(debts_of(case), notice=delivered_on, until=until, table=table)


def situation_of(case: CollectionCase, today: date, table: tuple[Rates, ...]) -> Situation:
    debts, amounts = debts_of(case), amounts_of(case, today, table)
    notice, resolution = case.notice, case.resolution
    return Situation(
        due_on=min((debt.due_on for debt in debts if debt.remaining), default=case.invoice.due_on),
        is_professional=case.is_professional,
        is_paid=unpaid_of(debts) == 0,
        penalty_left=bool(amounts.interest + amounts.recovery or amounts.problem),
        hold=Hold(case.hold) if case.hold else None,
        reminded=tuple(row.sent_on for row in case.reminders.all()),
        notice=NoticeFacts(notice.posted_on, notice.delivered_on, notice.answered_on is not None)
        if notice
        else None,
        resolved=resolution is not None,
        resolution_posted=resolution is not None and resolution.posted_on is not None,
    )
