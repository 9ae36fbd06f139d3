"""From a complaint to its answer. Each verb is one transaction."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from base.civil_dates import paris_date
from base.events import record
from shop.complaints.letters import acknowledge, acknowledge_message, send_answer
from shop.complaints.mediation import give_notice, missing_of_mediator, notice_if_due
from shop.complaints.models import (
    Complaint,
    ComplaintAnswer,
    ComplaintMessage,
    MediationNotice,
)
from shop.complaints.queries import own_contract
from shop.complaints.rules import (
    NUMBER_DIGITS,
    SERIES,
    Capacity,
    Cause,
    ComplaintState,
    Topic,
    days_after,
    may_become,
)
from shop.numbering.actions import take_place
from shop.orders.models import Order
from shop.orders.sales_settings import SalesSettings
from shop.payments.models import Contract
from shop.withdrawal.models import DeclarationChannel

MOST_MESSAGES = 50


class ComplaintRefused(Exception):
    """What was asked is not possible; the French text says why."""


@transaction.atomic
def file_complaint(
    *,
    name: str,
    email: str,
    capacity: Capacity,
    reference: str,
    topic: Topic,
    text: str,
    form_key: str,
    now: datetime,
) -> Complaint:
    """Stores what a visitor complains of, then acknowledges it; the same ``form_key`` again gives
    the complaint that exists, and changes nothing.

    It is attached to a contract only when the reference and the address agree.
    """
    complaint, created = _keep(
        form_key,
        contract=own_contract(reference, email),
        now=now,
        name=name,
        email=email,
        capacity=capacity.value,
        reference=reference,
        topic=topic.value,
        text=text,
        channel=DeclarationChannel.ONLINE,
        sent_at=now,
        received_at=now,
    )
    if created:
        _begin(complaint, actor=f"{name} (en ligne)", now=now)
    return complaint


@transaction.atomic
def record_complaint(
    *,
    channel: DeclarationChannel,
    name: str,
    email: str,
    capacity: Capacity,
    topic: Topic,
    text: str,
    sent_at: datetime,
    received_at: datetime,
    actor: str,
    now: datetime,
    reference: str = "",
    contract: Contract | None = None,
) -> Complaint:
    """A letter, an e-mail, a call. The same facts recorded twice are one complaint.

    Raises ComplaintRefused, and ValidationError for a wrong address; none is needed.
    """
    _refuse_received_before_sent(sent_at, received_at)
    if email:
        validate_email(email)
    facts = (channel, name, email, topic, text, sent_at.isoformat(), received_at.isoformat())
    complaint, created = _keep(
        _key_of(facts),
        contract=contract,
        now=now,
        name=name,
        email=email,
        capacity=capacity.value,
        reference=reference,
        topic=topic.value,
        text=text,
        channel=channel,
        sent_at=sent_at,
        received_at=received_at,
        recorded_by=actor[:200],
    )
    if created:
        _begin(complaint, actor=actor, now=now)
    return complaint


def _refuse_received_before_sent(sent_at: datetime, received_at: datetime) -> None:
    if sent_at > received_at:
        raise ComplaintRefused("La réception ne peut pas précéder l’envoi.")


def _key_of(facts: tuple[Any, ...]) -> str:
    return sha256(repr(tuple(map(str, facts))).encode()).hexdigest()


def _keep(
    form_key: str, *, contract: Contract | None, now: datetime, **facts: Any
) -> tuple[Complaint, bool]:
    """The number is taken last; a second click gives it back."""
    known = Complaint.objects.filter(form_key=form_key).first()
    if known is not None:
        return known, False
    settings = SalesSettings.current()
    received_at = facts["received_at"]
    try:
        with transaction.atomic():
            place = take_place(SERIES, paris_date(now), digits=NUMBER_DIGITS)
            complaint = Complaint.append(
                form_key=form_key,
                number=place.number,
                year=place.year,
                sequence=place.sequence,
                answer_due_on=days_after(received_at, settings.complaint_answer_days),
                unresolved_from=days_after(received_at, settings.complaint_unresolved_days),
                recorded_at=now,
                **facts | _attached(contract, Capacity(facts["capacity"])),
            )
    except IntegrityError:
        return Complaint.objects.get(form_key=form_key), False
    return complaint, True


def _attached(contract: Contract | None, capacity: Capacity) -> dict[str, Any]:
    """The columns that a contract decides: an order is a consumer's, a proposal a company's."""
    if contract is None:
        return {"order": None, "proposal": None, "capacity": capacity.value}
    if isinstance(contract, Order):
        return {"order": contract, "proposal": None, "capacity": Capacity.CONSUMER.value}
    return {"order": None, "proposal": contract, "capacity": Capacity.PROFESSIONAL.value}


def _begin(complaint: Complaint, *, actor: str, now: datetime) -> None:
    data = {
        "number": complaint.number,
        "reference": complaint.contract_reference,
        "due_by": complaint.answer_due_on,
    }
    record("Réclamation reçue", subject=complaint, actor=actor, data=data, at=now)
    acknowledge(complaint)


@transaction.atomic
def add_message(
    *,
    complaint_id: int,
    channel: DeclarationChannel,
    text: str,
    sent_at: datetime,
    received_at: datetime,
    actor: str,
    now: datetime,
    form_key: str = "",
    is_staff: bool = False,
) -> ComplaintMessage:
    """What its author adds; a complaint that was decided is open again, with a new day to answer.

    A second click finds the first one's row. Raises ComplaintRefused.
    """
    _refuse_received_before_sent(sent_at, received_at)
    complaint = _locked(complaint_id)
    facts = (complaint.pk, channel, text, sent_at.isoformat(), received_at.isoformat())
    key = _key_of((complaint.pk, form_key) if form_key else facts)
    known: ComplaintMessage | None = complaint.messages.filter(form_key=key).first()
    if known is not None:
        return known
    if complaint.messages.count() >= MOST_MESSAGES:
        raise ComplaintRefused("Cette réclamation compte déjà beaucoup de messages : appelez-nous.")
    message = ComplaintMessage.append(
        complaint=complaint,
        channel=channel,
        text=text,
        sent_at=sent_at,
        received_at=received_at,
        recorded_at=now,
        recorded_by=actor[:200] if is_staff else "",
        form_key=key,
    )
    record("Message de réclamation reçu", subject=complaint, actor=actor, at=now)
    _reopen(complaint, received_at, actor=actor, now=now)
    acknowledge_message(message)
    return message


def _reopen(complaint: Complaint, received_at: datetime, *, actor: str, now: datetime) -> None:
    if complaint.is_open:
        return
    days = SalesSettings.current().complaint_answer_days
    complaint.state = ComplaintState.OPEN.value
    complaint.answer_due_on = days_after(received_at, days)
    complaint.save(update_fields=["state", "answer_due_on"])
    data = {"due_by": complaint.answer_due_on}
    record("Réclamation rouverte", subject=complaint, actor=actor, data=data, at=now)


@transaction.atomic
def attach_contract(
    *,
    complaint_id: int,
    contract: Contract | None,
    capacity: Capacity,
    actor: str,
    now: datetime,
) -> Complaint:
    """Staff say which contract it concerns, or none; the contract decides of the capacity."""
    complaint = _locked(complaint_id)
    before, columns = complaint.contract_reference, _attached(contract, capacity)
    for name, value in columns.items():
        setattr(complaint, name, value)
    complaint.save(update_fields=list(columns))
    data = {
        "before": before,
        "after": complaint.contract_reference,
        "state": Capacity(complaint.capacity).label,
    }
    record("Réclamation rattachée", subject=complaint, actor=actor, data=data, at=now)
    notice_if_due(complaint, actor=actor, now=now)
    return complaint


@transaction.atomic
def answer_complaint(
    *,
    complaint_id: int,
    outcome: ComplaintState | None,
    text: str,
    actor: str,
    form_key: str,
    now: datetime,
) -> ComplaintAnswer:
    """LEXOM's answer: it accepts, rejects, or only says how far things are. Mailed, or posted by
    whoever wrote it when no address is known.

    A second click finds the first one's row. A consumer who is rejected is told of the mediator.
    Raises ComplaintRefused.
    """
    complaint = _locked(complaint_id)
    known: ComplaintAnswer | None = complaint.answers.filter(form_key=form_key).first()
    if known is not None:
        return known
    _check_answer(complaint, outcome, text)
    answer = ComplaintAnswer.append(
        complaint=complaint,
        outcome=outcome.value if outcome else "",
        text=text,
        by_post=not complaint.address,
        answered_at=now,
        answered_by=actor[:200],
        form_key=form_key,
    )
    if outcome is not None:
        complaint.state = outcome.value
        complaint.save(update_fields=["state"])
    data = {"state": answer.outcome_label, "text": text}
    record("Réponse à une réclamation", subject=complaint, actor=actor, data=data, at=now)
    if not answer.by_post:
        send_answer(answer)
    notice_if_due(complaint, actor=actor, now=now)
    return answer


def _check_answer(complaint: Complaint, outcome: ComplaintState | None, text: str) -> None:
    if not text.strip():
        raise ComplaintRefused("Écrivez la réponse.")
    if not complaint.is_open:
        raise ComplaintRefused(
            "Cette réclamation a déjà reçu une réponse définitive. Un nouveau message la rouvre."
        )
    if outcome is not None and not may_become(ComplaintState(complaint.state), outcome):
        raise ComplaintRefused("Une réclamation est acceptée, acceptée en partie ou rejetée.")


@transaction.atomic
def give_mediation_notice(*, complaint_id: int, actor: str, now: datetime) -> MediationNotice:
    """Before the law asks for it, or for what was accepted in part only. Raises ComplaintRefused."""
    complaint = _locked(complaint_id)
    if not complaint.is_consumer:
        raise ComplaintRefused("La médiation de la consommation ne concerne que les particuliers.")
    if complaint.known_notice:
        raise ComplaintRefused("L’avis de médiation de cette réclamation est déjà établi.")
    if missing := missing_of_mediator():
        raise ComplaintRefused(f"Il manque, dans la fiche du médiateur : {', '.join(missing)}.")
    given = notice_if_due(complaint, actor=actor, now=now)
    return given or give_notice(complaint, Cause.GIVEN, actor=actor, now=now)


@transaction.atomic
def mark_posted(*, complaint_id: int, posted_on: Any, actor: str, now: datetime) -> MediationNotice:
    """The notice left on paper. Raises ComplaintRefused."""
    notice = _locked(complaint_id).known_notice
    if notice is None or notice.document is None:
        raise ComplaintRefused("L’avis de médiation n’est pas encore établi.")
    if notice.posted_on is not None:
        return notice
    notice.posted_on, notice.posted_by = posted_on, actor[:200]
    notice.save(update_fields=["posted_on", "posted_by"])
    data = {"day": posted_on}
    record("Avis de médiation posté", subject=notice.complaint, actor=actor, data=data, at=now)
    return notice


def _locked(complaint_id: int) -> Complaint:
    rows = Complaint.objects.select_for_update(of=("self",))
    complaint: Complaint = rows.select_related("order", "proposal").get(pk=complaint_id)
    return complaint
