"""What happens to a consumer's order. Only these functions change its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from base.events import record
from courses.sessions.seats import release_seats, take_seats
from courses.sessions.waiting.actions import release_for_order
from legal.terms.acceptance import Box, Owner, RequestFacts, record_acceptance
from shop.changes.policies import policy_of
from shop.changes.policy import to_json
from shop.orders.consents import consent_boxes
from shop.orders.contract_text import Buyer, contract_html, full_place
from shop.orders.drafts import offer_for_draft, session_of, waiting_token
from shop.orders.models import Order, OrderDraft
from shop.orders.offers import Offer, Part, taught_hours
from shop.orders.rules import OrderState, may_become, new_reference
from shop.orders.sales_settings import SalesSettings
from shop.orders.tasks import confirm_order
from shop.payments.schedule import create_dues, open_dues
from shop.payments.stopping import stop_charging
from shop.withdrawal.rules import start_instant, withdrawal_period


class OrderRefused(Exception):
    """The message is one French sentence for the buyer; nothing was written."""


class OfferChanged(OrderRefused):
    """What the buyer read is no longer what would be sold; ``parts`` is empty when nobody can tell."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        what = ", ".join(parts) or "une partie de la commande"
        super().__init__(
            f"Ceci a changé depuis l’affichage de cette page : {what}. Votre commande n’est pas "
            "passée, votre saisie est conservée. Relisez le récapitulatif ci-dessous : il est à jour."
        )


class NotSellable(OrderRefused):
    pass


@transaction.atomic
def place_order(
    *,
    draft_id: int,
    shown: str,
    consents: Mapping[str, bool],
    facts: RequestFacts,
    now: datetime,
    account: Any = None,
) -> Order:
    """Concludes the contract that the recap showed; a second click returns the same order.

    ``shown`` is the fingerprint of the offer on the page. The seat is held, the schedule written,
    the acceptance recorded and the confirmation scheduled in this transaction; nothing can be
    charged until the confirmation is delivered (W-03, invariant I1).

    Raises OfferChanged, NotSellable, SeatsRefused (full meanwhile) and NotAccepted (a box is empty).
    """
    draft = OrderDraft.objects.select_for_update().get(pk=draft_id)
    existing = Order.objects.filter(draft=draft).first()
    if existing is not None:
        return existing
    session = session_of(draft)
    buyer = Buyer.from_data(draft.data)
    offer = offer_for_draft(draft, session, now)
    if not offer.sellable:
        raise NotSellable(offer.sellable.reason)
    if offer.fingerprint != shown:
        raise OfferChanged(offer.changes_since(shown))
    release_for_order(token=waiting_token(draft), session_id=session.pk, now=now)
    take_seats(session_id=session.pk)
    order = _write_order(draft, offer, buyer, now, account)
    create_dues(order=order, planned=offer.schedule)
    _record_agreement(order, offer, buyer, consents, facts, now)
    confirm_order.enqueue(order.pk)
    return order


def _write_order(
    draft: OrderDraft, offer: Offer, buyer: Buyer, now: datetime, account: Any
) -> Order:
    assert offer.price is not None  # noqa: S101  narrows the types of a sellable offer
    assert offer.terms is not None  # noqa: S101
    pdf = offer.terms.pdf
    assert pdf is not None  # noqa: S101
    session, reference = offer.session, new_reference()
    html = contract_html(offer, buyer, signed_on=timezone.localdate(now), reference=reference)
    return Order.objects.create(
        **asdict(buyer),
        reference=reference,
        draft=draft,
        account=account,
        session=session,
        course_title=session.course.title,
        course_reference=session.course.reference or "",
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        place=full_place(session),
        hours_by_day={str(day): str(hours) for day, hours in taught_hours(session).items()},
        snapshot={"contract_html": html, "offer": offer.fingerprint},
        price_excl_vat=offer.price.excl_vat,
        vat_rate=offer.price.rate,
        price_incl_vat=offer.price.incl_vat,
        terms_version=offer.terms,
        terms_sha256=pdf.sha256,
        change_policy=to_json(policy_of(offer.terms)),
        placed_at=now,
        contract_signed_at=now,
        early_start_requested=offer.begins_early,
    )


def _record_agreement(
    order: Order,
    offer: Offer,
    buyer: Buyer,
    consents: Mapping[str, bool],
    facts: RequestFacts,
    now: datetime,
) -> None:
    boxes = consent_boxes(terms_number=order.terms_version.number, begins_early=offer.begins_early)
    record_acceptance(
        version=order.terms_version,
        owner=Owner(order, buyer.name, buyer.email),
        boxes=[Box(wording, bool(consents.get(name))) for name, wording in boxes.items()],
        request_facts=facts,
        now=now,
    )
    notices = {kind.value: notice.sha256 for kind, notice in offer.notices.items()}
    data = {"price": order.price_incl_vat, "seat": 1, "notices": notices}
    record("Commande passée", subject=order, actor=buyer.name, data=data, at=now)


@transaction.atomic
def start_withdrawal_clock(*, order_id: int, accepted_at: datetime) -> Order:
    """The mail server accepted the confirmation and its notice: the fourteen days run (W-03, W-05).

    A copy that is sent again later changes nothing.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.confirmation_accepted_at is not None:
        return order
    order.confirmation_accepted_at = order.information_given_at = accepted_at
    started_at = start_instant(
        order_confirmed_at=order.placed_at,
        contract_signed_at=order.contract_signed_at,
        confirmation_accepted_at=accepted_at,
    )
    assert started_at is not None  # noqa: S101  all three are known here
    period = withdrawal_period(
        started_at,
        information_given_at=accepted_at,
        postcode=order.postcode if order.country == "FR" else "",
        postal_grace_days=SalesSettings.current().postal_grace_days,
    )
    order.withdrawal_last_day = period.last_day
    order.first_charge_day = period.first_charge_day
    order.first_charge_at = period.first_charge_at
    order.withdrawal_rule_version = period.rule_version
    order.calendar_version = period.calendar_version
    order.save()
    if order.is_active:
        open_dues(order=order)
    data = {"last_day": period.last_day, "first_charge_at": period.first_charge_at}
    record(
        "Délai de rétractation ouvert",
        subject=order,
        actor="serveur de courriel",
        data=data,
        at=accepted_at,
    )
    return order


@transaction.atomic
def stop_withdrawal_clock(*, order_id: int, reason: str, now: datetime) -> Order:
    """The confirmation came back: the period has not begun, nothing may be asked for (W-03)."""
    order = Order.objects.select_for_update().get(pk=order_id)
    order.confirmation_accepted_at = order.information_given_at = None
    order.withdrawal_last_day = order.first_charge_day = order.first_charge_at = None
    order.save()
    order.dues.update(not_before=None)
    record(
        "Confirmation non remise", subject=order, actor="serveur de courriel",
        data={"reason": reason}, at=now,
    )  # fmt: skip
    return order


@transaction.atomic
def end_order(*, order: Order, state: OrderState, actor: str, reason: str, now: datetime) -> Order:
    """Ends an order: its seat is free and no charge is left to happen (invariant I4).

    Raises OrderRefused when the order has already ended so that it cannot end this way.
    """
    order = Order.objects.select_for_update().get(pk=order.pk)
    before = OrderState(order.state)
    if not may_become(before, state):
        raise OrderRefused(f"La commande {order.reference} est déjà {before.label}.")
    order.state, order.ended_at, order.end_reason = state.value, now, reason[:300]
    order.save(update_fields=["state", "ended_at", "end_reason"])
    if before == OrderState.ACTIVE and state != OrderState.COMPLETED:
        release_seats(session_id=order.session_id)
    if state != OrderState.COMPLETED:
        stop_charging(order=order, actor=actor, reason=reason, now=now)
    data = {"before": before.value, "reason": reason}
    record(f"Commande {state.label}", subject=order, actor=actor, data=data, at=now)
    return order
