"""What happens to a proposal. Only these functions change its state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from base.events import record
from base.organisation import Organisation
from base.typography import counted
from legal.terms.models import TermsVersion
from legal.terms.queries import terms_in_force
from legal.terms.rules import Audience
from shop.numbering.actions import take_place
from shop.proposals.composing import content_of, labels, missing_to_compose, quote_for
from shop.proposals.composition import Group, faults_of
from shop.proposals.content import Composition, ProposalContent, to_json
from shop.proposals.following import after_replacement, after_signature
from shop.proposals.letters import (
    acknowledge_request,
    announce_request,
    announce_withdrawal,
    remind_of_expiry,
)
from shop.proposals.models import Proposal
from shop.proposals.rules import NUMBER_DIGITS, SERIES, ProposalState, may_become
from shop.proposals.tasks import lay_out_proposal

SYSTEM = "LEXOM"
# What the row of a request holds and a new version takes over.
CARRIED = (
    "first_name", "last_name", "email", "phone", "street", "postcode", "town", "country",
    "kind", "company_name", "siren", "siret", "function",
    "billing_name", "billing_street", "billing_postcode", "billing_town", "purchase_order",
    "headcount", "participants", "asks_funding",
    "course", "session", "wished_place", "wished_dates", "wishes",
)  # fmt: skip

MAY_BE_SPLIT = (ProposalState.ASKED, ProposalState.ISSUED, ProposalState.EXPIRED)


class ProposalRefused(Exception):
    """The message is one French sentence for whoever asked; nothing was written."""


class QuoteChanged(ProposalRefused):
    """What the recap showed is no longer what would be issued."""


@transaction.atomic
def ask_for_proposal(*, request: Proposal, shown: str, now: datetime) -> Proposal:
    """Stores an unsaved request and issues its proposal at once when nobody has to look at it.

    ``shown`` is the fingerprint of the quote on the page; ``request_key`` makes a second click
    return the first one's row. Raises QuoteChanged.
    """
    existing = Proposal.objects.filter(request_key=request.request_key).first()
    if existing is not None:
        return existing
    quote = quote_for(request, now)
    if quote.fingerprint != shown:
        raise QuoteChanged(
            "Le prix, les dates ou les places ont changé depuis l’affichage de cette page. Rien n’est "
            "envoyé, votre saisie est conservée : relisez le récapitulatif, il est à jour."
        )
    request.asked_at = now
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:  # a second click, at the same instant, was faster
        return Proposal.objects.get(request_key=request.request_key)
    data = {"reasons": list(quote.at_once.reasons)}
    record("Proposition demandée", subject=request, actor=request.full_name, data=data, at=now)
    if quote.at_once and quote.offer is not None:
        return issue_proposal(proposal_id=request.pk, offer=quote.offer, actor=SYSTEM, now=now)
    acknowledge_request(request)
    announce_request(request, quote.at_once.reasons)
    return request


@transaction.atomic
def issue_proposal(
    *,
    proposal_id: int,
    offer: Composition,
    actor: str,
    now: datetime,
    group: Group | None = None,
) -> Proposal:
    """Numbers and freezes a request; its file and its letter follow from the worker (CGV 2.1).

    ``group`` replaces who was asked for. A new version keeps the number of the first. Raises
    ProposalRefused.
    """
    proposal = _locked(proposal_id, ProposalState.ISSUED)
    _take_group(proposal, group)
    terms = _terms_to_annex(proposal, now)
    _refuse_faulty(proposal, offer, now)
    today = timezone.localdate(now)
    if not proposal.number:
        place = take_place(SERIES, today, digits=NUMBER_DIGITS)
        proposal.number, proposal.year, proposal.sequence = (
            place.number, place.year, place.sequence,
        )  # fmt: skip
        today = place.issued_on
    content = content_of(proposal, offer, terms, number=proposal.number, issued_on=today)
    _freeze(proposal, content, terms, now)
    data = {
        "number": proposal.reference, "incl_vat": proposal.incl_vat,
        "valid_until": proposal.valid_until, "terms": terms.number,
    }  # fmt: skip
    record("Proposition émise", subject=proposal, actor=actor, data=data, at=now)
    lay_out_proposal.enqueue(proposal.pk)
    return proposal


def _freeze(
    proposal: Proposal, content: ProposalContent, terms: TermsVersion, now: datetime
) -> None:
    assert terms.pdf is not None  # noqa: S101  see _terms_to_annex
    totals = content.totals
    proposal.state, proposal.issued_at = ProposalState.ISSUED.value, now
    proposal.valid_until = content.valid_until
    proposal.starts_on, proposal.ends_on = content.offer.starts_on, content.offer.ends_on
    proposal.vat_rate = totals.taxes[0].rate
    proposal.excl_vat, proposal.vat = totals.excl_vat, totals.vat
    proposal.incl_vat, proposal.deposit = totals.incl_vat, totals.deposit
    proposal.content = to_json(content)
    proposal.terms_version, proposal.terms_sha256 = terms, terms.pdf.sha256
    proposal.save()


@transaction.atomic
def replace_proposal(
    *,
    proposal_id: int,
    offer: Composition,
    actor: str,
    now: datetime,
    group: Group | None = None,
) -> Proposal:
    """A change or an extension: a new version is issued, and the old link is dead (law.md S-03).

    Raises ProposalRefused for one that was signed, replaced or withdrawn.
    """
    old = _locked(proposal_id, ProposalState.SUPERSEDED)
    new = next_version(old)
    new.asked_at = now
    new.save(force_insert=True)
    _end(old, ProposalState.SUPERSEDED, f"Remplacée par la version {new.version}", actor, now)
    after_replacement(old, new)
    return issue_proposal(proposal_id=new.pk, offer=offer, actor=actor, now=now, group=group)


def next_version(old: Proposal) -> Proposal:
    """The unsaved row that would replace this one."""
    return Proposal(
        **{name: getattr(old, name) for name in CARRIED},
        number=old.number,
        year=old.year,
        sequence=old.sequence,
        version=old.version + 1,
        predecessor=old,
    )


@transaction.atomic
def open_second_session(
    *, proposal_id: int, keep: int, leaving: int, actor: str, now: datetime
) -> Proposal:
    """A request of its own for the people who do not fit, at the same conditions (CGV 2.1).

    ``keep`` people stay: a request is reduced to them at once, what was issued by its next
    version. Raises ProposalRefused, the second time for the same row too.
    """
    first = Proposal.objects.select_for_update().get(pk=proposal_id)
    if first.state not in MAY_BE_SPLIT:
        raise ProposalRefused(f"Cette proposition est déjà {first.get_state_display()}.")
    if keep < 1 or leaving < 1:
        raise ProposalRefused("Chaque session a au moins une personne.")
    if Proposal.objects.filter(split_from=first).exists():
        raise ProposalRefused("Une seconde session est déjà demandée pour ce groupe.")
    staying, others = first.participants[:keep], first.participants[keep:]
    carried = {name: getattr(first, name) for name in CARRIED}
    group = {"headcount": leaving, "participants": others[:leaving], "session": None}
    second = Proposal(**carried | group, split_from=first, asked_at=now)
    second.save(force_insert=True)
    if first.state == ProposalState.ASKED:
        first.headcount, first.participants = keep, staying
        first.save(update_fields=["headcount", "participants"])
    text = f"{counted(keep, 'personne')} dans la première session, {leaving} dans la seconde"
    for subject, other, name in (
        (first, second, "Seconde session ouverte"),
        (second, first, "Demande née d’un groupe trop grand"),
    ):
        data = {"text": text, "reference": other.reference, "proposal": other.pk}
        record(name, subject=subject, actor=actor, data=data, at=now)
    return second


@transaction.atomic
def withdraw_proposal(
    *, proposal_id: int, reason: str, actor: str, now: datetime, told: str = ""
) -> Proposal:
    """LEXOM takes back a request or a proposal that nobody signed; who received it is told, and why
    when ``told`` says it.

    Raises ProposalRefused.
    """
    proposal = _locked(proposal_id, ProposalState.WITHDRAWN)
    announce_withdrawal(proposal, told)
    return _end(proposal, ProposalState.WITHDRAWN, reason, actor, now)


@transaction.atomic
def mark_signed(
    *, proposal_id: int, signatory: str, received_at: datetime, data: dict[str, Any], now: datetime
) -> Proposal:
    """Binds the client; the caller writes the signature itself in the same transaction.

    ``received_at`` decides: a paper that arrived in time may be looked at after the last day
    (CGV 2.1). Raises ProposalRefused.
    """
    proposal = _locked(proposal_id, ProposalState.SIGNED)
    if not proposal.may_have_arrived(received_at):
        raise ProposalRefused(
            f"La proposition {proposal.reference} avait expiré : elle ne peut plus être signée."
        )
    proposal.state, proposal.ended_at, proposal.end_reason = ProposalState.SIGNED.value, None, ""
    proposal.save(update_fields=["state", "ended_at", "end_reason"])
    record("Proposition signée", subject=proposal, actor=signatory, data=data, at=now)
    after_signature(proposal, now)
    return proposal


@transaction.atomic
def expire_proposal(*, proposal_id: int, now: datetime) -> Proposal:
    """Writes down that its last day is over; it was refused since midnight. Raises ProposalRefused."""
    proposal = _locked(proposal_id, ProposalState.EXPIRED)
    if proposal.may_be_accepted(now):
        raise ProposalRefused(f"La proposition {proposal.reference} est encore valable.")
    return _end(proposal, ProposalState.EXPIRED, "Délai de validité écoulé", SYSTEM, now)


@transaction.atomic
def remind_proposal(*, proposal_id: int, now: datetime) -> Proposal:
    """Announces the end of a proposal, once; one that cannot be accepted any more needs nothing."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    if proposal.reminded_at is not None or not proposal.may_be_accepted(now):
        return proposal
    proposal.reminded_at = now
    proposal.save(update_fields=["reminded_at"])
    remind_of_expiry(proposal)
    data = {"valid_until": proposal.valid_until}
    record("Échéance de la proposition rappelée", subject=proposal, actor=SYSTEM, data=data, at=now)
    return proposal


def _locked(proposal_id: int, wanted: ProposalState) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    state = ProposalState(proposal.state)
    if not may_become(state, wanted):
        raise ProposalRefused(f"Cette proposition est déjà {state.label} : rien n’a été changé.")
    return proposal


def _end(
    proposal: Proposal, state: ProposalState, reason: str, actor: str, now: datetime
) -> Proposal:
    proposal.state, proposal.ended_at, proposal.end_reason = state.value, now, reason[:300]
    proposal.save(update_fields=["state", "ended_at", "end_reason"])
    data = {"reason": reason}
    record(f"Proposition {state.label}", subject=proposal, actor=actor, data=data, at=now)
    return proposal


def _take_group(proposal: Proposal, group: Group | None) -> None:
    if group is None:
        return
    proposal.headcount, proposal.participants = group.headcount, list(group.participants)
    proposal.session_id = group.session_id


def _refuse_faulty(proposal: Proposal, offer: Composition, now: datetime) -> None:
    group = Group(proposal.headcount, tuple(proposal.participants), proposal.session_id)
    if faults := faults_of(offer, group, timezone.localdate(now)):
        raise ProposalRefused(faults[0].text)


def _terms_to_annex(proposal: Proposal, now: datetime) -> TermsVersion:
    """In force for companies, with its printed pages. Raises ProposalRefused."""
    terms = terms_in_force(Audience.COMPANY, timezone.localdate(now))
    if gaps := missing_to_compose(proposal.course, Organisation.current(), terms):
        names = ", ".join(labels(gaps))
        raise ProposalRefused(f"La proposition ne peut pas être émise. Il manque : {names}.")
    assert terms is not None  # noqa: S101  nothing is missing
    return terms
