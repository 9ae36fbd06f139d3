"""From a declaration to its effects. Each verb is one transaction (invariant I4)."""

from __future__ import annotations

import logging
from datetime import datetime
from hashlib import sha256

from django.core.validators import validate_email
from django.db import transaction

from base.events import record
from shop.orders.models import Order
from shop.withdrawal.effects import Decision, apply, freeze, lift, lift_all, write_match
from shop.withdrawal.mails import acknowledge
from shop.withdrawal.models import (
    DECIDED,
    ChargeFreeze,
    DeclarationChannel,
    MatchOutcome,
    WithdrawalDeclaration,
    WithdrawalMatch,
)
from shop.withdrawal.queries import designated_orders, orders_maybe_concerned

logger = logging.getLogger(__name__)

BY_RULE = "règle de rapprochement"


class DecisionRefused(Exception):
    """What staff asked is not possible; the French text says why."""


@transaction.atomic
def declare(
    *,
    name: str,
    email: str,
    contract: str,
    comment: str,
    form_key: str,
    now: datetime,
    order_token: str = "",
    ip: str | None = None,
) -> WithdrawalDeclaration:
    """The legal act (C. conso L221-21, F-05): ``now`` is the server's instant of the confirmation.

    The same ``form_key`` again gives the declaration that exists, and changes nothing.
    """
    return _keep(
        form_key,
        order_token,
        actor=f"{name} (en ligne)",
        name=name,
        email=email,
        contract=contract,
        comment=comment,
        channel=DeclarationChannel.ONLINE,
        sent_at=now,
        received_at=now,
        ip=ip,
    )


@transaction.atomic
def record_by_staff(
    *,
    channel: DeclarationChannel,
    name: str,
    email: str,
    contract: str,
    sent_at: datetime,
    received_at: datetime,
    actor: str,
    comment: str,
) -> WithdrawalDeclaration:
    """A letter, an e-mail, a call (F-09): the postmark decides, the arrival starts the refund (W-08).

    The same facts recorded twice are one declaration. Raises DecisionRefused, and ValidationError
    for a wrong e-mail address; none is needed.
    """
    if sent_at > received_at:
        raise DecisionRefused("Une déclaration ne peut pas être reçue avant d’avoir été envoyée.")
    if email:
        validate_email(email)
    facts = (channel, name, email, contract, comment, sent_at.isoformat(), received_at.isoformat())
    return _keep(
        sha256(repr(tuple(map(str, facts))).encode()).hexdigest(),
        order_token="",
        actor=actor,
        name=name,
        email=email,
        contract=contract,
        comment=comment,
        channel=channel,
        sent_at=sent_at,
        received_at=received_at,
        recorded_by=actor[:200],
    )


def _keep(form_key: str, order_token: str, *, actor: str, **facts: object) -> WithdrawalDeclaration:
    declaration, created = WithdrawalDeclaration.objects.get_or_create(
        form_key=form_key, defaults=facts
    )
    if created:
        now = declaration.received_at
        data = {"channel": str(declaration.channel)}
        record("Rétractation déclarée", subject=declaration, actor=actor, data=data, at=now)
        acknowledge(declaration)
        _give_effect(declaration, order_token, actor)
    kept: WithdrawalDeclaration = declaration
    return kept


def _give_effect(declaration: WithdrawalDeclaration, order_token: str, actor: str) -> None:
    """What cannot be settled by rule waits for staff: the declaration itself is never refused."""
    try:
        with transaction.atomic():
            _settle(declaration, order_token, actor)
    except Exception:
        logger.exception("La déclaration %s attend une décision.", declaration.pk)
        _hold(declaration, order_token, actor)


def _settle(declaration: WithdrawalDeclaration, order_token: str, actor: str) -> None:
    orders = designated_orders(declaration, order_token)
    for order in orders:
        decision = Decision(actor=actor, reason=BY_RULE, now=declaration.received_at)
        apply(declaration, order, decision)
    if not orders:
        _hold(declaration, order_token, actor)


def _hold(declaration: WithdrawalDeclaration, order_token: str, actor: str) -> None:
    """Law F-10: no debit of an order that may be the one meant."""
    for order in orders_maybe_concerned(declaration, order_token):
        freeze(declaration, order, actor=actor, now=declaration.received_at)


@transaction.atomic
def match_declaration(
    *,
    declaration: WithdrawalDeclaration,
    order: Order | None,
    outcome: MatchOutcome,
    actor: str,
    reason: str,
    now: datetime,
) -> WithdrawalMatch:
    """Staff accept a declaration for an order, even a late one, or set it aside with a reason.

    Without an order, the declaration designates none of ours. Raises DecisionRefused.
    """
    _lock(declaration)
    _check(declaration, order, outcome, reason)
    decision = Decision(actor=actor, reason=reason, now=now)
    if order is not None and outcome == MatchOutcome.ACCEPTED:
        match = apply(declaration, order, decision, even_late=True)
        lift_all(declaration, actor=actor, reason=reason, now=now)
        return match
    match = write_match(declaration, order, MatchOutcome.REFUSED, decision)
    lift_all(declaration, order=order, actor=actor, reason=reason, now=now)
    return match


def _check(
    declaration: WithdrawalDeclaration, order: Order | None, outcome: MatchOutcome, reason: str
) -> None:
    if outcome not in (MatchOutcome.ACCEPTED, MatchOutcome.REFUSED):
        raise DecisionRefused("Une déclaration est acceptée ou écartée.")
    if outcome == MatchOutcome.REFUSED and not reason.strip():
        raise DecisionRefused("Écarter une déclaration demande un motif écrit.")
    if outcome == MatchOutcome.ACCEPTED and order is None:
        raise DecisionRefused("Indiquez la commande que la déclaration termine.")
    if declaration.matches.filter(order=order, outcome__in=DECIDED).exists():
        raise DecisionRefused("Une décision a déjà été prise pour cette commande.")


@transaction.atomic
def lift_freeze(*, freeze: ChargeFreeze, actor: str, reason: str, now: datetime) -> ChargeFreeze:
    """The declaration does not concern this order. Raises DecisionRefused without a reason."""
    if not reason.strip():
        raise DecisionRefused("Lever un gel de prélèvement demande un motif écrit.")
    locked = ChargeFreeze.objects.select_for_update().get(pk=freeze.pk)
    if locked.lifted_at is None:
        lift(locked, actor=actor, reason=reason, now=now)
    return locked


def _lock(declaration: WithdrawalDeclaration) -> None:
    WithdrawalDeclaration.objects.select_for_update().get(pk=declaration.pk)
