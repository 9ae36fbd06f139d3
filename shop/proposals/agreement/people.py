"""Who attends: named by whoever holds the proposal's link, from the signature on, or by staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from base.events import record
from base.typography import counted, french_date
from shop.orders.sales_settings import SalesSettings
from shop.proposals.actions import ProposalRefused
from shop.proposals.agreement.letters import inform_participant
from shop.proposals.agreement.models import Agreement, Participant
from shop.proposals.agreement.rules import (
    ListChanges,
    Named,
    changes_between,
    last_naming_day,
    may_name,
    named,
)
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState

LIST_CHANGED = (
    "La liste a changé depuis l’affichage de cette page. Rien n’est enregistré : la voici à jour."
)


def people_of(proposal: Proposal) -> list[Named]:
    """Who attends; before the first change, the names that the request gave."""
    rows = list(Participant.objects.filter(proposal=proposal))
    if not rows:
        return [named(line) for line in proposal.participants]
    return [row.named for row in rows if row.removed_at is None]


def fingerprint(people: Sequence[Named]) -> str:
    """Changes with anything that the page of the list shows."""
    return sha256(repr(list(people)).encode()).hexdigest()


def start_list(proposal: Proposal, now: datetime) -> list[Participant]:
    """Who attends, as rows; those of the request are written the first time.

    In the caller's transaction, which holds the proposal's row.
    """
    if not Participant.objects.filter(proposal=proposal).exists():
        for place, line in enumerate(proposal.participants):
            _add(proposal, place, named(line), proposal.full_name, now)
    return list(Participant.objects.filter(proposal=proposal).attending())


@transaction.atomic
def name_participants(
    *,
    proposal_id: int,
    wanted: Sequence[Named | None],
    seen: str,
    actor: str,
    now: datetime,
    is_staff: bool = False,
) -> ListChanges:
    """Makes the list what ``wanted`` says, place by place; ``seen`` is the fingerprint of the list shown.

    Staff may do so after the last day too. Raises ProposalRefused.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    _check(proposal, wanted, now, is_staff=is_staff)
    rows = start_list(proposal, now)
    current = [row.named for row in rows]
    changes = changes_between(current, wanted)
    if not changes:  # a second click too
        return changes
    if fingerprint(current) != seen:
        raise ProposalRefused(LIST_CHANGED)
    _apply(changes, rows, proposal, actor, now)
    record("Participants changés", subject=proposal, actor=actor, data=_told(changes, rows), at=now)
    if Agreement.objects.filter(proposal=proposal).exists():
        inform_people(proposal, now)
    return changes


def inform_people(proposal: Proposal, now: datetime) -> None:
    """Whoever attends and has an address receives the facts of L6353-8, once (law.md T-09)."""
    waiting = Participant.objects.filter(proposal=proposal, informed_at__isnull=True).attending()
    for person in waiting.exclude(email=""):
        inform_participant(proposal, person, now)
        person.informed_at = now
        person.save(update_fields=["informed_at"])
        data = {"participant": str(person), "email": person.email}
        record(
            "Information du participant envoyée", subject=proposal, actor="LEXOM", data=data, at=now
        )


def _check(
    proposal: Proposal, wanted: Sequence[Named | None], now: datetime, *, is_staff: bool
) -> None:
    if proposal.state != ProposalState.SIGNED:
        raise ProposalRefused(
            "La liste se remplit quand la proposition est signée. Rien n’est enregistré."
        )
    if proposal.is_cancelled:
        raise ProposalRefused("Cette commande est annulée : la liste ne change plus.")
    people = [person for person in wanted if person is not None]
    if len(people) > proposal.seats_wanted:
        raise ProposalRefused(
            f"La commande porte sur {counted(proposal.seats_wanted, 'participant')} : "
            "demandez une modification pour en inscrire davantage."
        )
    days = SalesSettings.current().naming_days
    assert proposal.starts_on  # noqa: S101  a signed proposal is issued
    starts_on = proposal.starts_on
    if not is_staff and not may_name(starts_on, days, now):
        last = french_date(last_naming_day(starts_on, days))
        raise ProposalRefused(
            f"La liste pouvait être changée jusqu’au {last} inclus : écrivez-nous."
        )


def _apply(
    changes: ListChanges, rows: Sequence[Participant], proposal: Proposal, actor: str, now: datetime
) -> None:
    for place, person in changes.completed:
        _complete(rows[place], person, actor, now)
    for place, person in changes.replaced:
        _replace(rows[place], person, actor, now)
    for place in changes.removed:
        _remove(rows[place], actor, now)
    next_place = max((row.position for row in rows), default=-1) + 1
    for place, person in enumerate(changes.added, start=next_place):
        _add(proposal, place, person, actor, now)


def _add(
    proposal: Proposal, position: int, person: Named, actor: str, now: datetime
) -> Participant:
    return Participant.append(
        proposal=proposal,
        position=position,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        needs_adjustment=person.needs_adjustment,
        added_at=now,
        added_by=actor[:200],
    )


def _replace(row: Participant, person: Named, actor: str, now: datetime) -> None:
    following = _add(row.proposal, row.position, person, actor, now)
    _remove(row, actor, now, by=following)


def _remove(row: Participant, actor: str, now: datetime, by: Participant | None = None) -> None:
    row.removed_at, row.removed_by, row.replaced_by = now, actor[:200], by
    row.save(update_fields=["removed_at", "removed_by", "replaced_by"])


def _complete(row: Participant, person: Named, actor: str, now: datetime) -> None:
    """Another address has not been told anything yet; a name is written otherwise by a new row."""
    if (row.first_name, row.last_name) != (person.first_name, person.last_name):
        _replace(row, person, actor, now)
        return
    fields = ["needs_adjustment"]
    if row.email != person.email:
        row.email, row.informed_at = person.email, None
        fields += ["email", "informed_at"]
    row.needs_adjustment = person.needs_adjustment
    row.save(update_fields=fields)


def _told(changes: ListChanges, rows: Sequence[Participant]) -> dict[str, str]:
    replaced = (f"{rows[place]} → {person.full_name}" for place, person in changes.replaced)
    return {
        "added": ", ".join(person.full_name for person in changes.added),
        "removed": ", ".join(str(rows[place]) for place in changes.removed),
        "replaced": ", ".join(replaced),
        "completed": ", ".join(person.full_name for _, person in changes.completed),
    }
