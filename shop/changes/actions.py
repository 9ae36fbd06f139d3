"""A request in writing: stored, acknowledged, then settled by the terms or by a person."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from django.db import IntegrityError, transaction

from base.events import record
from base.typography import euros, french_date
from courses.sessions.models import CourseSession
from courses.sessions.seats import SeatsRefused
from shop.changes.asking import Wanted, refuse_impossible
from shop.changes.effects import (
    TERMS,
    ChangeRefused,
    Decision,
    apply,
    postpone,
    reason_of,
    write_outcome,
)
from shop.changes.letters import acknowledge_request, announce_request, tell_outcome
from shop.changes.models import RequestOutcome, WrittenRequest
from shop.changes.quoting import decided, missed_window
from shop.changes.reading import commitment_of, policy_of_contract, quote_of
from shop.changes.rules import Cause, Quote, Wish
from shop.orders.actions import OrderRefused
from shop.payments.disputes import resume_charging
from shop.payments.locking import lock_same
from shop.payments.models import Contract, Due
from shop.payments.pausing import pause_charging
from shop.payments.refund_rows import RefundRefused
from shop.proposals.actions import ProposalRefused
from shop.proposals.agreement.moving import move_proposal
from shop.proposals.models import Proposal
from shop.withdrawal.models import DeclarationChannel

PAUSED = "Demande d’annulation ou de report à décider"


class CostChanged(ChangeRefused):
    """What the page showed is no longer what the request would cost."""


def preview(contract: Contract, wanted: Wanted, now: datetime) -> Quote:
    """What confirming now would cost. Raises ChangeRefused for what cannot be asked for."""
    refuse_impossible(contract, wanted, now)
    return quote_of(wanted.unsaved(contract, sent_at=now, received_at=now))


def fingerprint(wanted: Wanted, quoted: Quote) -> str:
    """Changes with anything that the page of the cost shows, the names of those concerned included."""
    return sha256(repr((wanted.people, wanted.session, quoted)).encode()).hexdigest()


@transaction.atomic
def ask_in_writing(
    *, contract: Contract, wanted: Wanted, shown: str, request_key: str, now: datetime
) -> WrittenRequest:
    """Stores what the client confirms and acknowledges it; the terms settle a company's at once.

    ``shown`` is the fingerprint of the cost on the page; a second click finds the first one's row.
    What cannot be settled by rule waits for a person. Raises ChangeRefused, CostChanged.
    """
    contract = lock_same(contract)
    known = WrittenRequest.objects.all().of(contract).filter(request_key=request_key).first()
    if known is not None:
        found: WrittenRequest = known
        return found
    quoted = preview(contract, wanted, now)
    if fingerprint(wanted, quoted) != shown:
        raise CostChanged(
            "Le coût ou les personnes concernées ont changé depuis l’affichage de cette page : "
            "relisez-la. Rien n’est envoyé."
        )
    row = wanted.unsaved(contract, sent_at=now, received_at=now)
    row.request_key, row.shown = request_key, _shown(quoted)
    asked = _store(row, actor=wanted.asked_by, now=now)
    if quoted.is_automatic and quoted.is_receivable and _settle_by_terms(asked, quoted, now):
        return asked
    fresh: WrittenRequest = WrittenRequest.objects.get(pk=asked.pk)
    _wait_for_staff(fresh, now)
    return fresh


@transaction.atomic
def record_in_writing(
    *,
    contract: Contract,
    wanted: Wanted,
    channel: DeclarationChannel,
    sent_at: datetime,
    received_at: datetime,
    actor: str,
    now: datetime,
) -> WrittenRequest:
    """A letter or an e-mail, written down by staff, who decide next. Raises ChangeRefused.

    The same facts recorded twice are one request.
    """
    contract = lock_same(contract)
    if channel == DeclarationChannel.PHONE:
        raise ChangeRefused("Seule une demande écrite est recevable (CGV 3.5 et 3.6).")
    if sent_at > received_at:
        raise ChangeRefused("Une demande ne peut pas être reçue avant d’avoir été envoyée.")
    facts = (contract._meta.label, contract.pk, channel, wanted, sent_at, received_at)
    key = sha256(repr(facts).encode()).hexdigest()
    known = WrittenRequest.objects.filter(request_key=key).first()
    if known is not None:
        found: WrittenRequest = known
        return found
    refuse_impossible(contract, wanted, sent_at)
    row = wanted.unsaved(contract, sent_at=sent_at, received_at=received_at)
    row.request_key, row.channel, row.recorded_by = key, channel, actor[:200]
    asked = _store(row, actor=actor, now=now)
    _wait_for_staff(asked, now)
    return asked


@transaction.atomic
def decide_request(
    *,
    request_id: int,
    cause: Cause,
    amount: Decimal,
    text: str,
    actor: str,
    now: datetime,
    delivered: Decimal | None = None,
) -> RequestOutcome:
    """A person settles a cancellation: ``amount`` is what the client owes, under the ceiling of the rule.

    Raises ChangeRefused, OrderRefused and ProposalRefused: nothing was written then.
    """
    asked = _waiting(request_id)
    quoted = quote_of(asked, cause=cause, delivered=delivered)
    if quoted.keeps_contract:
        raise ChangeRefused("Ce report se décide par le choix d’une session.")
    if not quoted.is_receivable:
        raise ChangeRefused(f"Article {quoted.clause} : {quoted.explanation}")
    if amount > quoted.due:
        raise ChangeRefused(
            f"Le plafond est de {euros(quoted.due)} : {quoted.explanation} Indiquez un montant inférieur "
            "ou égal."
        )
    decision = Decision(actor=actor, cause=cause, now=now, text=text)
    return apply(asked, decided(quoted, amount, _weighed(quoted, amount)), decision)


@transaction.atomic
def postpone_request(
    *, request_id: int, session: CourseSession, text: str, actor: str, now: datetime
) -> RequestOutcome:
    """A person accepts a postponement, to a session that suits both (CGV 2.1, 3.6; law.md 3.1).

    Raises ChangeRefused, OrderRefused, ProposalRefused and SeatsRefused.
    """
    asked = _waiting(request_id)
    if asked.wish != Wish.POSTPONE:
        raise ChangeRefused("Cette demande est une annulation.")
    asked.session = session
    quoted = quote_of(asked)
    if not quoted.keeps_contract:
        raise ChangeRefused(f"Article {quoted.clause} : {quoted.explanation}")
    _resume(asked, actor, now)
    decision = Decision(actor=actor, cause=Cause(asked.cause), now=now, text=text)
    return postpone(asked, quoted, decision, session)


@transaction.atomic
def choose_session(
    *, outcome_id: int, session: CourseSession, actor: str, now: datetime
) -> RequestOutcome:
    """The date of a postponed training, before the end of its window (CGV 3.6).

    Raises ChangeRefused, ProposalRefused and SeatsRefused.
    """
    outcome, proposal = _open_window(outcome_id)
    assert outcome.window_until is not None  # noqa: S101  see _open_window
    if session.starts_on > outcome.window_until:
        raise ChangeRefused(
            f"Cette session commence après le {french_date(outcome.window_until)}, dernier jour du délai."
        )
    move_proposal(
        proposal_id=proposal.pk, session_id=session.pk, actor=actor, reason=reason_of(outcome.request),
        now=now,
    )  # fmt: skip
    Proposal.objects.filter(pk=proposal.pk).update(asks_staff="")
    outcome.moved_to, outcome.window_closed_at = session, now
    outcome.save(update_fields=["moved_to", "window_closed_at"])
    return outcome


@transaction.atomic
def close_window(*, outcome_id: int, actor: str, now: datetime) -> RequestOutcome:
    """Nobody chose a date in time: the whole price is owed, and the contract ends (CGV 3.6).

    A person says so; no clock does. Raises ChangeRefused before the end of the window.
    """
    outcome, proposal = _open_window(outcome_id)
    try:
        quoted = missed_window(policy_of_contract(proposal), commitment_of(proposal), now)
    except ValueError as error:
        raise ChangeRefused(str(error)) from error
    outcome.window_closed_at = now
    outcome.save(update_fields=["window_closed_at"])
    row = Wanted(
        wish=Wish.POSTPONE, cause=Cause.CLIENT, asked_by=actor, heads=commitment_of(proposal).left
    ).unsaved(proposal, sent_at=now, received_at=now)
    row.recorded_by, row.text = actor[:200], "Délai de report écoulé sans nouvelle date."
    row.save(force_insert=True)
    return apply(row, quoted, Decision(actor=actor, cause=Cause.CLIENT, now=now))


@transaction.atomic
def set_aside(*, request_id: int, text: str, actor: str, now: datetime) -> RequestOutcome:
    """The contract goes on as it was agreed; the client is told why. Raises ChangeRefused."""
    asked = _waiting(request_id)
    decision = Decision(actor=actor, cause=Cause(asked.cause), now=now, text=text)
    outcome = write_outcome(asked, quote_of(asked), decision, ends=False, applied=False)
    _resume(asked, actor, now)
    tell_outcome(outcome)
    return outcome


def _weighed(quoted: Quote, amount: Decimal) -> str:
    """What the client reads of a decision; the rule itself where it left nothing to decide."""
    if quoted.is_automatic and amount == quoted.due:
        return quoted.explanation
    text = (
        f"Après examen de votre demande, la somme due est de {euros(amount)} ; la règle permettait au "
        f"plus {euros(quoted.due)}."
    )
    left = decided(quoted, amount).carried
    return f"{text} Les {euros(left)} restants de l’acompte réduisent le solde." if left else text


def _store(row: WrittenRequest, *, actor: str, now: datetime) -> WrittenRequest:
    """Before anything else, with its acknowledgement. Raises ChangeRefused for somebody else's key."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise ChangeRefused("Rechargez la page, puis envoyez à nouveau.") from error
    data = {
        "reason": row.get_cause_display(), "text": row.text, "people": row.people,
        "sent_at": row.sent_at, "received_at": row.received_at, "shown": row.shown,
    }  # fmt: skip
    name = f"Demande {'d’annulation' if row.wish == Wish.CANCEL else 'de report'} reçue"
    record(name, subject=row.contract, actor=actor, data=data, at=now)
    acknowledge_request(row)
    return row


def _settle_by_terms(asked: WrittenRequest, quoted: Quote, now: datetime) -> bool:
    """False for what a rule alone cannot carry out: a person does, and nothing is lost."""
    decision = Decision(actor=TERMS, cause=Cause(asked.cause), now=now)
    try:
        with transaction.atomic():
            apply(asked, quoted, decision)
    except (ChangeRefused, OrderRefused, ProposalRefused, RefundRefused, SeatsRefused) as refused:
        record(
            "Demande confiée à une personne",
            subject=asked.contract,
            actor=TERMS,
            data={"reason": str(refused)},
            at=now,
        )
        return False
    return True


def _wait_for_staff(asked: WrittenRequest, now: datetime) -> None:
    """No consumer is debited while somebody decides."""
    announce_request(asked)
    order = asked.order
    if order and Due.objects.filter(order=order).unpaid().exists():
        pause_charging(order=order, actor=TERMS, reason=PAUSED, now=now)


def _resume(asked: WrittenRequest, actor: str, now: datetime) -> None:
    """Only what requests had paused, once no other one waits."""
    order = asked.order
    if order is None or order.charging_stopped_reason != PAUSED:
        return
    if not WrittenRequest.objects.all().of(order).waiting().exclude(pk=asked.pk).exists():
        resume_charging(order=order, actor=actor, reason=str(asked), now=now)


def _open_window(outcome_id: int) -> tuple[RequestOutcome, Proposal]:
    """The contract first, as everywhere; only a company's waits for a date."""
    key = RequestOutcome.objects.values_list("request__proposal", flat=True).get(pk=outcome_id)
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=key)
    outcome: RequestOutcome = RequestOutcome.objects.select_for_update(of=("self",)).get(
        pk=outcome_id
    )
    if outcome.window_until is None or outcome.window_closed_at is not None:
        raise ChangeRefused("Ce report n’attend plus de date.")
    return outcome, proposal


def _waiting(request_id: int) -> WrittenRequest:
    """Its contract first, as everywhere, then the row that nobody has settled."""
    asked: WrittenRequest = WrittenRequest.objects.select_related("session").get(pk=request_id)
    contract = lock_same(asked.contract)
    if RequestOutcome.objects.filter(request=asked).exists():
        raise ChangeRefused("Cette demande est déjà réglée.")
    setattr(asked, contract._meta.model_name or "", contract)
    return asked


def _shown(quoted: Quote) -> dict[str, str]:
    names = ("clause", "explanation", "due", "kept", "refund", "owed")
    return {name: str(getattr(quoted, name)) for name in names}
