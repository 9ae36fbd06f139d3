from __future__ import annotations

from shop.complaints.matching import cited, same_address
from shop.invoices.models import Invoice
from shop.orders.models import Order
from shop.payments.models import Contract
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState


def contracts_cited(text: str) -> list[Contract]:
    """Each one once, whoever they belong to; of a proposal, the version that binds or the last."""
    found = cited(text)
    contracts: list[Contract] = list(Order.objects.filter(reference__in=found.orders))
    contracts += [row for number in sorted(found.proposals) if (row := _proposal(number))]
    invoices = Invoice.objects.filter(number__in=found.invoices).defer("content")
    contracts += [row for invoice in invoices if (row := invoice.contract)]
    return list(dict.fromkeys(contracts))


def own_contract(text: str, email: str) -> Contract | None:
    """The only contract that a text cites, when the address is that of its client; or a person looks."""
    contracts = contracts_cited(text)
    if len(contracts) == 1 and same_address(contracts[0].email, email):
        return contracts[0]
    return None


def _proposal(number: str) -> Proposal | None:
    versions = list(Proposal.objects.filter(number=number).defer("content").order_by("-version"))
    signed = [row for row in versions if row.state == ProposalState.SIGNED]
    return next(iter([*signed, *versions]), None)
