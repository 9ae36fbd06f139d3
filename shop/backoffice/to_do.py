"""« À faire aujourd’hui »: what waits for a person, the most pressing first in each part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from base.typography import counted, euros, french_date
from courses.sessions.models import CourseSession
from legal.notices.to_do import notice_to_dos
from legal.rates.admin import rates_to_enter
from shop.backoffice.access import COMPOSE, PURSUE, SETTLE, VIEW_INVOICE
from shop.backoffice.collection_listing import cases_to_do
from shop.backoffice.complaint_to_do import complaint_tasks
from shop.backoffice.contract_next_action import PATIENCE
from shop.backoffice.contracts import contract_page
from shop.backoffice.facts import ON_ITS_WAY, deadlines, failed_confirmations, late_from
from shop.backoffice.invoice_listing import invoice_page
from shop.backoffice.proposal_next_action import RECENT, answer_by
from shop.backoffice.proposal_page import proposal_page
from shop.cancelled_sessions.models import SessionCancellation
from shop.cancelled_sessions.rules import LAST_CHANCE_DAYS
from shop.changes.models import RequestOutcome, WrittenRequest
from shop.funding.models import Funding
from shop.funding.rules import ATTESTATION_ALERT_DAYS
from shop.invoices.delays import delays
from shop.invoices.models import Invoice
from shop.orders.models import Order
from shop.payments.bank.models import BankLine
from shop.payments.bank.rules import LineState
from shop.payments.comparisons import StripeComparison
from shop.payments.expiring import expired_cards
from shop.payments.models import (
    Due,
    Refund,
)
from shop.payments.refund_rows import legal_day
from shop.payments.transfers import kept_transfers
from shop.pricing.rules import DueKind
from shop.proposals.agreement.models import ChangeRequest
from shop.proposals.models import Proposal
from shop.proposals.paper.models import PaperReturn
from shop.proposals.rules import REMINDER_DAYS, ProposalState
from shop.withdrawal.alerts import AlertKind, alerts
from shop.withdrawal.models import MatchOutcome, WithdrawalDeclaration
from shop.withdrawal.rules import decide_by

SOON = timedelta(days=7)
ANSWER_WITHIN = timedelta(days=3)
GAPS_SHOWN = 3
# A deposit that arrived makes a training definitive: whoever paid waits to hear it.
LONG_TO_MATCH = timedelta(days=3)


@dataclass(frozen=True)
class Task:
    """``by`` is the last day; ``is_urgent`` when it is near or gone."""

    text: str
    url: str
    by: date | None = None
    is_urgent: bool = False


@dataclass(frozen=True)
class Part:
    key: str
    heading: str
    tasks: tuple[Task, ...]


def parts_to_do(user: Any, now: datetime) -> list[Part]:
    """Those with something in them."""
    today = timezone.localdate(now)
    every = (
        ("declarations", "Rétractations à décider", _declarations(today)),
        ("complaints", "Réclamations", (Task(*facts) for facts in complaint_tasks(today))),
        ("acknowledgements", "Accusés de réception non arrivés", _acknowledgements(now)),
        ("confirmations", "Confirmations non remises", _confirmations()),
        ("refunds", "Remboursements", _refunds(today)),
        ("payments", "Paiements à traiter", _payments(today)),
        ("bank", "Virements reçus", _bank_lines(user, today)),
        ("proposals", "Propositions", _proposals(user, now)),
        ("funding", "Accords d’OPCO attendus", _attestations(today)),
        ("collection", "Impayés", _collection(user, today)),
        ("customers", "Paiements qui attendent le client", _waiting_for_customers()),
        ("cards", "Cartes expirées", _expired_cards(today)),
        ("stripe", "Écarts avec Stripe", _gaps(user)),
        ("contracts", "Commandes d’entreprises à traiter", _contracts()),
        ("late", "Paiements d’entreprises en retard", _late_payments(now)),
        ("changes", "Modifications demandées", _changes(today)),
        ("requests", "Annulations et reports à décider", _requests(today)),
        ("papers", "Exemplaires papier à contrôler", _papers()),
        ("invoices", "Factures et avoirs à émettre", _invoices(user, now)),
        ("cancelled", "Sessions annulées", _cancelled_sessions(today)),
        ("sessions", "Sessions sous leur minimum", _sessions(today)),
        ("legal", "Textes et taux", _legal(user, today)),
    )
    parts = (Part(key, heading, tuple(_pressing(tasks))) for key, heading, tasks in every)
    return [part for part in parts if part.tasks]


def _pressing(tasks: Iterable[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: task.by or date.max)


def _declarations(today: date) -> Iterable[Task]:
    rows = WithdrawalDeclaration.objects.undecided().prefetch_related("matches", "freezes")
    for declaration in rows:
        limit = decide_by(declaration.received_at)
        yield Task(
            f"{declaration.name}, reçue {declaration.received} : {_situation(declaration)}",
            reverse("withdrawaldeclaration:inspect", args=[declaration.pk]),
            limit,
            is_urgent=limit <= today,
        )


def _situation(declaration: WithdrawalDeclaration) -> str:
    if any(match.outcome == MatchOutcome.LATE for match in declaration.matches.all()):
        return "envoyée après le délai calculé"
    held = sum(1 for freeze in declaration.freezes.all() if freeze.lifted_at is None)
    return f"à rapprocher d’une commande ({held} gelée{'s' if held > 1 else ''})"


def _acknowledgements(now: datetime) -> Iterable[Task]:
    for alert in alerts(now):
        if alert.kind == AlertKind.NOT_ACKNOWLEDGED:
            url = reverse("withdrawaldeclaration:inspect", args=[alert.subject.pk])
            yield Task(alert.text, url, is_urgent=True)


def _confirmations() -> Iterable[Task]:
    active = Order.objects.active().annotate(key=Cast("pk", CharField()))
    for order in active.filter(Exists(failed_confirmations())):
        text = f"{order} : {order.email} n’a rien reçu, le délai de rétractation n’a pas commencé."
        yield Task(text, contract_page(order), is_urgent=True)


def _refunds(today: date) -> Iterable[Task]:
    """Red from the tenth day on (W-09)."""
    rows = Refund.objects.filter(state__in=ON_ITS_WAY, due_by__isnull=False)
    for refund in rows.select_related("attempt__due__order", "attempt__due__proposal"):
        contract = refund.attempt.due.contract
        text = f"{contract} : {euros(refund.amount)}, {refund.get_state_display()}"
        is_late = refund.due_by is not None and refund.due_by <= late_from(today)
        yield Task(text, contract_page(contract), refund.due_by, is_urgent=is_late)
    for attempt in kept_transfers().select_related("due__order", "due__proposal"):
        contract = attempt.due.contract
        limit = legal_day(contract)
        amount = attempt.due.give_back or attempt.amount
        text = f"{contract} : {euros(amount)} à rendre par virement"
        url = contract_page(contract)
        if attempt.due.give_back:
            url = reverse("due:transfer_back", args=[attempt.due.pk])
        yield Task(text, url, limit, is_urgent=not limit or limit <= late_from(today))


def _payments(today: date) -> Iterable[Task]:
    rows = Due.objects.exclude(asks_staff="").select_related("order", "proposal")
    for due in rows.prefetch_related("attempts__refunds"):
        limit = min(deadlines(due), default=None)
        yield Task(
            f"{due.contract}, {due.label} : {due.asks_staff}",
            _due_page(due),
            limit,
            is_urgent=limit is not None and limit <= late_from(today),
        )


def _bank_lines(user: Any, today: date) -> Iterable[Task]:
    """For whoever may say what they pay; those that were begun one by one, the others together."""
    if not user.has_perm(SETTLE):
        return
    lines = list(BankLine.objects.unsettled().order_by("booked_on"))
    to_match = [line for line in lines if line.state == LineState.TO_MATCH]
    if to_match:
        url = f"{reverse('bank_line:index')}?state={LineState.TO_MATCH.value}"
        oldest = to_match[0].booked_on
        text = f"{len(to_match)} à rapprocher, le plus ancien du {french_date(oldest)}"
        yield Task(text, url, is_urgent=today - oldest >= LONG_TO_MATCH)
    for line in lines:
        if line.state == LineState.WAITING:
            text = f"{line} : {euros(line.remainder)} à affecter ou à rendre"
            yield Task(text, line.get_absolute_url())


def _collection(user: Any, today: date) -> Iterable[Task]:
    """For whoever may pursue them."""
    if not user.has_perm(PURSUE):
        return
    for case, look in cases_to_do():
        text = (
            f"{case}, {euros(look.amounts.unpaid)} impayés depuis {look.age} j : {look.step.text}"
        )
        yield Task(
            text,
            reverse("collection_case:inspect", args=[case.pk]),
            look.step.on,
            is_urgent=look.step.on is not None and look.step.on <= today,
        )


def _due_page(due: Due) -> str:
    """A fund that is late asks for one decision; everything else is read first."""
    if due.kind == DueKind.FUNDED and due.not_before is None:
        return reverse("due:bill_client", args=[due.pk])
    return contract_page(due.contract)


def _invoices(user: Any, now: datetime) -> Iterable[Task]:
    """What the site should have issued by itself, and why it could not."""
    if not user.has_perm(VIEW_INVOICE):
        return
    for delay in delays(now):
        subject = delay.subject
        url = invoice_page(subject) if isinstance(subject, Invoice) else contract_page(subject)
        yield Task(f"{subject}, {delay.text}", url, is_urgent=True)


def _papers() -> Iterable[Task]:
    """Signed proposals that came back on paper."""
    for paper in PaperReturn.objects.waiting().select_related("proposal"):
        day = french_date(timezone.localdate(paper.received_at))
        url = reverse("proposal_list:paper_return", args=[paper.proposal_id, paper.pk])
        yield Task(f"{paper.proposal}, reçu le {day}", url)


def _proposals(user: Any, now: datetime) -> Iterable[Task]:
    """Requests that nobody answered, then what expires soon or lately did."""
    if not user.has_perm(COMPOSE):
        return
    today = timezone.localdate(now)
    rows = Proposal.objects.select_related("course").defer("content")
    for proposal in rows.asked():
        people = counted(proposal.headcount, "participant")
        limit = answer_by(timezone.localdate(proposal.asked_at))
        yield Task(
            f"{proposal.company_name}, {proposal.course}, {people} : proposition à composer",
            proposal_page(proposal),
            limit,
            is_urgent=limit <= today,
        )
    for proposal in rows.ending(today - RECENT, today + timedelta(days=REMINDER_DAYS)):
        yield _ending(proposal, proposal.state_at(now), today)


def _ending(proposal: Proposal, state: ProposalState, today: date) -> Task:
    if state == ProposalState.EXPIRED:
        text = f"{proposal} : expirée, à prolonger ou à laisser"
        return Task(text, proposal_page(proposal))
    last = proposal.valid_until
    text = f"{proposal} : sans réponse, à relancer"
    return Task(text, proposal_page(proposal), last, is_urgent=last is not None and last <= today)


def _attestations(today: date) -> Iterable[Task]:
    """The client hands it over before the training (CGV 3.3)."""
    rows = Funding.objects.without_attestation().filter(
        proposal__in=Proposal.objects.binding(),
        proposal__starts_on__range=(today, today + timedelta(days=ATTESTATION_ALERT_DAYS)),
    )
    for funding in rows.select_related("proposal"):
        text = f"{funding} : accord écrit pas reçu"
        yield Task(text, contract_page(funding.proposal), funding.proposal.starts_on)


def _waiting_for_customers() -> Iterable[Task]:
    rows = Due.objects.unpaid().exclude(asks_customer="").select_related("order", "proposal")
    for due in rows:
        text = (
            f"{due.contract}, {due.label} de {euros(due.amount)} : {due.get_asks_customer_display()}"
            f"{_reminded(due)}"
        )
        yield Task(text, contract_page(due.contract))


def _reminded(due: Due) -> str:
    if due.reminded_at is None:
        return ""
    day = french_date(timezone.localdate(due.reminded_at))
    return f", {counted(due.reminders, 'rappel')}, le dernier le {day}"


def _expired_cards(today: date) -> Iterable[Task]:
    for card, due in expired_cards(today):
        text = (
            f"{card.order} : {card}, expirée, pas encore remplacée, pour {due.label} de "
            f"{euros(due.amount)}. Joindre le client."
        )
        yield Task(text, contract_page(card.order), due.charge_day, is_urgent=True)


def _contracts() -> Iterable[Task]:
    rows = Proposal.objects.exclude(asks_staff="").defer("content").order_by("definitive_at")
    for proposal in rows:
        text = f"{proposal} : {proposal.asks_staff}"
        yield Task(text, contract_page(proposal), proposal.starts_on, is_urgent=True)


def _late_payments(now: datetime) -> Iterable[Task]:
    """What a company owes and nobody was asked to settle yet: the days of ``contract_next_action``."""
    today = timezone.localdate(now)
    late = Q(due_on__lt=today - PATIENCE)
    late |= Q(kind=DueKind.DEPOSIT.value, proposal__starts_on__lte=today)
    owed = Due.objects.payable(now).filter(late, proposal__isnull=False, asks_staff="")
    for due in owed.select_related("proposal", "order").defer("proposal__content"):
        text = f"{due.contract}, {due.label} de {euros(due.amount)} : relancer le client"
        limit = due.due_on + PATIENCE
        yield Task(text, contract_page(due.contract), limit, is_urgent=True)


def _changes(today: date) -> Iterable[Task]:
    """The oldest first; the day is the one by which a client may expect an answer."""
    waiting = ChangeRequest.objects.all().waiting().select_related("proposal")
    for asked in waiting.defer("proposal__content"):
        limit = timezone.localdate(asked.asked_at) + ANSWER_WITHIN
        text = f"{asked.proposal}, {asked.get_kind_display()} : demandée par {asked.asked_by}"
        url = reverse("change_request:inspect", args=[asked.pk])
        yield Task(text, url, limit, is_urgent=limit <= today)


def _requests(today: date) -> Iterable[Task]:
    """What no rule settled, then the dates that a postponement still waits for."""
    rows = WrittenRequest.objects.select_related("order", "proposal").defer("proposal__content")
    for asked in rows.waiting():
        limit = answer_by(timezone.localdate(asked.received_at))
        text = f"{asked.contract}, {asked.get_wish_display()} : {asked.get_cause_display()}"
        yield Task(text, _request_page(asked), limit, is_urgent=limit <= today)
    for outcome in RequestOutcome.objects.all().with_open_window().select_related("request"):
        last = outcome.window_until
        is_over = last < today
        what = "délai de report écoulé" if is_over else "choisir la date du report"
        text = f"{outcome.request.contract} : {what}"
        yield Task(text, _request_page(outcome.request), last, is_urgent=last <= today + SOON)


def _request_page(asked: WrittenRequest) -> str:
    return reverse("written_request:inspect", args=[asked.pk])


def _gaps(user: Any) -> Iterable[Task]:
    """For whoever may settle them."""
    if not user.has_perm(SETTLE):
        return
    for week in StripeComparison.objects.filter(settled_at__isnull=True).exclude(gaps=[]):
        shown, left = week.gaps[:GAPS_SHOWN], len(week.gaps) - GAPS_SHOWN
        more = f" Et {left} de plus." if left > 0 else ""
        url = reverse("to_do:gaps", args=[week.pk])
        yield Task(f"{week} : {' '.join(shown)}{more}", url, is_urgent=True)


def _sessions(today: date) -> Iterable[Task]:
    below = CourseSession.objects.below_minimum(today).filter(starts_on__lte=today + SOON)
    for session in below.select_related("course", "venue"):
        text = (
            f"{session} : {counted(session.seats_taken, 'inscrit')} pour un minimum de "
            f"{session.minimum_to_run}, début le {french_date(session.starts_on)}"
        )
        url = f"{reverse('order:index')}?session={session.pk}"
        yield Task(text, url, session.starts_on, is_urgent=True)


def _cancelled_sessions(today: date) -> Iterable[Task]:
    """Clients who have not said what becomes of their contract."""
    for cancellation in SessionCancellation.objects.with_answers().filter(waiting__gt=0):
        text = f"{cancellation.session} : {counted(cancellation.waiting, 'réponse', 'attendue')}"
        url = reverse("session_cancellation:inspect", args=[cancellation.pk])
        is_urgent = cancellation.next_day <= today + timedelta(days=LAST_CHANCE_DAYS)
        yield Task(text, url, cancellation.next_day, is_urgent=is_urgent)


def _legal(user: Any, today: date) -> Iterable[Task]:
    for to_do in (*notice_to_dos(user, today), rates_to_enter(user, today)):
        if to_do:
            yield Task(f"{to_do.heading} : {', '.join(to_do.lines)}", to_do.url)
