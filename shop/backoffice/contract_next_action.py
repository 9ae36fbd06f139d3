"""Who does what next once a proposal is signed, and by when. Pure.

``on`` is the last day of whoever has to act: a day in the past is overdue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from base.typography import counted, euros
from shop.backoffice.next_action import DueFacts, NextAction, Who

# A transfer takes days to arrive: nobody chases the money of a company before.
PATIENCE = timedelta(days=7)
DONE = NextAction(Who.NOBODY, "Terminée et réglée")


@dataclass(frozen=True, kw_only=True)
class ContractFacts:
    """``name_by`` is the client's last day to name who attends, ``unnamed`` the places without a name.

    ``is_seated`` while nothing misses in the session; the dues are told by who pays what.
    """

    starts_on: date
    ends_on: date
    name_by: date
    is_definitive: bool = False
    is_seated: bool = True
    asks_staff: str = ""
    unnamed: int = 0
    agreement_sent: bool = True
    agreement_failed: bool = False
    deposits: tuple[DueFacts, ...] = ()
    balances: tuple[DueFacts, ...] = ()
    funded: tuple[DueFacts, ...] = ()
    deposit_given_up: bool = False


def contract_next_action(facts: ContractFacts, today: date) -> NextAction:
    """Questions to staff first; then the deposit (CGV 2.2), the places, the people, the training, the
    balance (CGV 3.2) and what a fund pays (CGV 3.3)."""
    question = _question(facts)
    if question:
        return question
    if not facts.is_definitive:
        return _until_definitive(facts, today)
    if not facts.is_seated:
        return NextAction(Who.NOBODY, "Aucune place retenue, point classé")
    return _about_agreement(facts) or _of_people(facts, today) or _after(facts, today)


def _question(facts: ContractFacts) -> NextAction | None:
    if facts.asks_staff:
        text = facts.asks_staff[0].upper() + facts.asks_staff[1:]
        return NextAction(Who.STAFF, text, facts.starts_on)
    for due in (*facts.deposits, *facts.balances, *facts.funded):
        if due.asks_staff:
            return NextAction(Who.STAFF, f"{due.label} : {due.asks_staff}", due.answer_by)
    return None


def _until_definitive(facts: ContractFacts, today: date) -> NextAction:
    awaited = _money(facts.deposits, today, latest=facts.starts_on - timedelta(days=1))
    if awaited:
        return awaited
    if facts.deposit_given_up:
        return NextAction(Who.STAFF, "Acompte abandonné : conclure sans lui, ou prévenir le client")
    return NextAction(Who.SITE, "Acompte reçu, la commande devient définitive")


def _about_agreement(facts: ContractFacts) -> NextAction | None:
    if facts.agreement_failed:
        return NextAction(Who.STAFF, "Convention non remise : la transmettre au client")
    if not facts.agreement_sent:
        return NextAction(Who.SITE, "Convention en cours d’établissement")
    return None


def _of_people(facts: ContractFacts, today: date) -> NextAction | None:
    """Staff first, then the client whose day comes first; a deposit that nobody waited for is owed."""
    found = [_money(facts.deposits, today), _naming(facts, today)]
    steps = sorted(filter(None, found), key=lambda step: (not step.is_for_staff, step.on))
    return next(iter(steps), None)


def _naming(facts: ContractFacts, today: date) -> NextAction | None:
    if not facts.unnamed or today > facts.starts_on:
        return None
    people = counted(facts.unnamed, "participant")
    if today <= facts.name_by:
        return NextAction(Who.CUSTOMER, f"{people} à nommer", facts.name_by)
    return NextAction(Who.STAFF, f"{people} sans nom : joindre le client", facts.starts_on)


def _after(facts: ContractFacts, today: date) -> NextAction:
    if today < facts.starts_on:
        return NextAction(Who.SITE, "Formation", facts.starts_on)
    if today <= facts.ends_on:
        return NextAction(Who.SITE, "Formation en cours", facts.ends_on)
    return _money(facts.balances, today) or _of_fund(facts) or DONE


def _money(
    dues: tuple[DueFacts, ...], today: date, latest: date | None = None
) -> NextAction | None:
    """What is still owed of them: the client's until the last day of our patience, then ours."""
    owed = [due for due in dues if due.is_open]
    if not owed:
        return None
    limit = min(due.due_on for due in owed) + PATIENCE
    limit = min(limit, latest) if latest else limit
    label = f"{owed[0].label} de {euros(sum((due.amount for due in owed[1:]), owed[0].amount))}"
    if today <= limit:
        return NextAction(Who.CUSTOMER, f"{label} attendu du client", limit)
    return NextAction(Who.STAFF, f"{label} en retard : relancer le client", limit)


def _of_fund(facts: ContractFacts) -> NextAction | None:
    owed = next((due for due in facts.funded if due.is_open), None)
    if owed is None:
        return None
    return NextAction(Who.FUND, f"{owed.label} attendue : {euros(owed.amount)}", owed.due_on)
