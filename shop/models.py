from shop.orders.models import Order, OrderDraft
from shop.orders.sales_settings import SalesSettings
from shop.payments.models import (
    Attempt,
    Due,
    PaymentMandate,
    Refund,
    StripeComparison,
    StripeCustomer,
    StripeEvent,
)
from shop.withdrawal.models import ChargeFreeze, WithdrawalDeclaration, WithdrawalMatch

__all__ = [
    "Attempt",
    "ChargeFreeze",
    "Due",
    "Order",
    "OrderDraft",
    "PaymentMandate",
    "Refund",
    "SalesSettings",
    "StripeComparison",
    "StripeCustomer",
    "StripeEvent",
    "WithdrawalDeclaration",
    "WithdrawalMatch",
]
