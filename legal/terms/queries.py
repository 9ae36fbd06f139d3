"""What other rooms ask about the terms of sale."""

from __future__ import annotations

from datetime import date

from legal.terms.models import TermsVersion
from legal.terms.rules import Audience, State


def terms_in_force(audience: Audience, on: date) -> TermsVersion | None:
    """The version that applies to somebody on a Paris date."""
    found: TermsVersion | None = (
        TermsVersion.objects.public(on)
        .for_audience(audience)
        .exclude(in_force_until__lt=on)
        .order_by("-in_force_from")
        .first()
    )
    return found


def public_versions(today: date) -> list[TermsVersion]:
    """Every version that may be read, the latest first; their texts are not loaded."""
    versions = TermsVersion.objects.public(today).defer("content")
    return sorted(versions, key=lambda v: (v.in_force_from, v.number_key), reverse=True)


def successor(version: TermsVersion, today: date) -> TermsVersion | None:
    """The version that took the place of a replaced one for one of its readers."""
    if version.state_on(today) is not State.REPLACED:
        return None
    followers = (
        TermsVersion.objects.public(today)
        .filter(in_force_from__gt=version.in_force_until)
        .defer("content")
        .order_by("in_force_from")
    )
    shared = (f for f in followers if f.for_whom.members & version.for_whom.members)
    return next(shared, None)
