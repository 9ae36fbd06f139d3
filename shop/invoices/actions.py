"""When an order gives an invoice, and when an invoice gives a credit note (law.md I-01, I-05, I-06).

Each function may be called again by anybody: it issues what is missing and nothing twice.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.sessions.rules import SessionState
from shop.invoices.composing import deposit_content
from shop.invoices.content import ZERO
from shop.invoices.issuing import issue
from shop.invoices.models import Invoice, InvoiceDeduction
from shop.invoices.planning import (
    PlannedCredit,
    content_of_final,
    credited_for,
    deposits_of,
    final_invoice_of,
    given_back,
    invoice_of,
    plan_credits,
    plan_unpaid_credit,
    proposals_to_invoice,
    settles_final,
)
from shop.invoices.rules import NotInvoiceable, is_performed
from shop.orders.models import Order
from shop.payments.locking import lock_contract, lock_due
from shop.payments.models import OWING_STATES, Attempt, Contract, Due, RefundState
from shop.payments.rules import AttemptState
from shop.proposals.models import Proposal

AUTHOR = "LEXOM"


@transaction.atomic
def invoice_payment(*, attempt_id: int, now: datetime) -> Invoice | None:
    """The invoice that money received belongs to: a deposit's, or the final one after the training.

    None for an attempt that brought no money. Raises NotInvoiceable.
    """
    attempt = Attempt.objects.select_related("due").get(pk=attempt_id)
    if attempt.state != AttemptState.SUCCEEDED:
        return None
    contract = _hold(attempt.due)
    if known := invoice_of(attempt):
        return known
    if settles_final(attempt):
        return _final_of(contract, now)
    content = deposit_content(attempt, timezone.localdate(now))
    return issue(content, contract=contract, payment=attempt, actor=AUTHOR, now=now)


@transaction.atomic
def invoice_order(*, order_id: int, now: datetime) -> Invoice | None:
    """The final invoice, once the training has been given; None while it has not. Raises NotInvoiceable."""
    order = Order.objects.select_for_update(of=("self",)).select_related("session").get(pk=order_id)
    if not is_performed(order.ends_on, timezone.localdate(now)) or not _owes(order, now):
        return None
    return final_invoice_of(order) or _final_of(order, now)


@transaction.atomic
def invoice_proposal(*, proposal_id: int, now: datetime) -> Invoice | None:
    """The balance invoice of a company, payable on receipt once the training has been given (CGV 3.2).

    None while it has not, or for a proposal that is not definitive. Raises NotInvoiceable.
    """
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if not proposals_to_invoice(now).filter(pk=proposal.pk).exists():
        return final_invoice_of(proposal)
    return _final_of(proposal, now)


@transaction.atomic
def credit_payment(*, attempt_id: int, now: datetime) -> Invoice | None:
    """The credit note of what is being given back of a payment; it comes before the money (I-06).

    A refund that failed and is made again gives no second one. Raises NotInvoiceable.
    """
    attempt = Attempt.objects.select_related("due").get(pk=attempt_id)
    contract = _hold(attempt.due)
    if given_back(attempt) <= credited_for(attempt):
        return None
    if not (invoice_of(attempt) or invoice_payment(attempt_id=attempt_id, now=now)):
        raise NotInvoiceable("Ce paiement n’a pas de facture à corriger.")
    last = attempt.refunds.exclude(state=RefundState.FAILED).order_by("-pk").first()
    reason, actor = (last.reason, last.actor) if last else ("", AUTHOR)
    (plan,) = plan_credits([(attempt, ZERO)], reason=reason, today=timezone.localdate(now))
    return _credit(plan, contract=contract, actor=actor, now=now)


@transaction.atomic
def credit_unpaid(*, due: Due, reason: str, actor: str, now: datetime) -> Invoice:
    """A due of an issued final invoice is given up: the invoice falls by as much, nothing is debited.

    Raises NotInvoiceable for a due that is paid, under way or on no invoice.
    """
    due = lock_due(due.pk)
    contract = due.contract
    plan = plan_unpaid_credit(due, reason=reason, today=timezone.localdate(now))
    due.stopped_at, due.next_try_at = now, None
    due.asks_customer = due.asks_staff = ""
    due.save(update_fields=["stopped_at", "next_try_at", "asks_customer", "asks_staff"])
    return _credit(plan, contract=contract, actor=actor, now=now)


def _hold(due: Due) -> Contract:
    """``due`` reads the held row from then on."""
    contract = lock_contract(due)
    setattr(due, contract._meta.model_name or "", contract)
    return contract


def _owes(order: Order, now: datetime) -> bool:
    """Nothing is invoiced to a consumer inside the withdrawal period, nor while it is in doubt (I1)."""
    return (
        order.state in OWING_STATES
        and order.session.state != SessionState.CANCELLED
        and order.first_charge_at is not None
        and now >= order.first_charge_at
        and not order.freezes.filter(lifted_at__isnull=True).exists()
    )


def _final_of(contract: Contract, now: datetime) -> Invoice:
    content = content_of_final(contract, timezone.localdate(now))
    final = issue(content, contract=contract, actor=AUTHOR, now=now)
    for deposit in deposits_of(contract):
        InvoiceDeduction.append(final=final, deposit=deposit)
    return final


def _credit(plan: PlannedCredit, *, contract: Contract, actor: str, now: datetime) -> Invoice:
    return issue(
        plan.content,
        contract=contract,
        payment=plan.payment,
        corrects=plan.corrects,
        actor=actor,
        now=now,
    )
