"""What a company needs to pay by transfer: the only door to our account outside the settings.

It opens with a company's proposal and nothing else: a natural person is shown no account before the
first day on which money may be asked of them (law.md T-06, invariant I1).
"""

from __future__ import annotations

from dataclasses import dataclass

from base.organisation import Organisation
from shop.payments.bank.references import spaced_reference
from shop.proposals.models import Proposal


@dataclass(frozen=True)
class TransferDetails:
    """As printed; ``reference`` is to be quoted in the transfer."""

    holder: str
    iban: str
    bic: str
    reference: str


def transfer_details(proposal: Proposal) -> TransferDetails | None:
    """None while the proposal has no number, or while the settings tell no account."""
    organisation = Organisation.current()
    if not proposal.number or not organisation.takes_transfers:
        return None
    return TransferDetails(
        organisation.holder_of_account,
        organisation.spaced_iban,
        organisation.bic,
        spaced_reference(proposal.number),
    )
