from shop.account.models import Company, CompanyProposal, Membership
from shop.cancelled_sessions.models import SessionCancellation, SessionOffer
from shop.changes.models import RequestOutcome, TermsPolicy, WrittenRequest
from shop.collection.models import (
    CollectionCase,
    CollectionReminder,
    PenaltyInvoice,
    RegisteredLetter,
    Suspension,
)
from shop.complaints.models import (
    AnswerTemplate,
    Complaint,
    ComplaintAnswer,
    ComplaintMessage,
    MediationNotice,
)
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
from shop.payments.event_models import StripeEvent
from shop.payments.models import (
    Attempt,
    Due,
    PaymentMandate,
    Refund,
    StripeCustomer,
)
from shop.proposals.agreement.models import Agreement, ChangeAnswer, ChangeRequest, Participant
from shop.proposals.models import Proposal
from shop.proposals.paper.models import PaperFile, PaperReturn
from shop.proposals.signing.models import ProposalSignature, Signing
from shop.withdrawal.models import ChargeFreeze, WithdrawalDeclaration, WithdrawalMatch

__all__ = [
    "AccountingSettings",
    "Agreement",
    "AnswerTemplate",
    "Attempt",
    "BankAllocation",
    "BankLine",
    "BankReturn",
    "BankStatement",
    "ChangeAnswer",
    "ChangeRequest",
    "ChargeFreeze",
    "CollectionCase",
    "CollectionReminder",
    "Company",
    "CompanyProposal",
    "Complaint",
    "ComplaintAnswer",
    "ComplaintMessage",
    "Due",
    "Funding",
    "Invoice",
    "InvoiceAmount",
    "InvoiceDeduction",
    "InvoiceMention",
    "LedgerClosing",
    "LedgerEntry",
    "LedgerHead",
    "MediationNotice",
    "Membership",
    "Order",
    "OrderDraft",
    "PaperFile",
    "PaperReturn",
    "Participant",
    "PaymentMandate",
    "PenaltyInvoice",
    "Proposal",
    "ProposalSignature",
    "Refund",
    "RegisteredLetter",
    "RequestOutcome",
    "SalesSettings",
    "SeriesCounter",
    "SessionCancellation",
    "SessionOffer",
    "Signing",
    "StripeComparison",
    "StripeCustomer",
    "StripeEvent",
    "Suspension",
    "TermsPolicy",
    "WithdrawalDeclaration",
    "WithdrawalMatch",
    "WrittenRequest",
]
