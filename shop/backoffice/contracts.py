"""Where staff read about an order or a proposal."""

from __future__ import annotations

from django.urls import reverse

from shop.orders.models import Order
from shop.payments.models import Contract


def contract_page(contract: Contract) -> str:
    name = "order" if isinstance(contract, Order) else "proposal_list"
    return reverse(f"{name}:inspect", args=[contract.pk])
