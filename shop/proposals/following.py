"""What a signature starts, and what a new version takes over."""

from __future__ import annotations

from datetime import datetime

from shop.funding.actions import share_balance
from shop.funding.models import Funding
from shop.payments.companies import open_dues
from shop.proposals.models import Proposal


def after_replacement(old: Proposal, new: Proposal) -> None:
    """In the transaction that replaces: the fund was asked for the training, whatever its version."""
    Funding.objects.filter(proposal=old).update(proposal=new)


def after_signature(proposal: Proposal, now: datetime) -> None:
    """In the transaction that signs, with the row locked (CGV 2.1, 2.2, 3.3)."""
    open_dues(proposal=proposal, now=now)
    share_balance(proposal, now)
