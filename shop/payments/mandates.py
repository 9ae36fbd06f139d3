"""The card that a customer lets us debit: asked for on a hosted page, replaced, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from base.clock import present
from base.events import record
from legal.terms.acceptance import RequestFacts
from shop.orders.models import Order
from shop.payments import gateway
from shop.payments.gateway_errors import GatewayError, Refused, Unanswered
from shop.payments.links import absolute, card_return_address
from shop.payments.mandate_text import MandateText, mandate_text
from shop.payments.models import (
    OWING_STATES,
    Attempt,
    Contract,
    Due,
    MandateState,
    PaymentMandate,
    StripeCustomer,
    of_contract,
)
from shop.payments.rules import KEY_LIFETIME, LIVE_STATES, REACH_CUSTOMER
from shop.payments.snapshots import CardFacts, PageFacts
from shop.pricing.rules import DueKind, PlannedDue

UNCERTAIN = (MandateState.PENDING, MandateState.EXPIRED, MandateState.FAILED)


class PaymentUnavailable(Exception):
    """The message is one French sentence for the customer."""


def text_for(
    order: Order, *, creditor: str, address: str, now: datetime, except_due: Due | None = None
) -> MandateText:
    """What is still to be paid for an order, as the customer is asked to agree to it."""
    dues = [
        due
        for due in Due.objects.filter(order=order).unpaid().order_by("position")
        if due != except_due
    ]
    return mandate_text(
        creditor=creditor,
        planned=[
            PlannedDue(DueKind(due.kind), due.position, due.amount, due.due_on) for due in dues
        ],
        notice_days=max((due.notice_days for due in dues), default=0),
        address=address,
        may_withdraw=order.first_charge_at is None or now < order.first_charge_at,
    )


def start_card_setup(
    *, order: Order, text: MandateText, facts: RequestFacts, now: datetime | None = None
) -> str:
    """Address of the hosted page that saves the card; a second click leads to the same page.

    Outside any transaction: the row is committed before Stripe hears of it.
    Raises PaymentUnavailable.
    """
    moment = now or present()
    mandate = _pending_mandate(order, text, facts, moment)
    if mandate.session_url:
        return mandate.session_url
    try:
        page = gateway.open_card_page(
            customer=stripe_customer(order),
            reference=order.reference,
            key=mandate_key(mandate),
            return_url=absolute(card_return_address(mandate)),
            cancel_url=absolute(card_return_address(mandate)),
        )
    except GatewayError as error:
        raise PaymentUnavailable(
            "Notre prestataire de paiement ne répond pas. Réessayez dans quelques minutes : "
            "votre commande est bien enregistrée."
        ) from error
    _keep_page(mandate, page)
    return page.url


def mandate_key(mandate: PaymentMandate) -> str:
    return f"{mandate.order.reference}-card-{mandate.number}"


@transaction.atomic(durable=True)
def _pending_mandate(
    order: Order, text: MandateText, facts: RequestFacts, now: datetime
) -> PaymentMandate:
    locked = Order.objects.select_for_update().get(pk=order.pk)
    if locked.state not in OWING_STATES:
        raise PaymentUnavailable("Cette commande est terminée : aucune carte n’est demandée.")
    open_ones = locked.mandates.filter(
        state=MandateState.PENDING,
        text_sha256=text.sha256,
        created_at__gt=now - KEY_LIFETIME,
        attempts__isnull=True,
    )
    latest = open_ones.order_by("-number").first()
    if latest is None or _is_superseded(latest):
        return new_mandate(locked, text, facts, now)
    return latest


def new_mandate(
    order: Order, text: MandateText, facts: RequestFacts, now: datetime, **fields: Any
) -> PaymentMandate:
    """In the caller's transaction, which holds the order."""
    last = order.mandates.aggregate(last=Max("number"))["last"] or 0
    return PaymentMandate.objects.create(
        order=order,
        number=last + 1,
        text=text.text,
        text_sha256=text.sha256,
        accepted_at=now,
        created_at=now,
        ip=facts.ip,
        user_agent=facts.user_agent[:300],
        **fields,
    )


@transaction.atomic
def _keep_page(mandate: PaymentMandate, page: PageFacts) -> None:
    """A refusal or an answer that came in between is not undone."""
    PaymentMandate.objects.filter(pk=mandate.pk, session_id__isnull=True).update(
        session_id=page.id, session_url=page.url, setup_intent_id=page.setup_intent_id or None
    )


def stripe_customer(contract: Contract) -> str:
    """One customer per contract, made once: two at once send the same key and keep the same row."""
    mine = of_contract(contract)
    known = StripeCustomer.objects.filter(**mine).first()
    if known:
        return known.stripe_id
    made = gateway.create_customer(
        name=contract.payer_name, email=contract.email, reference=contract.payment_reference
    )
    row, _ = StripeCustomer.objects.get_or_create(**mine, defaults={"stripe_id": made})
    return row.stripe_id


@transaction.atomic
def sync_setup(session_id: str, now: datetime | None = None) -> PaymentMandate | None:
    """Reads the page again and applies what became of it; None for a page that is not ours."""
    moment = now or present()
    found = PaymentMandate.objects.filter(session_id=session_id, attempts__isnull=True).first()
    if found is None:
        return None
    order = Order.objects.select_for_update().get(pk=found.order_id)
    list(Due.objects.select_for_update().filter(order=order).order_by("pk"))
    mandate = PaymentMandate.objects.select_for_update().get(pk=found.pk)
    if mandate.state not in UNCERTAIN:
        return mandate
    page = gateway.read_page(session_id)
    if page.reference != order.reference:
        raise Refused("Cette page Stripe n’est pas celle de la commande.")
    if page.setup_status == "succeeded" and page.card:
        activate(mandate, page.card, order=order, now=moment)
    elif page.status == "expired":
        _set_state(mandate, MandateState.EXPIRED)
    return mandate


def activate(
    mandate: PaymentMandate, card: CardFacts, *, order: Order, now: datetime
) -> PaymentMandate:
    """In the caller's transaction, which holds the dues of the order.

    A card that left the customer at once is asked for again; an order that ended keeps none; the
    latest agreement counts, in whatever order Stripe tells of several (invariant I6).
    """
    mandate.payment_method_id = card.payment_method_id
    mandate.brand, mandate.last4 = card.brand, card.last4
    mandate.exp_month, mandate.exp_year = card.exp_month, card.exp_year
    mandate.session_url = ""
    is_wanted = order.state in OWING_STATES and not _is_superseded(mandate)
    mandate.detach_due = bool(card.customer) and not is_wanted
    if not card.customer:
        mandate.state = MandateState.FAILED
    elif not is_wanted:
        mandate.state = MandateState.REVOKED
    else:
        _retire_others(mandate)
        mandate.state = MandateState.ACTIVE
        _unblock_dues(order, now)
    mandate.save()
    record(
        "carte enregistrée" if mandate.state == MandateState.ACTIVE else "carte non retenue",
        subject=order,
        actor=order.full_name,
        data={"mandate": mandate.pk, "last4": card.last4, "text_sha256": mandate.text_sha256},
        at=now,
    )
    return mandate


def give_up_mandate(mandate: PaymentMandate) -> None:
    """The payment page that asked for this card took none."""
    if mandate.state == MandateState.PENDING:
        _set_state(mandate, MandateState.EXPIRED)


def _is_superseded(mandate: PaymentMandate) -> bool:
    """A later card was given since, and perhaps withdrawn: an earlier one does not come back."""
    return PaymentMandate.objects.filter(
        order=mandate.order_id,
        number__gt=mandate.number,
        state__in=[MandateState.ACTIVE, MandateState.REVOKED],
    ).exists()


def _retire_others(mandate: PaymentMandate) -> None:
    others = PaymentMandate.objects.filter(order=mandate.order_id, state=MandateState.ACTIVE)
    others = others.exclude(pk=mandate.pk)
    others.exclude(payment_method_id=mandate.payment_method_id).update(detach_due=True)
    others.update(state=MandateState.REVOKED)


def _unblock_dues(order: Order, now: datetime) -> None:
    """What waited is debited from the new card, after the notice that its text promises (law.md T-06)."""
    waiting = Due.objects.filter(order=order).unpaid().exclude(asks_customer="")
    waiting.filter(asks_staff__endswith=REACH_CUSTOMER).update(asks_staff="")
    waiting.update(asks_customer="", next_try_at=now, announced_at=None)


def active_mandate(order: Order) -> PaymentMandate | None:
    found: PaymentMandate | None = order.mandates.filter(state=MandateState.ACTIVE).first()
    return found


@transaction.atomic
def revoke_mandates(*, order: Order) -> int:
    """No card of this order is debited any more; a job takes them away from Stripe."""
    mandates = PaymentMandate.objects.select_for_update().filter(order=order)
    cards = mandates.filter(state=MandateState.ACTIVE)
    return cards.update(state=MandateState.REVOKED, detach_due=True)


@transaction.atomic
def withdraw_card(*, order: Order, now: datetime) -> bool:
    """At the customer's wish; what is due stays due and is then paid by a link. False without a card."""
    locked = Order.objects.select_for_update().get(pk=order.pk)
    list(Due.objects.select_for_update().filter(order=locked).order_by("pk"))
    revoked = revoke_mandates(order=locked)
    if revoked:
        record("carte retirée", subject=locked, actor=locked.full_name, at=now)
    return bool(revoked)


def detach_cards(now: datetime) -> None:
    """Job: retires the cards that have nothing left to pay, then detaches what is to be detached."""
    _retire_settled(now)
    for mandate in PaymentMandate.objects.filter(detach_due=True).order_by("pk"):
        if _still_used(mandate):
            continue
        try:
            gateway.detach_card(mandate.payment_method_id)
        except Unanswered:
            return  # nobody answers now: next time
        PaymentMandate.objects.filter(pk=mandate.pk).update(detach_due=False)


def _retire_settled(now: datetime) -> None:
    """Erasure: a card is kept no longer than it is needed (payments.md 3.10)."""
    owed = Due.objects.unpaid().filter(order__isnull=False).values("order")
    settled = PaymentMandate.objects.filter(state=MandateState.ACTIVE).exclude(order__in=owed)
    for order in Order.objects.filter(mandates__in=settled).order_by("pk"):
        revoke_mandates(order=order)
        record("carte supprimée : tout est réglé", subject=order, actor="LEXOM", at=now)


def _still_used(mandate: PaymentMandate) -> bool:
    return Attempt.objects.filter(
        payment_method_id=mandate.payment_method_id, state__in=LIVE_STATES
    ).exists() or (
        PaymentMandate.objects.filter(
            payment_method_id=mandate.payment_method_id, state=MandateState.ACTIVE
        ).exists()
    )


@transaction.atomic
def refresh_card(payment_method_id: str, now: datetime) -> None:
    """The network renewed the card, or it left the customer: reads it again."""
    mandates = PaymentMandate.objects.select_for_update().filter(
        payment_method_id=payment_method_id, state=MandateState.ACTIVE
    )
    for mandate in mandates.select_related("order"):
        card = gateway.read_card(payment_method_id)
        if not card.customer:
            _set_state(mandate, MandateState.REVOKED)
            record("carte retirée chez Stripe", subject=mandate.order, actor="Stripe", at=now)
            continue
        before = mandate.expires_on
        mandate.last4, mandate.brand = card.last4, card.brand
        mandate.exp_month, mandate.exp_year = card.exp_month, card.exp_year
        if mandate.expires_on != before:
            mandate.renewal_asked_at = None  # the new card has an end of its own
        mandate.save(update_fields=["last4", "brand", "exp_month", "exp_year", "renewal_asked_at"])


def _set_state(mandate: PaymentMandate, state: MandateState) -> None:
    mandate.state = state
    mandate.session_url = ""
    mandate.save(update_fields=["state", "session_url"])
