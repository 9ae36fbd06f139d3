"""One function applies what Stripe says of an attempt, whoever calls it (payments.md 0.5, I2, I6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from base.events import record
from shop.invoices.ledger.actions import write_payment
from shop.invoices.tasks import invoice_payment_now
from shop.payments import gateway, letters
from shop.payments.asking import ask_customer
from shop.payments.mandates import activate, give_up_mandate
from shop.payments.models import Attempt, Due
from shop.payments.refund_rows import give_back, legal_day
from shop.payments.rules import (
    FINAL_STATES,
    MOST_TRIES,
    REACH_CUSTOMER,
    AttemptState,
    Channel,
    CustomerTask,
    FollowUp,
    after_refusal,
    may_become,
    read_intent,
    read_page,
)
from shop.payments.snapshots import CardFacts, IntentFacts
from shop.proposals.agreement.tasks import conclude_now

ACTOR = "Stripe"


@dataclass(frozen=True)
class Reading:
    state: AttemptState
    intent: IntentFacts | None = None
    card: CardFacts | None = None


def sync_payment(attempt: Attempt, now: datetime) -> Attempt:
    """Reads the attempt back from Stripe under the lock of its due, and applies it.

    Raises GatewayError when Stripe cannot be read: nothing has changed then.
    """
    with transaction.atomic():
        due = Due.objects.select_for_update().get(pk=attempt.due_id)
        fresh = Attempt.objects.select_related("mandate").get(pk=attempt.pk)
        fresh.due = due
        if fresh.state != AttemptState.SUCCEEDED and (found := _read(fresh)):
            _apply(fresh, found, now)
    return fresh


def _read(attempt: Attempt) -> Reading | None:
    if attempt.session_id:
        page = gateway.read_page(attempt.session_id)
        status = page.intent.status if page.intent else ""
        state = read_page(page.status, paid=page.paid, intent_status=status)
        return Reading(state, page.intent, page.card)
    if attempt.payment_intent_id:
        intent = gateway.read_intent(attempt.payment_intent_id)
        state = read_intent(intent.status, code=intent.code, decline_code=intent.decline_code)
        return Reading(state, intent, intent.card)
    return None


def _apply(attempt: Attempt, found: Reading, now: datetime) -> None:
    before = AttemptState(attempt.state)
    if found.state == before or not may_become(before, found.state):
        return
    attempt.state = found.state
    _keep_facts(attempt, found.intent)
    if found.state in FINAL_STATES:
        attempt.finished_at = now
    attempt.save()
    consequences = {
        AttemptState.SUCCEEDED: _paid,
        AttemptState.FAILED: _refused,
        AttemptState.NEEDS_CUSTOMER: _waits_for_customer,
        AttemptState.CANCELLED: _given_up,
    }
    if found.state in consequences:
        consequences[found.state](attempt, found, before, now)


def _keep_facts(attempt: Attempt, intent: IntentFacts | None) -> None:
    if intent is None:
        return
    attempt.payment_intent_id = intent.id
    attempt.charge_id = intent.charge_id
    attempt.code, attempt.decline_code = intent.code[:80], intent.decline_code[:80]
    attempt.advice_code = intent.advice_code[:80]


def _paid(attempt: Attempt, found: Reading, before: AttemptState, now: datetime) -> None:
    due = attempt.due
    due.asks_customer, due.asks_staff, due.next_try_at = "", "", None
    if found.intent and found.intent.amount_received != attempt.amount:
        due.asks_staff = (
            f"Montant encaissé : {found.intent.amount_received} € au lieu de {attempt.amount} €."
        )
    due.save(update_fields=["asks_customer", "asks_staff", "next_try_at"])
    _tell("échéance payée", attempt, now, charge=attempt.charge_id)
    if attempt.channel == Channel.CHECKOUT and attempt.mandate and found.card:
        activate(attempt.mandate, found.card, order=attempt.mandate.order, now=now)
    letters.send_receipt(attempt)
    invoice_payment_now.enqueue(attempt.pk)
    if due.proposal_id:
        conclude_now.enqueue(due.proposal_id)
    if due.stopped_at:
        # It was already on its way when the order ended: it goes back at once (law.md W-08).
        give_back(
            attempts=[attempt],
            actor="LEXOM",
            reason="Débité alors que la commande était terminée",
            due_by=legal_day(due.contract)
            or timezone.localdate(due.stopped_at) + timedelta(days=14),
            now=now,
        )
    received = found.intent.amount_received if found.intent else attempt.amount
    write_payment(attempt=attempt, received=received, now=now)


def _refused(attempt: Attempt, found: Reading, before: AttemptState, now: datetime) -> None:
    due = attempt.due
    _tell("paiement refusé", attempt, now, code=attempt.decline_code or attempt.code)
    if due.stopped_at:
        return
    tries = due.attempts.filter(
        channel=Channel.OFF_SESSION, state=AttemptState.FAILED, mandate=attempt.mandate
    ).count()
    if before == AttemptState.NEEDS_CUSTOMER:  # the customer is there and reads it on our page
        ask_customer(due, CustomerTask.CARD, now)
        return
    decision = after_refusal(
        tries=tries,
        code=attempt.code,
        decline_code=attempt.decline_code,
        advice_code=attempt.advice_code,
    )
    if decision.follow_up == FollowUp.RETRY and decision.retry_in:
        # The mail that tells the refusal announces the next debit: as long before as promised.
        due.next_try_at = now + max(decision.retry_in, timedelta(days=due.notice_days))
        due.save(update_fields=["next_try_at"])
        if tries == 1:
            _tell_refusal(attempt, timezone.localdate(due.next_try_at), now)
        return
    ask_customer(due, CustomerTask.CARD, now)
    _tell_refusal(attempt, None, now)
    if tries >= MOST_TRIES:
        due.asks_staff = f"Carte refusée {tries} fois : {REACH_CUSTOMER}"
        due.save(update_fields=["asks_staff"])


def _tell_refusal(attempt: Attempt, retry_on: date | None, now: datetime) -> None:
    letters.tell_refusal(attempt, retry_on=retry_on, now=now)


def _waits_for_customer(
    attempt: Attempt, found: Reading, before: AttemptState, now: datetime
) -> None:
    if attempt.channel != Channel.OFF_SESSION or attempt.due.stopped_at:
        return
    ask_customer(attempt.due, CustomerTask.CONFIRM, now)
    _tell("confirmation demandée par la banque", attempt, now)
    letters.ask_to_confirm(attempt, now=now)


def _given_up(attempt: Attempt, found: Reading, before: AttemptState, now: datetime) -> None:
    if attempt.channel == Channel.CHECKOUT and attempt.mandate:
        give_up_mandate(attempt.mandate)
    _tell("tentative abandonnée", attempt, now)


def _tell(name: str, attempt: Attempt, now: datetime, **data: str) -> None:
    facts: dict[str, str | int | Decimal] = {
        "due": attempt.due.position,
        "attempt": attempt.number,
        "amount": attempt.amount,
        **data,
    }
    record(name, subject=attempt.due.contract, actor=ACTOR, data=facts, at=now)


def close_attempt(attempt: Attempt, state: AttemptState, *, code: str, now: datetime) -> Attempt:
    """Ends an attempt that Stripe does not know or refuses to hear; no money moved.

    Nothing happens to one that moved on meanwhile.
    """
    with transaction.atomic():
        due = Due.objects.select_for_update().get(pk=attempt.due_id)
        fresh = Attempt.objects.get(pk=attempt.pk)
        fresh.due = due
        if fresh.state == AttemptState.SENDING and not fresh.payment_intent_id:
            fresh.state, fresh.code, fresh.finished_at = state, code[:80], now
            fresh.save(update_fields=["state", "code", "finished_at"])
            if fresh.channel == Channel.CHECKOUT and fresh.mandate:
                give_up_mandate(fresh.mandate)
            _tell("tentative sans effet", fresh, now, code=code)
    return fresh
