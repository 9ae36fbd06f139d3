"""Who does what next about a proposal, and when: from its facts, never stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from base.workdays import add_working_days
from shop.backoffice.contract_next_action import ContractFacts, contract_next_action
from shop.backoffice.next_action import NOTHING, SESSION_CANCELLED, NextAction, Who
from shop.proposals.rules import REMINDER_DAYS, ProposalState

RECENT = timedelta(days=7)
ANSWER_DAYS = 2  # working days to answer a request


@dataclass(frozen=True, kw_only=True)
class ProposalFacts:
    """``state`` as a reader must see it; ``is_filed`` once its PDF exists, ``letter_failed`` when the
    letter that carries it was given up or came back; ``contract`` once it is signed, unless it
    ``has_ended``; ``answer_by`` the client's last day to choose what becomes of a cancelled session."""

    state: ProposalState
    asked_on: date
    valid_until: date | None = None
    is_filed: bool = True
    letter_failed: bool = False
    contract: ContractFacts | None = None
    has_ended: bool = False
    answer_by: date | None = None


def proposal_next_action(facts: ProposalFacts, today: date) -> NextAction:
    if facts.state == ProposalState.ASKED:
        limit = answer_by(facts.asked_on)
        return NextAction(Who.STAFF, "Composer la proposition, puis l’émettre", limit)
    if facts.state == ProposalState.ISSUED and facts.valid_until is not None:
        return _issued(facts, facts.valid_until, today)
    if facts.state == ProposalState.EXPIRED and ended_lately(facts.valid_until, today):
        return NextAction(
            Who.STAFF, "Expirée : la prolonger par une nouvelle version, ou la laisser"
        )
    if facts.state == ProposalState.SIGNED and facts.has_ended:
        return NOTHING
    if facts.state == ProposalState.SIGNED and facts.answer_by:
        return NextAction(Who.CUSTOMER, SESSION_CANCELLED, facts.answer_by)
    if facts.state == ProposalState.SIGNED and facts.contract is not None:
        return contract_next_action(facts.contract, today)
    return NOTHING


def answer_by(asked_on: date) -> date:
    return add_working_days(asked_on, ANSWER_DAYS)


def _issued(facts: ProposalFacts, valid_until: date, today: date) -> NextAction:
    if facts.letter_failed:
        return NextAction(
            Who.STAFF, "E-mail non remis : transmettre le lien au client", valid_until
        )
    if not facts.is_filed:
        return NextAction(Who.SITE, "Mise en page en cours, l’e-mail part ensuite")
    if ends_soon(valid_until, today):
        return NextAction(Who.STAFF, "Relancer le client avant le dernier jour", valid_until)
    return NextAction(Who.CUSTOMER, "Le client doit signer et verser l’acompte", valid_until)


def ends_soon(valid_until: date, today: date) -> bool:
    """From the day on which the site reminds the client."""
    return valid_until <= today + timedelta(days=REMINDER_DAYS)


def ended_lately(valid_until: date | None, today: date) -> bool:
    return valid_until is not None and today <= valid_until + RECENT
