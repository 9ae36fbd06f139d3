"""How far a company's proposals are: what the pipeline shows and the list keeps."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from shop.payments.models import Due
from shop.proposals.rules import ProposalState

LATELY = timedelta(days=30)


class Stage(StrEnum):
    """The deposit and the balance are facts, not states: a stage is read, never stored."""

    ASKED = "demandees"
    ISSUED = "emises"
    DEPOSIT = "acompte"
    DEFINITIVE = "definitives"
    EXPIRED = "expirees"
    SETTLED = "reglees"

    @property
    def label(self) -> str:
        return {
            Stage.ASKED: "Demandées",
            Stage.ISSUED: "Émises",
            Stage.DEPOSIT: "Signées",
            Stage.DEFINITIVE: "Définitives",
            Stage.EXPIRED: "Expirées",
            Stage.SETTLED: "Terminées et réglées",
        }[self]

    @property
    def explanation(self) -> str:
        return {
            Stage.ASKED: "à composer",
            Stage.ISSUED: "en attente d’une signature",
            Stage.DEPOSIT: "acompte attendu",
            Stage.DEFINITIVE: "jusqu’au dernier règlement",
            Stage.EXPIRED: f"depuis {LATELY.days} jours au plus",
            Stage.SETTLED: "",
        }[self]

    @property
    def choice(self) -> str:
        return f"{self.label}, {self.explanation}" if self.explanation else self.label


def in_stage(stage: Stage, today: date) -> Q:
    """Of the rows of proposals; every row is in one stage at most."""
    issued = Q(state=ProposalState.ISSUED.value)
    expired = Q(state=ProposalState.EXPIRED.value) | issued & Q(valid_until__lt=today)
    signed = Q(state=ProposalState.SIGNED.value, ended_at__isnull=True)
    definitive = signed & Q(definitive_at__isnull=False)
    open_ones = Q(ends_on__gte=today) | ~Q(asks_staff="") | Q(Exists(_owed()))
    return {
        Stage.ASKED: Q(state=ProposalState.ASKED.value),
        Stage.ISSUED: issued & Q(valid_until__gte=today),
        Stage.DEPOSIT: signed & Q(definitive_at__isnull=True),
        Stage.DEFINITIVE: definitive & open_ones,
        Stage.EXPIRED: expired & Q(valid_until__gte=today - LATELY),
        Stage.SETTLED: definitive & ~open_ones,
    }[stage]


def _owed() -> QuerySet[Due]:
    return Due.objects.unpaid().filter(proposal=OuterRef("pk"))
