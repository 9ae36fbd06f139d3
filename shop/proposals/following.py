"""What a signature starts."""

from __future__ import annotations

from datetime import datetime

from base.events import record
from shop.proposals.models import Proposal


def after_signature(proposal: Proposal, now: datetime) -> None:
    """In the transaction that signs, with the row locked: the deposit is to be asked for (CGV 2.2)."""
    data = {"amount": proposal.deposit, "reference": proposal.reference}
    record("Acompte à demander", subject=proposal, actor="LEXOM", data=data, at=now)
