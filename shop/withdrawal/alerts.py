"""What staff must not let wait about withdrawals: for the home panel and for the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from base.typography import french_date
from mail.models import OutgoingMessage, OutgoingMessageQuerySet
from mail.rules import UNDELIVERED
from shop.payments.models import Refund, RefundState
from shop.payments.refund_rows import was_redone
from shop.withdrawal.mails import ACKNOWLEDGEMENT
from shop.withdrawal.models import DeclarationQuerySet, WithdrawalDeclaration
from shop.withdrawal.rules import REFUND_ALERT_DAYS, REFUND_DAYS, civil_date, decide_by


class AlertKind(StrEnum):
    """The value is the name of the event that tells it once."""

    UNDECIDED = "Rétractation sans décision"
    NOT_REFUNDED = "Rétractation non remboursée"
    NOT_ACKNOWLEDGED = "Rétractation sans accusé de réception"


@dataclass(frozen=True)
class Alert:
    """``subject`` is the declaration or the refund that waits."""

    kind: AlertKind
    subject: WithdrawalDeclaration | Refund
    text: str


def alerts(now: datetime) -> list[Alert]:
    """The oldest first in each kind."""
    return [*_undecided(civil_date(now)), *_not_refunded(civil_date(now)), *_not_acknowledged()]


def _undecided(today: date) -> Iterator[Alert]:
    for declaration in WithdrawalDeclaration.objects.undecided().order_by("received_at"):
        if decide_by(declaration.received_at) < today:
            text = (
                f"Déclaration n° {declaration.pk}, reçue {declaration.received} : "
                "aucune décision depuis deux jours ouvrés."
            )
            yield Alert(AlertKind.UNDECIDED, declaration, text)


def _not_refunded(today: date) -> Iterator[Alert]:
    """From the tenth day on, four days before the end of the legal time (W-09).

    A refund that failed is told until as much has reached the customer by another one.
    """
    limit = today + timedelta(days=REFUND_DAYS - REFUND_ALERT_DAYS)
    refunds = Refund.objects.filter(due_by__lte=limit).exclude(state=RefundState.SUCCEEDED)
    rows = refunds.select_related("attempt__due__order", "attempt__due__proposal").prefetch_related(
        "attempt__refunds"
    )
    for refund in rows.order_by("due_by"):
        if was_redone(refund):
            continue
        assert refund.due_by is not None  # noqa: S101  narrows the type: the query asks for one
        reference = refund.attempt.due.contract.payment_reference
        text = f"Remboursement, {reference} : à faire avant le {french_date(refund.due_by)}."
        yield Alert(AlertKind.NOT_REFUNDED, refund, text)


def _not_acknowledged() -> Iterator[Alert]:
    for declaration in without_acknowledgement().order_by("received_at"):
        text = f"Déclaration n° {declaration.pk} : l’accusé de réception n’est pas parti."
        yield Alert(AlertKind.NOT_ACKNOWLEDGED, declaration, text)
    returned = acknowledgements().filter(state__in=UNDELIVERED, successors__isnull=True)
    for declaration in _with_key().filter(Exists(returned)).order_by("received_at"):
        text = (
            f"Déclaration n° {declaration.pk} : l’accusé de réception n’est pas arrivé à "
            f"{declaration.email}. Envoyez-le autrement."
        )
        yield Alert(AlertKind.NOT_ACKNOWLEDGED, declaration, text)


def without_acknowledgement() -> DeclarationQuerySet:
    """Declarations whose message could not even be written."""
    return _with_key().filter(~Exists(acknowledgements())).exclude(email="")


def acknowledgements() -> OutgoingMessageQuerySet:
    found: OutgoingMessageQuerySet = OutgoingMessage.objects.filter(
        template=ACKNOWLEDGEMENT,
        owner_type=WithdrawalDeclaration._meta.label_lower,
        owner_id=OuterRef("key"),
    )
    return found


def _with_key() -> DeclarationQuerySet:
    """``key`` is how a message names its owner."""
    rows: DeclarationQuerySet = WithdrawalDeclaration.objects.annotate(key=Cast("pk", CharField()))
    return rows
