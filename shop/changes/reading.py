"""What the rules read of an order or a signed proposal, from the rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from base.money import round_cents
from shop.changes.models import RequestOutcome, WrittenRequest
from shop.changes.policy import ChangePolicy
from shop.changes.quoting import nobody_left, quote
from shop.changes.rules import Cause, Commitment, Profile, Quote, Request, Wish
from shop.orders.contract import TaughtDay
from shop.orders.models import Order
from shop.payments.models import Attempt, Contract
from shop.payments.refund_rows import paid_amount, refunded_amount
from shop.payments.rules import AttemptState
from shop.pricing.rules import DueKind, consumer_deposit
from shop.proposals.models import Proposal

MINUTES = Decimal(60)


def policy_of_contract(contract: Contract) -> ChangePolicy:
    """As it was when it was sold."""
    return contract.policy if isinstance(contract, Order) else contract.facts.policy


def commitment_of(contract: Contract) -> Commitment:
    return _order(contract) if isinstance(contract, Order) else _proposal(contract)


def quote_of(
    asked: WrittenRequest, *, cause: Cause | None = None, delivered: Decimal | None = None
) -> Quote:
    """What a stored or unsaved request costs; staff may retain another cause than the one invoked."""
    policy, commitment = policy_of_contract(asked.contract), commitment_of(asked.contract)
    if asked.heads > commitment.left:
        return nobody_left(policy, commitment)
    request = Request(
        wish=Wish(asked.wish),
        cause=cause or Cause(asked.cause),
        sent_at=asked.sent_at,
        received_at=asked.received_at,
        heads=asked.heads,
        new_start=asked.session.starts_on if asked.session else None,
        delivered=delivered,
    )
    return quote(policy, commitment, request)


def ordered_on(contract: Contract) -> date:
    """The signature of a proposal confirms the order (CGV 2.2)."""
    at: datetime = (
        contract.placed_at if isinstance(contract, Order) else contract.signature.signed_at
    )
    return timezone.localdate(at)


def _order(order: Order) -> Commitment:
    return Commitment(
        profile=Profile.CONSUMER,
        price=order.price_incl_vat,
        deposit=consumer_deposit(order.price_incl_vat),
        paid=paid_amount(order) - refunded_amount(order),
        ordered_on=ordered_on(order),
        starts_on=order.starts_on,
        hours=order.hours,
        postponed=_postponed(order),
    )


def _proposal(proposal: Proposal) -> Commitment:
    offer = proposal.current.offer
    outcomes = RequestOutcome.objects.all().of(proposal).applied()
    awaited = outcomes.with_open_window().first()
    kept = {wish: outcomes.filter(request__wish=wish.value).total("kept") for wish in Wish}
    assert proposal.incl_vat is not None  # noqa: S101  a signed proposal was issued
    return Commitment(
        profile=Profile.COMPANY,
        price=proposal.incl_vat,
        deposit=proposal.deposit or Decimal(0),
        paid=_paid_for_training(proposal) - refunded_amount(proposal) - kept[Wish.POSTPONE],
        ordered_on=ordered_on(proposal),
        starts_on=awaited.window_until if awaited else offer.starts_on,
        hours={} if awaited else hours_of(offer.timetable),
        heads=proposal.headcount,
        gone=proposal.seats_given_back,
        consumed=kept[Wish.CANCEL],
        forfeited=kept[Wish.POSTPONE],
        is_awaited=awaited is not None,
        is_intra=offer.is_intra,
        is_definitive=proposal.definitive_at is not None,
        postponed=_postponed(proposal),
    )


def hours_of(timetable: tuple[TaughtDay, ...]) -> Mapping[date, Decimal]:
    return {
        taught.day: sum(
            (
                (end.hour * MINUTES + end.minute - start.hour * MINUTES - start.minute) / MINUTES
                for start, end in taught.hours
            ),
            Decimal(),
        )
        for taught in timetable
    }


def _paid_for_training(proposal: Proposal) -> Decimal:
    """An indemnity that was paid for the people who left is no money for those who stay."""
    paid = Attempt.objects.filter(due__proposal=proposal, state=AttemptState.SUCCEEDED)
    found = paid.exclude(due__kind=DueKind.INDEMNITY.value).aggregate(total=Sum("amount"))
    return round_cents(found["total"] or Decimal(0))


def _postponed(contract: Contract) -> int:
    applied = RequestOutcome.objects.all().of(contract).applied()
    return int(applied.filter(request__wish=Wish.POSTPONE.value).count())
