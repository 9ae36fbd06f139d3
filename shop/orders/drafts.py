"""An order being written: kept in the database, so that two tabs are two drafts and nothing is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from base.private_files import forget, keep
from courses.sessions.models import CourseSession
from courses.sessions.waiting.models import seats_are_held
from documents.rendering import render
from shop.orders.contract_text import STYLESHEET, Buyer, contract_html
from shop.orders.models import OrderDraft
from shop.orders.offers import Offer, offer_for
from shop.orders.tasks import prepare_draft_contract

KEPT_FOR = timedelta(days=30)  # law.md G-02: abandoned checkout
CONTRACT_KEY = "contract_sha256"
CONTRACT_OF = "contract_of"


@transaction.atomic
def save_draft(
    *, session: CourseSession, data: dict[str, Any], draft: OrderDraft | None = None
) -> OrderDraft:
    """Starts or corrects a draft; its contract to read is laid out again by the worker."""
    draft = draft or OrderDraft(session=session)
    draft.session, draft.data = session, data
    draft.save()
    prepare_draft_contract.enqueue(draft.pk)
    return draft


def render_draft_contract(draft_id: int) -> str:
    """Lays out the contract as it would be signed now; returns its SHA-256, or nothing to lay out."""
    draft = OrderDraft.objects.filter(pk=draft_id).first()
    if draft is None:
        return ""
    now = timezone.now()
    offer = offer_for_draft(draft, session_of(draft), now)
    if not offer.sellable:
        return ""
    html = contract_html(offer, Buyer.from_data(draft.data), signed_on=timezone.localdate(now))
    digest = keep(render(html, stylesheet=STYLESHEET).content)
    with transaction.atomic():
        row = OrderDraft.objects.select_for_update().get(pk=draft_id)
        row.data = row.data | {CONTRACT_KEY: digest, CONTRACT_OF: offer.fingerprint}
        row.save(update_fields=["data"])
    return digest


def offer_for_draft(draft: OrderDraft, session: CourseSession, now: datetime) -> Offer:
    held = seats_are_held(token=waiting_token(draft), session_id=session.pk)
    postcode = draft.data.get("postcode", "") if draft.data.get("country") == "FR" else ""
    buyer = sha256(repr(Buyer.from_data(draft.data)).encode()).hexdigest()
    return offer_for(session, now=now, postcode=postcode, seat_held=held, buyer=buyer)


def contract_is_current(draft: OrderDraft, offer: Offer) -> bool:
    """The PDF to read was laid out from what would be signed now."""
    return bool(draft.data.get(CONTRACT_OF) == offer.fingerprint)


def waiting_token(draft: OrderDraft) -> str:
    """Of the waiting list's offer that brought the buyer, if any."""
    return str(draft.data.get("attente", ""))


def session_of(draft: OrderDraft) -> CourseSession:
    sessions = CourseSession.objects.select_related("course", "venue", "trainer")
    return sessions.prefetch_related("half_days").get(pk=draft.session_id)


def forget_abandoned_drafts(now: datetime) -> None:
    """With the contracts that were laid out for them: they name somebody (law.md G-02)."""
    for draft in OrderDraft.objects.filter(created_at__lt=now - KEPT_FOR):
        if digest := draft.data.get(CONTRACT_KEY):
            forget(digest)
        draft.delete()
