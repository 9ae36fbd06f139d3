from shop.account.models import Company, CompanyProposal, Membership
from shop.invoices.accounting.settings import AccountingSettings
from shop.invoices.ledger.models import LedgerClosing, LedgerEntry, LedgerHead
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
from shop.proposals.models import Proposal
from shop.withdrawal.models import ChargeFreeze, WithdrawalDeclaration, WithdrawalMatch

__all__ = [
    "AccountingSettings",
    "Attempt",
    "ChargeFreeze",
    "Company",
    "CompanyProposal",
    "Due",
    "Invoice",
    "InvoiceAmount",
    "InvoiceCounter",
    "InvoiceDeduction",
    "InvoiceMention",
    "LedgerClosing",
    "LedgerEntry",
    "LedgerHead",
    "Membership",
    "Order",
    "OrderDraft",
    "PaymentMandate",
    "Proposal",
    "Refund",
    "SalesSettings",
    "StripeComparison",
    "StripeCustomer",
    "StripeEvent",
    "WithdrawalDeclaration",
    "WithdrawalMatch",
]
