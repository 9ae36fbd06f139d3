"""Bringing the customer back to pay one due: the same card, or another one (payments.md 3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from legal.terms.acceptance import RequestFacts
from shop.payments import gateway
from shop.payments.charging import keep_page, new_attempt
from shop.payments.gateway_errors import GatewayError, Refused, Unanswered
from shop.payments.links import absolute, bank_address, due_address, payment_return_address
from shop.payments.locking import lock_due
from shop.payments.mandate_text import MandateText
from shop.payments.mandates import (
    PaymentUnavailable,
    active_mandate,
    new_mandate,
    stripe_customer,
)
from shop.payments.models import Attempt, Due, PaymentMandate
from shop.payments.releasing import abandon
from shop.payments.rules import LIVE_STATES, AttemptState, Channel, refuse_before
from shop.payments.syncing import close_attempt, sync_payment

NO_ANSWER = "Notre prestataire de paiement ne répond pas. Rien n’a été débité. Réessayez dans quelques minutes."
BUSY = "Un paiement de cette échéance est en cours. Attendez quelques minutes avant d’en tenter un autre."
NOT_PAYABLE = "Cette échéance ne peut pas être payée maintenant. Écrivez-nous si vous pensez qu’elle le devrait."


@dataclass(frozen=True)
class Agreement:
    """What the customer ticked to have the next dues debited from the new card."""

    text: MandateText
    facts: RequestFacts


def waiting_attempt(due: Due) -> Attempt | None:
    """The debit that the bank wants its customer to confirm."""
    return (
        due.attempts.filter(channel=Channel.OFF_SESSION, state=AttemptState.NEEDS_CUSTOMER)
        .select_related("mandate", "due__order", "due__proposal")
        .first()
    )


def refresh(due: Due, now: datetime) -> None:
    """Whatever the customer did elsewhere is known before a page shows the due. Silent when
    Stripe does not answer: the page then shows what we knew."""
    for attempt in due.attempts.filter(state__in=LIVE_STATES):
        try:
            sync_payment(attempt, now)
        except GatewayError:
            return


def confirm_same_card(*, due: Due, now: datetime) -> str:
    """Address of the bank's page, or of the result when the bank asks for nothing more.

    Raises PaymentUnavailable.
    """
    attempt = waiting_attempt(due)
    if attempt is None or not Due.objects.payable(now).filter(pk=due.pk).exists():
        raise PaymentUnavailable(NOT_PAYABLE)
    try:
        intent = gateway.confirm_with_customer(
            payment_intent_id=attempt.payment_intent_id or "",
            payment_method_id=attempt.payment_method_id,
            return_url=absolute(payment_return_address(attempt)),
            not_before=due.not_before,
            now=now,
        )
    except Unanswered as error:
        raise PaymentUnavailable(NO_ANSWER) from error
    except Refused:
        # It has moved on meanwhile (paid, cancelled): what became of it is shown.
        sync_payment(attempt, now)
        return payment_return_address(attempt)
    sync_payment(attempt, now)
    return bank_address(attempt) if intent.bank_url else payment_return_address(attempt)


def bank_page(attempt: Attempt) -> str:
    """Where the bank waits for the customer; empty when it does not. Raises GatewayError."""
    if not attempt.payment_intent_id or attempt.session_id:
        return ""
    return gateway.read_intent(attempt.payment_intent_id).bank_url


def pay_with_other_card(*, due: Due, agreement: Agreement | None, now: datetime) -> str:
    """Address of a hosted payment page; a second click leads to the same page.

    Outside any transaction. Raises PaymentUnavailable.
    """
    try:
        attempt = _payment_attempt(due, agreement, now)
        if attempt.session_url:
            return attempt.session_url
        return _open_page(attempt, now)
    except Unanswered as error:
        raise PaymentUnavailable(NO_ANSWER) from error


def _payment_attempt(due: Due, agreement: Agreement | None, now: datetime) -> Attempt:
    """Stripe is asked first to give up what waits: two ways to pay never stand open at once."""
    for live in due.attempts.filter(state=AttemptState.NEEDS_CUSTOMER):
        if live.channel == Channel.OFF_SESSION or not _is_same(live, agreement):
            abandon(live, now)
    return _begin(due.pk, agreement, now)


def _is_same(attempt: Attempt, agreement: Agreement | None) -> bool:
    agreed = attempt.mandate.text_sha256 if attempt.mandate else None
    return agreed == (agreement.text.sha256 if agreement else None)


@transaction.atomic(durable=True)
def _begin(due_id: int, agreement: Agreement | None, now: datetime) -> Attempt:
    due = lock_due(due_id)
    refuse_before(due.not_before, now)
    if not Due.objects.payable(now).filter(pk=due.pk).exists():
        raise PaymentUnavailable(NOT_PAYABLE)
    live = due.attempts.filter(state__in=LIVE_STATES).select_related("mandate").first()
    if live is None:
        mandate = _new_mandate(due, agreement, now) if agreement else None
        return new_attempt(due, Channel.CHECKOUT, now, mandate=mandate)
    if live.channel == Channel.CHECKOUT and _is_same(live, agreement):
        live.due = due
        return live
    raise PaymentUnavailable(BUSY)


def _new_mandate(due: Due, agreement: Agreement, now: datetime) -> PaymentMandate | None:
    """A company agrees to no later debit: its payments are its own acts."""
    return new_mandate(due.order, agreement.text, agreement.facts, now) if due.order else None


def _open_page(attempt: Attempt, now: datetime) -> str:
    due = attempt.due
    try:
        page = gateway.open_payment_page(
            amount=attempt.amount,
            label=f"{due.label} – {due.contract.course_title}"[:200],
            customer=stripe_customer(due.contract),
            reference=due.contract.payment_reference,
            key=attempt.idempotency_key,
            keep_card=attempt.mandate is not None,
            return_url=absolute(payment_return_address(attempt)),
            cancel_url=absolute(due_address(due, attempt.created_at)),
            started_at=attempt.created_at,
            not_before=due.not_before,
            now=now,
        )
    except Refused as error:
        close_attempt(attempt, AttemptState.CANCELLED, code=error.code or "refused", now=now)
        raise PaymentUnavailable(NO_ANSWER) from error
    keep_page(attempt, page.id, page.url)
    sync_payment(attempt, now)
    return page.url


def card_shown(due: Due) -> str:
    """« visa •••• 4242 » of the debit that waits, or of the card on file."""
    attempt = waiting_attempt(due)
    if attempt and attempt.mandate:
        return str(attempt.mandate)
    mandate = active_mandate(due.order) if due.order else None
    return str(mandate) if mandate else ""
