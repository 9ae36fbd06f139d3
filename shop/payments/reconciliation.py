"""Whatever webhooks, workers or answers were lost: everything that is not final is read again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import Max

from shop.orders.models import Order
from shop.payments import gateway
from shop.payments.charging import resume_attempt
from shop.payments.event_models import StripeEvent
from shop.payments.gateway_errors import GatewayError, Unanswered
from shop.payments.mandates import sync_setup
from shop.payments.models import Attempt, Due, MandateState, PaymentMandate
from shop.payments.refund_sending import follow_refunds
from shop.payments.releasing import close_pages_of_proposal, expire_open_sessions
from shop.payments.rules import LIVE_STATES, LONGEST_CALL, AttemptState
from shop.payments.stripe_events import TYPES, process_event
from shop.proposals.models import Proposal

logger = logging.getLogger(__name__)
FIRST_LOOK = timedelta(days=2)
OVERLAP = timedelta(hours=1)
ALARM = timedelta(hours=24)
PAGE_LIFETIME = timedelta(hours=24)


def resume_leftovers(now: datetime) -> None:
    """Job: what a dead process or a lost answer left in the middle of a call.

    One that a clock since corrected dates in the future is no call of this minute.
    """
    begun = Attempt.objects.filter(state=AttemptState.SENDING).exclude(
        created_at__range=(now, now + LONGEST_CALL)
    )
    _each(_whole(begun), lambda attempt: resume_attempt(attempt, now))
    _alarm(now)


def reconcile(now: datetime) -> None:
    """Job: the objects themselves, which count more than the list of events."""
    limit = now - LONGEST_CALL
    live = Attempt.objects.filter(state__in=LIVE_STATES, created_at__lte=limit)
    _each(_whole(live), lambda attempt: resume_attempt(attempt, now))
    pending = PaymentMandate.objects.filter(
        state=MandateState.PENDING, created_at__lte=limit, session_id__isnull=False
    )
    _each(pending.order_by("pk"), lambda mandate: sync_setup(mandate.session_id or "", now))
    _forget_unopened_pages(now)
    open_pages = Order.objects.filter(dues__stopped_at__isnull=False).distinct()
    stopped = open_pages.filter(mandates__state=MandateState.PENDING) | open_pages.filter(
        dues__attempts__state=AttemptState.NEEDS_CUSTOMER
    )
    _each(stopped.order_by("pk"), lambda order: expire_open_sessions(order, now))
    ended = Proposal.objects.filter(
        dues__stopped_at__isnull=False, dues__attempts__state=AttemptState.NEEDS_CUSTOMER
    ).distinct()
    _each(ended.order_by("pk"), lambda proposal: close_pages_of_proposal(proposal.pk, now))
    follow_refunds(now)


def _whole(attempts: Iterable[Attempt]) -> list[Attempt]:
    keys = [attempt.pk for attempt in attempts]
    found = Attempt.objects.filter(pk__in=keys).select_related("due__order", "mandate")
    return list(found.order_by("pk"))


def _each(rows: Iterable[object], act: Callable[..., object]) -> None:
    """One row that fails does not keep the others from being read; silence stops them all."""
    for row in rows:
        try:
            act(row)
        except Unanswered:
            return
        except GatewayError:
            logger.exception("Rapprochement impossible : %s", row)


def _forget_unopened_pages(now: datetime) -> None:
    """No address was ever given to the customer, and the page is dead by now."""
    PaymentMandate.objects.filter(
        state=MandateState.PENDING,
        session_id__isnull=True,
        created_at__lte=now - PAGE_LIFETIME,
    ).update(state=MandateState.EXPIRED)


def _alarm(now: datetime) -> None:
    silent = Attempt.objects.filter(state=AttemptState.SENDING, created_at__lte=now - ALARM)
    Due.objects.filter(attempts__in=silent, asks_staff="").update(
        asks_staff="Stripe ne répond pas depuis 24 heures : vérifier cette échéance."
    )


def read_missed_events(now: datetime) -> None:
    """Job, once a day: events that never reached us. The first look goes back two days."""
    if not gateway.is_configured():
        return
    latest = StripeEvent.objects.aggregate(latest=Max("received_at"))["latest"]
    since = min(latest - OVERLAP, now - timedelta(days=1)) if latest else now - FIRST_LOOK
    known = set(
        StripeEvent.objects.filter(processed_at__isnull=False, received_at__gte=since - OVERLAP)
        .values_list("event_id", flat=True)
    )  # fmt: skip
    for event in gateway.events_since(since, TYPES):
        if event.id not in known:
            process_event(event, now)
