from __future__ import annotations

import logging

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from base.clock import present
from shop.payments import gateway
from shop.payments.event_models import StripeEvent
from shop.payments.gateway_errors import BadSignature, Unanswered
from shop.payments.snapshots import EventFacts
from shop.payments.stripe_events import process_event

logger = logging.getLogger(__name__)
DONE, BAD, BROKEN, LATER = 200, 400, 500, 503


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """200 done, now or before; 400 not from Stripe; 500 and 503 ask for the event again."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        event = gateway.read_event(request.body, signature)
    except BadSignature:
        return HttpResponse(status=BAD)
    if event.livemode != gateway.uses_live_key():
        return HttpResponse(status=BAD)
    return HttpResponse(status=_process(event))


def _process(event: EventFacts) -> int:
    now = present()
    try:
        with transaction.atomic():
            _wait_less()
            process_event(event, now)
    except (Unanswered, OperationalError):
        return LATER
    except Exception as error:
        logger.exception("L’événement Stripe %s n’a pas pu être traité.", event.id)
        StripeEvent.objects.update_or_create(
            event_id=event.id,
            defaults={"type": event.type[:80], "object_id": event.object_id[:120]}
            | {"error": str(error)},
        )
        return BROKEN
    return DONE


def _wait_less() -> None:
    """Stripe gives up before a lock held for long is free, and comes again."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
