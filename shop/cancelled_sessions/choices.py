"""What a client may choose now: read again on each page, since seats go meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from courses.sessions.models import CourseSession
from shop.cancelled_sessions.models import SessionOffer
from shop.orders.moving import why_not_move


@dataclass(frozen=True)
class OtherSession:
    """``refusal`` says in French why it cannot be chosen, empty when it can."""

    session: CourseSession
    refusal: str

    @property
    def key(self) -> str:
        return f"session-{self.session.pk}"


def other_sessions(offer: SessionOffer, now: datetime) -> list[OtherSession]:
    rows = offer.cancellation.alternatives.select_related("course", "venue").prefetch_related(
        "half_days"
    )
    return [
        OtherSession(session, _refusal(offer, session, now))
        for session in rows.order_by("starts_on", "pk")
    ]


def _refusal(offer: SessionOffer, session: CourseSession, now: datetime) -> str:
    if session.is_cancelled:
        return "Cette session est annulée à son tour."
    if session.starts_on <= timezone.localdate(now):
        return "Cette session a commencé."
    if session.seats_left is not None and session.seats_left < offer.seats:
        many = offer.seats > 1
        return f"Il ne reste plus {offer.seats} places." if many else "Cette session est complète."
    if not session.is_bookable(timezone.localdate(now)):
        return "Cette session n’est plus ouverte aux inscriptions."
    return why_not_move(offer.order, session) if offer.order else ""
