from shop.invoices.models import (
    Invoice,
    InvoiceAmount,
    InvoiceCounter,
    InvoiceDeduction,
    InvoiceMention,
)
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
    "Invoice",
    "InvoiceAmount",
    "InvoiceCounter",
    "InvoiceDeduction",
    "InvoiceMention",
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
