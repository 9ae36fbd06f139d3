"""The only callers that change where a version of the terms stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from base.events import record
from legal.rates.rules import RateRule
from legal.terms.blocks import as_blocks
from legal.terms.models import TermsVersion
from legal.terms.rules import Audience, Period, Scope, State, conflicts, left_without, next_number
from legal.terms.tasks import issue_terms_pdf
from legal.terms.text import Terms

APPROVE = "legal.approve_termsversion"
CHANGE = "legal.change_termsversion"


class Refused(Exception):
    """The message is one French sentence for the person who asked."""


@transaction.atomic
def draft_terms(
    *,
    user: Any,
    text: Terms,
    audience: Audience = Audience.BOTH,
    changes: str = "",
    source_name: str = "",
    late_rate: RateRule = RateRule.LOWER,
    now: datetime | None = None,
) -> TermsVersion:
    """A new draft under the next number of the year (Paris)."""
    version = TermsVersion(
        audience=audience.value,
        late_rate=late_rate.value,
        content=as_blocks(text),
        changes=changes,
        source_name=source_name,
        drafted_by=user,
        created_at=now or timezone.now(),
    )
    return register_draft(version=version)


@transaction.atomic
def register_draft(*, version: TermsVersion) -> TermsVersion:
    """Gives an unsaved version its number and saves it."""
    # Two drafts at once: the second waits for the first, then counts it.
    numbers = list(TermsVersion.objects.select_for_update().values_list("number", flat=True))
    version.number = next_number(numbers, timezone.localdate(version.created_at).year)
    version.save()
    record("version rédigée", subject=version, actor=_name(version.drafted_by))
    return version


@transaction.atomic
def rewrite_draft(*, version: TermsVersion, user: Any, text: Terms) -> TermsVersion:
    """Replaces the words of a draft, as a second import of the same file does."""
    locked = _locked(version)
    if not locked.is_editable:
        raise Refused("Cette version n’est plus un brouillon : rien n’a été modifié.")
    locked.content, locked.drafted_by = as_blocks(text), user
    locked.save()
    locked.save_revision(user=user, changed=True)
    record("version réécrite", subject=locked, actor=_name(user))
    return locked


def copy_terms(*, source: TermsVersion, user: Any) -> TermsVersion:
    return draft_terms(
        user=user,
        text=source.text,
        audience=source.for_whom,
        late_rate=RateRule(source.late_rate),
    )


@transaction.atomic
def submit_terms(*, version: TermsVersion, user: Any, now: datetime | None = None) -> TermsVersion:
    _demand(user, CHANGE)
    locked = _locked(version)
    _demand_state(locked, State.DRAFT, "Seul un brouillon peut être soumis.")
    if not any(part.articles or part.introduction for part in locked.text.parts):
        raise Refused("Cette version ne contient aucun texte.")
    _validate(locked)
    locked.submitted_by, locked.submitted_at = user, now or timezone.now()
    locked.save()
    record("version soumise", subject=locked, actor=_name(user), at=now)
    return locked


@transaction.atomic
def send_back(
    *, version: TermsVersion, user: Any, reason: str = "", now: datetime | None = None
) -> TermsVersion:
    """Back to the author: what is approved is exactly what was submitted."""
    if not user.has_perm(APPROVE):
        _demand(user, CHANGE)
    locked = _locked(version)
    _demand_state(locked, State.SUBMITTED, "Cette version n’est pas soumise à l’approbation.")
    locked.submitted_by = locked.submitted_at = None
    locked.save()
    record(
        "version renvoyée en rédaction",
        subject=locked,
        actor=_name(user),
        data={"motif": reason},
        at=now,
    )
    return locked


@transaction.atomic
def approve_terms(
    *, version: TermsVersion, user: Any, in_force_from: date, now: datetime | None = None
) -> TermsVersion:
    """Freezes the version, ends those that it replaces and asks for its PDF.

    ``in_force_from`` is a Paris date, today at the earliest: terms never bind backwards.
    """
    now = now or timezone.now()
    _demand(user, APPROVE)
    in_force = list(TermsVersion.objects.select_for_update().approved())
    locked = _locked(version)
    _demand_state(locked, State.SUBMITTED, "Seule une version soumise peut être approuvée.")
    if user.pk in (locked.drafted_by_id, locked.submitted_by_id):
        raise Refused("Une seconde personne doit approuver : vous avez rédigé cette version.")
    if in_force_from < timezone.localdate(now):
        raise Refused("La date d’effet ne peut pas être passée.")
    ended = _end_predecessors(locked, in_force_from, in_force)
    locked.in_force_from, locked.in_force_until = in_force_from, None
    locked.approved_by, locked.approved_at = user, now
    locked.save()
    data = {"en_vigueur": in_force_from, "remplace": [v.number for v in ended]}
    record("version approuvée", subject=locked, actor=_name(user), data=data, at=now)
    issue_terms_pdf.enqueue(locked.pk)
    return locked


@transaction.atomic
def revoke_terms(
    *, version: TermsVersion, user: Any, reason: str, now: datetime | None = None
) -> TermsVersion:
    """Takes an approved version back before its day; those that it would have ended go on."""
    now = now or timezone.now()
    _demand(user, APPROVE)
    approved = list(TermsVersion.objects.select_for_update().approved())
    locked = _locked(version)
    if locked.state_on(timezone.localdate(now)) is not State.APPROVED:
        raise Refused(
            "Une version ne peut être révoquée qu’avant le jour de son entrée en vigueur."
        )
    if not reason.strip():
        raise Refused("Indiquez pourquoi cette version est révoquée.")
    locked.revoked_by, locked.revoked_at, locked.revocation_reason = user, now, reason[:300]
    locked.save(update_fields=["revoked_by", "revoked_at", "revocation_reason"])
    others = [other for other in approved if other.pk != locked.pk]
    resumed = _resume_predecessors(locked, others)
    data = {"motif": reason, "reprend": [v.number for v in resumed]}
    record("version révoquée", subject=locked, actor=_name(user), data=data, at=now)
    return locked


def _end_predecessors(
    version: TermsVersion, start: date, approved: list[TermsVersion]
) -> list[TermsVersion]:
    """Ends the versions in the way the day before; raises Refused when one starts later."""
    scope = Scope(version.number, version.for_whom, Period(start))
    numbers = conflicts(scope, [other.scope for other in approved if other.scope])
    ended = [other for other in approved if other.number in numbers]
    for other in ended:
        if other.in_force_from is None or other.in_force_from >= start:
            raise Refused(
                f"La version {other.number} s’applique déjà à partir de cette date ou plus tard : "
                "choisissez une date postérieure, ou révoquez-la d’abord."
            )
    for other in ended:
        other.in_force_until = start - timedelta(days=1)
        other.save(update_fields=["in_force_until"])
    return ended


def _resume_predecessors(revoked: TermsVersion, others: list[TermsVersion]) -> list[TermsVersion]:
    """Those that ended on the eve of the revoked one, up to whatever comes next for them."""
    assert revoked.in_force_from is not None  # noqa: S101  it was approved
    eve = revoked.in_force_from - timedelta(days=1)
    resumed = [
        other
        for other in others
        if other.in_force_until == eve and other.for_whom.members & revoked.for_whom.members
    ]
    for version in resumed:
        version.in_force_until = _next_end(version, others)
        version.save(update_fields=["in_force_until"])
    return resumed


def _next_end(version: TermsVersion, others: list[TermsVersion]) -> date | None:
    """The eve of the next version for one of the same readers; None when nothing follows."""
    own = version.period
    starts = [
        other.period.start
        for other in others
        if own and other.period and other.period.start > own.start
        and other.for_whom.members & version.for_whom.members
    ]  # fmt: skip
    return min(starts) - timedelta(days=1) if starts else None


def readers_left_without(version: TermsVersion, start: date) -> list[Audience]:
    """Who would have no terms at all from ``start``, were ``version`` approved for that day."""
    scope = Scope(version.number, version.for_whom, Period(start))
    approved = [v for v in TermsVersion.objects.approved() if v.pk != version.pk and v.scope]
    ended = [v for v in approved if v.scope and v.scope.conflicts_with(scope)]
    lost = frozenset[Audience]().union(*(left_without(v.for_whom, version.for_whom) for v in ended))
    kept = {
        member
        for v in approved
        if v not in ended and v.period and v.period.holds(start)
        for member in v.for_whom.members
    }
    return sorted(lost - kept)


def _locked(version: TermsVersion) -> TermsVersion:
    locked: TermsVersion = TermsVersion.objects.select_for_update().get(pk=version.pk)
    return locked


def _demand(user: Any, permission: str) -> None:
    if not user.has_perm(permission):
        raise PermissionDenied


def _demand_state(version: TermsVersion, expected: State, otherwise: str) -> None:
    if version.state is not expected:
        raise Refused(otherwise)


def _validate(version: TermsVersion) -> None:
    try:
        version.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def _name(user: Any) -> str:
    return str(user) if user else "import"
