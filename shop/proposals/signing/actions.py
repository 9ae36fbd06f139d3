"""Signing online: name and authority, a code at the signatory's address, then the mention.

Every function locks the proposal first: two signatories at once make one signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from base.events import record
from base.typography import french_time
from documents.issued import IssuedDocument
from legal.terms.acceptance import RequestFacts
from shop.proposals.actions import ProposalRefused, mark_signed
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState
from shop.proposals.signing import rules
from shop.proposals.signing.letters import send_code
from shop.proposals.signing.models import ProposalSignature, Signing
from shop.proposals.signing.tasks import file_signature


class SigningRefused(ProposalRefused):
    """The message is one French sentence for the signatory; nothing was signed."""


class SigningBlocked(SigningRefused):
    """Too many wrong codes: the signatory waits an hour."""


class CodeNeeded(SigningRefused):
    """The address has to be proved again before anything is signed."""


@dataclass(frozen=True)
class Identity:
    """What the first step asks."""

    first_name: str
    last_name: str
    function: str
    email: str


@dataclass(frozen=True)
class Agreement:
    """What the last step sends: ``shown`` is the SHA-256 of the file that the page named."""

    mention: str
    accepts_terms: bool
    shown: str


@transaction.atomic
def begin_signing(
    *, proposal_id: int, identity: Identity, facts: RequestFacts, now: datetime
) -> Signing:
    """Keeps who signs and sends the first code. Raises SigningRefused."""
    proposal = _open(proposal_id, now)
    since = now - timedelta(hours=1)
    if proposal.signings.filter(begun_at__gt=since).count() >= rules.MOST_SIGNINGS_PER_HOUR:
        raise SigningRefused(
            "Trop de signatures ont été commencées depuis une heure pour cette proposition. Patientez, "
            "ou appelez-nous."
        )
    signing = Signing.objects.create(
        proposal=proposal,
        first_name=identity.first_name,
        last_name=identity.last_name,
        function=identity.function,
        email=identity.email,
        authority=rules.authority_sentence(proposal.company_name),
        ip=facts.ip,
        user_agent=facts.user_agent,
        begun_at=now,
    )
    _refuse_blocked(signing, now)
    data = {"function": signing.function, "text": signing.authority}
    _record("Signature commencée", signing, facts, now, **data)
    _send_code(signing, facts, now)
    return signing


@transaction.atomic
def resend_code(*, signing_id: int, facts: RequestFacts, now: datetime) -> Signing:
    """A new code replaces the former one. Raises SigningRefused."""
    signing = _locked(signing_id, now)
    _refuse_blocked(signing, now)
    if signing.codes_sent >= rules.MOST_CODES:
        raise SigningRefused(
            "Trois nouveaux codes ont déjà été envoyés. Vérifiez l’adresse et les courriers indésirables, "
            "puis recommencez la signature."
        )
    _send_code(signing, facts, now)
    return signing


def confirm_code(*, signing_id: int, typed: str, facts: RequestFacts, now: datetime) -> Signing:
    """Proves that the signatory reads the address. Raises SigningRefused, SigningBlocked.

    A wrong code is counted before it is refused.
    """
    refusal = _try_code(signing_id, typed, facts, now)
    if refusal is not None:
        raise refusal
    return Signing.objects.get(pk=signing_id)


@transaction.atomic
def _try_code(
    signing_id: int, typed: str, facts: RequestFacts, now: datetime
) -> SigningRefused | None:
    signing = _locked(signing_id, now)
    _refuse_blocked(signing, now)
    if not signing.has_live_code(now):
        return SigningRefused("Ce code n’est plus valable : demandez-en un nouveau.")
    code = rules.read_code(typed)
    if not code:
        return SigningRefused("Saisissez les six chiffres reçus par e-mail.")
    if check_password(code, signing.code_hash):  # compared in constant time
        signing.confirmed_at, signing.code_sent_at = now, None
        signing.save(update_fields=["confirmed_at", "code_sent_at"])
        _record("Code de signature confirmé", signing, facts, now)
        return None
    return _count_wrong(signing, facts, now)


def _count_wrong(signing: Signing, facts: RequestFacts, now: datetime) -> SigningRefused:
    latest = signing.latest_wrong_at
    goes_on = latest is not None and now < latest + rules.BLOCKED_FOR
    signing.wrong_tries = signing.wrong_tries + 1 if goes_on else 1
    signing.latest_wrong_at = now
    signing.save(update_fields=["wrong_tries", "latest_wrong_at"])
    tries = _wrong_tries(signing, now)[0]
    _record("Code de signature faux", signing, facts, now, tries=tries)
    left = rules.MOST_WRONG_TRIES - tries
    if left > 0:
        plural = "s" if left > 1 else ""
        return SigningRefused(f"Ce code est faux. Il reste {left} essai{plural}.")
    signing.code_sent_at = None  # the code is dead, even after the hour
    signing.save(update_fields=["code_sent_at"])
    _record("Signature bloquée une heure", signing, facts, now, tries=tries)
    return _blocked(now + rules.BLOCKED_FOR)


@transaction.atomic
def sign_online(
    *, signing_id: int, agreement: Agreement, facts: RequestFacts, now: datetime
) -> ProposalSignature:
    """Binds the company; the signed file and its proof follow from the worker (law.md S-03).

    The second click of a signatory finds the first one's signature. Raises SigningRefused,
    CodeNeeded.
    """
    signing = Signing.objects.select_related("proposal").get(pk=signing_id)
    proposal = Proposal.objects.select_for_update().get(pk=signing.proposal_id)
    signing.refresh_from_db()
    if signing.finished_at is not None:
        return ProposalSignature.objects.get(proposal=proposal)
    document = refuse_unless_open(proposal, now)
    _refuse_blocked(signing, now)
    if not signing.is_confirmed(now):
        raise CodeNeeded("Votre adresse doit être vérifiée à nouveau : demandez un nouveau code.")
    _refuse_incomplete(agreement, document)
    signature = _signed(signing, proposal, document, agreement, facts, now)
    signing.finished_at = now
    signing.save(update_fields=["finished_at"])
    data = {"number": signature.number, "sha256": document.sha256} | _trace(signing, facts)
    mark_signed(
        proposal_id=proposal.pk, signatory=signing.full_name, received_at=now, data=data, now=now
    )
    file_signature.enqueue(signature.pk)
    return signature


def _refuse_incomplete(agreement: Agreement, document: IssuedDocument) -> None:
    if agreement.shown != document.sha256:
        raise SigningRefused(
            "Le document à signer a changé depuis l’affichage de cette page. Relisez-le, puis signez."
        )
    if not agreement.accepts_terms:
        raise SigningRefused("Cochez la case des conditions générales de vente pour signer.")
    if not rules.is_mention(agreement.mention):
        raise SigningRefused(f"Écrivez exactement : {rules.MENTION}.")


def _signed(
    signing: Signing,
    proposal: Proposal,
    document: IssuedDocument,
    agreement: Agreement,
    facts: RequestFacts,
    now: datetime,
) -> ProposalSignature:
    assert proposal.terms_version is not None  # noqa: S101  an issued proposal has one
    signature: ProposalSignature = ProposalSignature.append(
        proposal=proposal,
        channel=rules.Channel.ONLINE.value,
        first_name=signing.first_name,
        last_name=signing.last_name,
        function=signing.function,
        email=signing.email,
        authority=signing.authority,
        statements=[
            signing.authority,
            rules.terms_sentence(proposal.terms_version.number),
            rules.PROOF_AGREEMENT,
        ],
        mention=agreement.mention,
        terms_version=proposal.terms_version,
        terms_sha256=proposal.terms_sha256,
        document_sha256=document.sha256,
        ip=facts.ip,
        user_agent=facts.user_agent,
        code_proof={
            "signing": signing.pk,
            "email": signing.email,
            "hash": signing.code_hash,
            "codes_sent": signing.codes_sent,
            "wrong_tries": signing.wrong_tries,
            "confirmed_at": signing.confirmed_at,
        },
        signed_at=now,
        recorded_at=now,
    )
    return signature


def refuse_unless_open(proposal: Proposal, now: datetime) -> IssuedDocument:
    """The file to sign, of a proposal that may be signed now. Raises SigningRefused."""
    state = proposal.state_at(now)
    if state == ProposalState.SIGNED:
        raise SigningRefused("Cette proposition est déjà signée.")
    if state == ProposalState.EXPIRED:
        raise SigningRefused("Cette proposition a expiré : elle ne peut plus être signée.")
    if state != ProposalState.ISSUED:
        raise SigningRefused(f"Cette proposition est {state.label} : elle ne peut pas être signée.")
    if (document := proposal.document) is None:
        raise SigningRefused(
            "La proposition est en cours de mise en page : réessayez dans un instant."
        )
    return document


def _open(proposal_id: int, now: datetime) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    refuse_unless_open(proposal, now)
    return proposal


def _locked(signing_id: int, now: datetime) -> Signing:
    """With its proposal locked, which may still be signed."""
    proposal_id = Signing.objects.values_list("proposal_id", flat=True).get(pk=signing_id)
    _open(proposal_id, now)
    return Signing.objects.select_related("proposal").get(pk=signing_id)


def _send_code(signing: Signing, facts: RequestFacts, now: datetime) -> None:
    code = rules.new_code()
    signing.code_hash, signing.code_sent_at = make_password(code), now
    signing.codes_sent += 1
    signing.save(update_fields=["code_hash", "code_sent_at", "codes_sent"])
    message = send_code(signing, code)
    _record("Code de signature envoyé", signing, facts, now, message=message.message_id)


def standing_block(signing: Signing, now: datetime) -> datetime | None:
    """Until when this address may not sign this proposal."""
    return rules.blocked_until(*_wrong_tries(signing, now), now)


def _wrong_tries(signing: Signing, now: datetime) -> tuple[int, datetime | None]:
    """Of the last hour, for this address and this proposal, whichever page they were typed on."""
    tried = Signing.objects.filter(
        proposal=signing.proposal_id,
        email__iexact=signing.email,
        latest_wrong_at__gt=now - rules.BLOCKED_FOR,
    ).aggregate(tries=Sum("wrong_tries"), latest=Max("latest_wrong_at"))
    return tried["tries"] or 0, tried["latest"]


def _refuse_blocked(signing: Signing, now: datetime) -> None:
    if until := standing_block(signing, now):
        raise _blocked(until)


def _blocked(until: datetime) -> SigningBlocked:
    hour = french_time(timezone.localtime(until).time())
    return SigningBlocked(
        f"Cinq codes faux ont été saisis : la signature avec cette adresse est bloquée jusqu’à {hour}."
    )


def _record(name: str, signing: Signing, facts: RequestFacts, now: datetime, **data: Any) -> None:
    record(
        name,
        subject=signing.proposal,
        actor=signing.full_name,
        data=data | _trace(signing, facts),
        at=now,
    )


def _trace(signing: Signing, facts: RequestFacts) -> dict[str, Any]:
    return {
        "signing": signing.pk,
        "email": signing.email,
        "ip": facts.ip,
        "user_agent": facts.user_agent,
    }
