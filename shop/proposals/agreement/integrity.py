"""What the rows of contracts must never say, one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import Count, F, Q
from django.utils import timezone

from base.typography import counted
from shop.changes.models import RequestOutcome
from shop.proposals.agreement.jobs import agreements_without_file
from shop.proposals.agreement.models import Agreement
from shop.proposals.integrity import BATCH, FILE_PATIENCE, number_gaps
from shop.proposals.models import Proposal


def agreement_faults() -> Iterator[str]:
    rows = Agreement.objects.order_by("year", "sequence")
    yield from number_gaps("Conventions", rows.values_list("year", "sequence", "number"))
    yield from _contents()
    yield from _seats()
    yield from _lists()
    for agreement in agreements_without_file(timezone.now() - FILE_PATIENCE):
        yield f"{agreement} : le fichier n’a pas été établi."


def _contents() -> Iterator[str]:
    rows = Agreement.objects.select_related("proposal").order_by("pk")
    for agreement in rows.iterator(chunk_size=BATCH):
        content = agreement.facts
        signed = agreement.proposal.facts
        written = (
            replace(content.proposal, offer=signed.offer) if content.is_moved else content.proposal
        )
        said = (content.number, content.issued_on, written)
        if said != (agreement.number, agreement.issued_on, signed):
            yield f"{agreement} : la convention et la proposition signée diffèrent."


def _seats() -> Iterator[str]:
    """A contract with an agreement holds its seats, but for those that were given back; one without is
    a question to somebody, or settled."""
    with_agreement = Proposal.objects.filter(session__isnull=False, agreement__isnull=False)
    waiting = RequestOutcome.objects.all().with_open_window().values("request__proposal")
    with_agreement = with_agreement.exclude(pk__in=waiting)
    for proposal in with_agreement.exclude(seats_held=F("headcount") - F("seats_given_back")):
        held = counted(proposal.seats_held, "place", "retenue")
        yield f"{proposal} : {held} sur {proposal.headcount}."


def _lists() -> Iterator[str]:
    attending = Count("people", filter=Q(people__removed_at__isnull=True))
    counted = Proposal.objects.annotate(attending=attending)
    for proposal in counted.filter(attending__gt=F("headcount")):
        yield f"{proposal} : plus de participants que de places ({proposal.headcount})."
