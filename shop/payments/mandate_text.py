"""What the customer agrees to when a card is saved (payments.md 3.8). Pure: no Django, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from base.typography import euros, french_date, french_typography
from shop.pricing.rules import DueKind, PlannedDue

# Raise it when a sentence changes.
TEXT_VERSION = "2"


@dataclass(frozen=True)
class MandateText:
    version: str
    text: str

    @property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def mandate_text(
    *,
    creditor: str,
    planned: Sequence[PlannedDue],
    notice_days: int,
    address: str,
    may_withdraw: bool,
    pays_now: bool = False,
) -> MandateText:
    """``planned``: what is still to be paid; its days are the earliest ones.

    ``pays_now``: the card is given with a payment of today, which is none of those.
    ``may_withdraw``: the withdrawal period has not ended. Raises ``ValueError`` for nothing to pay.
    """
    if not planned:
        raise ValueError("Une autorisation de débiter demande au moins une échéance.")
    debits = _debits(planned, may_withdraw=may_withdraw)
    today = "En dehors de mon paiement de ce jour, aucun" if pays_now else "Aucun"
    text = (
        f"J’autorise {creditor} à débiter la carte que j’enregistre aujourd’hui, sans nouvelle "
        f"action de ma part : {debits}. {today} montant n’est débité aujourd’hui. Les montants sont "
        f"ceux du contrat. Je suis prévenu(e) par courriel {_notice(notice_days)} chaque débit. Je "
        "peux changer de carte ou retirer cette autorisation à tout moment par le lien que contient "
        f"chaque annonce de débit, ou en écrivant à {address} ; je reste alors redevable des "
        "échéances dues. "
    )
    if may_withdraw:
        text += "Si je me rétracte dans le délai, rien n’est débité et ma carte est supprimée. "
    text += "Ma banque peut me demander de confirmer un paiement : je recevrai alors un lien."
    return MandateText(TEXT_VERSION, french_typography(text))


def _debits(planned: Sequence[PlannedDue], *, may_withdraw: bool) -> str:
    deposits = [due for due in planned if due.kind == DueKind.DEPOSIT]
    balance = [due for due in planned if due.kind == DueKind.BALANCE]
    parts = [_deposit(due, may_withdraw=may_withdraw) for due in deposits]
    if balance:
        total = euros(sum((due.amount for due in balance), Decimal()))
        dates = ", ".join(f"{euros(due.amount)} au plus tôt le {_day(due)}" for due in balance)
        parts.append(f"du solde de {total} TTC, selon l’échéancier : {dates}")
    if len(parts) == 1:
        return parts[0]
    return " ; ".join(f"{place}° {part}" for place, part in enumerate(parts, start=1))


def _deposit(due: PlannedDue, *, may_withdraw: bool) -> str:
    text = f"d’un acompte de {euros(due.amount)} TTC (30 % du prix), au plus tôt le {_day(due)}"
    if may_withdraw:
        text += ", une fois expiré mon délai de rétractation de quatorze jours"
    return text


def _day(due: PlannedDue) -> str:
    return french_date(due.due_on)


def _notice(days: int) -> str:
    if days == 0:
        return "avant"
    return f"au moins {days} jour{'s' if days > 1 else ''} avant"
