"""What is owed, as the rules of matching read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from django.db.models import Q
from django.utils import timezone

from shop.orders.models import Order
from shop.payments.bank.amounts import signed_amount
from shop.payments.bank.models import BankAllocation, BankLine
from shop.payments.bank.references import references_in
from shop.payments.bank.rules import Candidate, Claim, Received, Sale, Sales, assign, certain
from shop.payments.bank.statements import StatementRefused
from shop.payments.models import Attempt, Contract, Due, DueQuerySet
from shop.payments.rules import AttemptState, Channel
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState

# Beyond so many references of paid sales in one look, a second look tells the doubles.
MOST_QUOTED = 1000
MOST_WORDS = 8


def match(lines: Sequence[BankLine]) -> list[list[Candidate]]:
    """Candidates of each line, in their order. Lines come from ``with_sums``."""
    return match_received([line.left_to_match for line in lines])


def match_received(received: Sequence[Received]) -> list[list[Candidate]]:
    return assign(received, Sales(sales_for(received)))


def certain_matches(lines: Sequence[BankLine]) -> list[tuple[BankLine, Candidate]]:
    pairs = zip(lines, match(lines), strict=True)
    return [(line, sure) for line, found in pairs if (sure := certain(found))]


def sales_for(received: Iterable[Received]) -> list[Sale]:
    """All that is owed, or paid by a transfer noted by hand, and the other sales that these texts quote."""
    sales = _Sales()
    sales.add_claims(open_dues(), _noted_dues())
    quoted = {name for item in received for name in references_in(item.searched)}
    sales.add_quoted(sorted(quoted - sales.references)[:MOST_QUOTED])
    return sales.built()


def open_dues() -> DueQuerySet:
    """Whatever may still be paid, by anybody."""
    return _with_contracts(Due.objects.unpaid()).order_by("due_on", "position")


def _noted_dues() -> DueQuerySet:
    noted = Attempt.objects.filter(
        channel=Channel.TRANSFER,
        state=AttemptState.SUCCEEDED,
        bank_allocation__isnull=True,
    )
    return _with_contracts(Due.objects.filter(attempts__in=noted))


def _with_contracts(dues: DueQuerySet) -> DueQuerySet:
    """Without what was printed for them: a line of a statement needs their names and numbers."""
    rows = dues.select_related("order", "proposal")
    return rows.defer("order__snapshot", "order__hours_by_day", "proposal__content")


def sale_reference(contract: Contract) -> str:
    """What a payer quotes: every version of a proposal has the same."""
    return contract.number if isinstance(contract, Proposal) else contract.reference


class _Sales:
    def __init__(self) -> None:
        self._contracts: dict[str, Contract] = {}
        self._claims: dict[str, list[Claim]] = defaultdict(list)
        self._noted: dict[str, list[Claim]] = defaultdict(list)

    @property
    def references(self) -> set[str]:
        return set(self._contracts)

    def add_claims(self, owed: Iterable[Due], noted: Iterable[Due]) -> None:
        for rows, claims in ((owed, self._claims), (noted, self._noted)):
            for due in rows:
                reference = sale_reference(due.contract)
                self._contracts[reference] = due.contract
                claims[reference].append(Claim(due.pk, due.label, due.amount))

    def add_quoted(self, references: list[str]) -> None:
        """Nothing is owed of these; of a proposal, the version that was signed tells."""
        for order in Order.objects.filter(reference__in=references):
            self._contracts[order.reference] = order
        for proposal in (
            Proposal.objects.filter(number__in=references).defer("content").order_by("version")
        ):
            known = self._contracts.get(proposal.number)
            if known is None or proposal.state == ProposalState.SIGNED:
                self._contracts[proposal.number] = proposal

    def built(self) -> list[Sale]:
        accounts = _known_accounts()
        return [self._sale(reference, accounts) for reference in self._contracts]

    def _sale(self, reference: str, accounts: Mapping[str, set[str]]) -> Sale:
        contract = self._contracts[reference]
        owed, noted = tuple(self._claims[reference]), tuple(self._noted[reference])
        if isinstance(contract, Proposal):
            ibans = accounts.get(_company(contract.siren, contract.number), set())
            names = tuple(filter(None, (contract.company_name, contract.billing_name)))
            signed = contract.state == ProposalState.SIGNED
            return Sale(reference, names, owed, noted, frozenset(ibans), is_binding=signed)
        first = contract.first_charge_at
        return Sale(
            reference,
            (contract.full_name,),
            owed,
            noted,
            frozenset(accounts.get(reference, ())),
            is_consumer=True,
            payable_from=timezone.localdate(first) if first else None,
        )


def _known_accounts() -> dict[str, set[str]]:
    """Accounts from which each buyer has paid already."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = BankAllocation.objects.exclude(line__payer_iban="").values_list(
        "line__payer_iban",
        "attempt__due__order__reference",
        "attempt__due__proposal__number",
        "attempt__due__proposal__siren",
    )
    for account, order, number, siren in rows:
        found[order or _company(siren, number)].add(account)
    return found


def _company(siren: str, number: str) -> str:
    """Known by its SIREN, whatever the proposal."""
    return siren or f"proposition {number}"


def find_dues(words: str) -> DueQuerySet:
    """By number, client or amount: every word must be met."""
    found = open_dues()
    for word in words.split()[:MOST_WORDS]:
        found = found.filter(_meets(word))
    return found if words.split() else found.none()


def _meets(word: str) -> Q:
    met = (
        Q(order__reference__icontains=word)
        | Q(order__last_name__icontains=word)
        | Q(order__first_name__icontains=word)
        | Q(proposal__number__icontains=word)
        | Q(proposal__company_name__icontains=word)
        | Q(proposal__billing_name__icontains=word)
        | Q(proposal__siren__startswith=word)
    )
    for reference in references_in(word):
        met |= Q(order__reference=reference) | Q(proposal__number=reference)
    with suppress(StatementRefused):
        met |= Q(amount=signed_amount(word, line=0))
    return met
