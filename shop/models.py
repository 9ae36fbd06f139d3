from shop.account.models import Company, CompanyProposal, Membership
from shop.changes.models import RequestOutcome, TermsPolicy, WrittenRequest
from shop.funding.models import Funding
from shop.invoices.accounting.settings import AccountingSettings
from shop.invoices.ledger.models import LedgerClosing, LedgerEntry, LedgerHead
from shop.invoices.models import (
    Invoice,
    InvoiceAmount,
    InvoiceDeduction,
    InvoiceMention,
)
from shop.numbering.models import SeriesCounter
from shop.orders.models import Order, OrderDraft
from shop.orders.sales_settings import SalesSettings
from shop.payments.bank.models import BankAllocation, BankLine, BankReturn, BankStatement
from shop.payments.comparisons import StripeComparison
from shop.payments.models import (
    Attempt,
    Due,
    PaymentMandate,
    Refund,
    StripeCustomer,
    StripeEvent,
)
from shop.proposals.agreement.models import Agreement, ChangeAnswer, ChangeRequest, Participant
from shop.proposals.models import Proposal
from shop.proposals.paper.models import PaperFile, PaperReturn
from shop.proposals.signing.models import ProposalSignature, Signing
from shop.withdrawal.models import ChargeFreeze, WithdrawalDeclaration, WithdrawalMatch

__all__ = [
    "AccountingSettings",
    "Agreement",
    "Attempt",
    "BankAllocation",
    "BankLine",
    "BankReturn",
    "BankStatement",
    "ChangeAnswer",
    "ChangeRequest",
    "ChargeFreeze",
    "Company",
    "CompanyProposal",
    "Due",
    "Funding",
    "Invoice",
    "InvoiceAmount",
    "InvoiceDeduction",
    "InvoiceMention",
    "LedgerClosing",
    "LedgerEntry",
    "LedgerHead",
    "Membership",
    "Order",
    "OrderDraft",
    "PaperFile",
    "PaperReturn",
    "Participant",
    "PaymentMandate",
    "Proposal",
    "ProposalSignature",
    "Refund",
    "RequestOutcome",
    "SalesSettings",
    "SeriesCounter",
    "Signing",
    "StripeComparison",
    "StripeCustomer",
    "StripeEvent",
    "TermsPolicy",
    "WithdrawalDeclaration",
    "WithdrawalMatch",
    "WrittenRequest",
]
