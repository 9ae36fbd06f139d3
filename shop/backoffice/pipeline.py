"""The proposals under way, stage by stage, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from base.money import round_cents
from shop.backoffice.facts import dues_with_facts, waiting_offers
from shop.backoffice.next_action import NextAction
from shop.backoffice.proposal_facts import action_of, annotated_proposals
from shop.backoffice.proposal_stages import Stage, in_stage
from shop.proposals.models import Proposal

SHOWN = 20
# Read before they are sorted by what is to be done: of more than these, the order below decides.
READ = 100
ORDER = {
    Stage.ASKED: "asked_at",
    Stage.ISSUED: "valid_until",
    Stage.DEPOSIT: "signature__signed_at",
    Stage.DEFINITIVE: "starts_on",
    Stage.EXPIRED: "-valid_until",
}


@dataclass(frozen=True)
class Card:
    proposal: Proposal
    action: NextAction
    is_overdue: bool


@dataclass(frozen=True)
class StageColumn:
    """``total`` is in euros, tax included; a request has no price yet."""

    stage: Stage
    count: int
    total: Decimal
    cards: tuple[Card, ...]

    @property
    def left(self) -> int:
        return self.count - len(self.cards)

    @property
    def url(self) -> str:
        return f"{reverse('proposal_list:index')}?stage={self.stage.value}"


def pipeline(now: datetime) -> list[StageColumn]:
    """Every stage, the empty ones too; as many queries whatever their length."""
    today = timezone.localdate(now)
    sums = _sums(today)
    proposals = annotated_proposals().select_related("course").defer("content")
    rows = {
        stage: list(proposals.filter(in_stage(stage, today)).order_by(order, "pk")[:READ])
        for stage, order in ORDER.items()
    }
    everything = [row for found in rows.values() for row in found]
    prefetch_related_objects(everything, dues_with_facts(), waiting_offers())
    return [
        StageColumn(
            stage,
            sums[f"{stage.name}_count"] or 0,
            round_cents(sums[f"{stage.name}_total"] or Decimal(0)),
            tuple(_cards(found, today)),
        )
        for stage, found in rows.items()
    ]


def _sums(today: date) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for stage in ORDER:
        kept = in_stage(stage, today)
        wanted[f"{stage.name}_count"] = Count("pk", filter=kept)
        wanted[f"{stage.name}_total"] = Sum("incl_vat", filter=kept)
    return Proposal.objects.aggregate(**wanted)


def _cards(rows: list[Proposal], today: date) -> list[Card]:
    actions = [(row, action_of(row)) for row in rows]
    actions.sort(key=lambda pair: pair[1].pressing(today))
    return [Card(row, action, action.is_overdue(today)) for row, action in actions[:SHOWN]]
