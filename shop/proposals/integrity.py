"""What the rows of proposals must never say, one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from shop.proposals.jobs import proposals_without_file
from shop.proposals.models import Proposal

BATCH = 500
FILE_PATIENCE = timedelta(hours=1)


def proposal_faults() -> Iterator[str]:
    yield from _numbers()
    yield from _contents()
    for pk in proposals_without_file(timezone.now() - FILE_PATIENCE):
        yield f"{Proposal.objects.get(pk=pk)} : le fichier n’a pas été établi."


def _numbers() -> Iterator[str]:
    rows = Proposal.objects.numbered().filter(version=1).order_by("year", "sequence")
    yield from number_gaps("Propositions", rows.values_list("year", "sequence", "number"))


def number_gaps(label: str, places: QuerySet[Any, tuple[Any, Any, str]]) -> Iterator[str]:
    """A line for each gap in the numbers of a year, see ``shop.numbering``.

    ``places`` are year, sequence and number, in the order of the first two.
    """
    year, expected = None, 1
    for row_year, sequence, number in places.iterator(chunk_size=BATCH):
        if row_year != year:
            year, expected = row_year, 1
        if sequence != expected:
            yield f"{label} {year} : le numéro {expected} manque avant {number}."
        expected = (sequence or 0) + 1


def _contents() -> Iterator[str]:
    for proposal in Proposal.objects.numbered().order_by("pk").iterator(chunk_size=BATCH):
        content = proposal.facts
        totals = content.totals
        columns = (
            proposal.number, proposal.version, proposal.valid_until,
            proposal.excl_vat, proposal.vat, proposal.deposit,
        )  # fmt: skip
        said = (
            content.number, content.version, content.valid_until,
            totals.excl_vat, totals.vat, totals.deposit,
        )  # fmt: skip
        if columns != said:
            yield f"{proposal} : les colonnes et le contenu diffèrent."
