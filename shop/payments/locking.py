"""Rows are locked in one order everywhere: the contract, then its dues."""

from __future__ import annotations

from shop.orders.models import Order
from shop.payments.models import Contract, Due
from shop.proposals.models import Proposal


def lock_contract(due: Due) -> Contract:
    """Until the caller's transaction ends; the row as it is once held."""
    if due.order_id:
        return Order.objects.select_for_update(of=("self",)).get(pk=due.order_id)
    assert due.proposal_id  # noqa: S101  the constraint of the table
    return Proposal.objects.select_for_update(of=("self",)).get(pk=due.proposal_id)


def lock_same(contract: Contract) -> Contract:
    """The same row, held until the caller's transaction ends."""
    if isinstance(contract, Order):
        return Order.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    return Proposal.objects.select_for_update(of=("self",)).get(pk=contract.pk)


def lock_due(due_id: int) -> Due:
    """The due, whose ``contract`` is held too."""
    contract = lock_contract(Due.objects.get(pk=due_id))
    due = Due.objects.select_for_update().get(pk=due_id)
    setattr(due, contract._meta.model_name or "", contract)
    return due
