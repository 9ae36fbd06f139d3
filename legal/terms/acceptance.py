"""Proof that somebody accepted a version of the terms (C. civ. art. 1119, law.md E-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone

from allauth.account.adapter import get_adapter

from base.events import record
from legal.terms.models import Acceptance, TermsVersion


class NotAccepted(Exception):
    """The message is one French sentence for the customer."""


@dataclass(frozen=True)
class Owner:
    """The order or proposal, and the person who accepts for it."""

    subject: models.Model
    name: str
    email: str


@dataclass(frozen=True)
class Box:
    """``wording`` exactly as it was shown beside the box."""

    wording: str
    answer: bool
    mandatory: bool = True


@dataclass(frozen=True)
class RequestFacts:
    ip: str | None
    user_agent: str = ""


def request_facts(request: HttpRequest) -> RequestFacts:
    ip = get_adapter().get_client_ip(request)
    return RequestFacts(ip=ip, user_agent=request.headers.get("User-Agent", "")[:500])


@transaction.atomic
def record_acceptance(
    *,
    version: TermsVersion,
    owner: Owner,
    boxes: Sequence[Box],
    request_facts: RequestFacts,
    now: datetime,
) -> Acceptance:
    """Raises NotAccepted: a mandatory box is empty, or the version is not the one in force.

    A page shown before midnight may be sent just after: a version that ended the day before is
    still accepted.
    """
    if not boxes or not all(box.answer for box in boxes if box.mandatory):
        raise NotAccepted("Cochez la case d’acceptation des conditions générales pour continuer.")
    document = version.pdf
    if document is None or not _may_be_accepted(version, now):
        raise NotAccepted(
            "Ces conditions générales ne sont plus en vigueur : relisez celles d’aujourd’hui."
        )
    acceptance: Acceptance = Acceptance.append(
        version=version,
        owner_type=owner.subject._meta.label_lower,
        owner_id=str(owner.subject.pk),
        name=owner.name,
        email=owner.email,
        boxes=[asdict(box) for box in boxes],
        accepted_at=now,
        ip=request_facts.ip,
        user_agent=request_facts.user_agent[:500],
        pdf_sha256=document.sha256,
    )
    data = {"version": version.number, "sha256": document.sha256}
    record("CGV acceptées", subject=owner.subject, actor=owner.name, data=data, at=now)
    return acceptance


def acceptances_of(subject: models.Model) -> models.QuerySet[Acceptance]:
    found: models.QuerySet[Acceptance] = Acceptance.objects.filter(
        owner_type=subject._meta.label_lower, owner_id=str(subject.pk)
    ).select_related("version")
    return found


def _may_be_accepted(version: TermsVersion, now: datetime) -> bool:
    if version.approved_at is None or version.revoked_at or version.period is None:
        return False
    today = timezone.localdate(now)
    started = version.period.start <= today
    return started and (version.period.holds(today) or version.period.holds(today - timedelta(1)))
