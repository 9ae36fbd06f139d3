"""The ledger and its closings as rows of a file: with their hashes, anybody can check the chain."""

from __future__ import annotations

import json
from typing import Any

from shop.invoices.accounting.rules import percent
from shop.invoices.ledger.models import LedgerClosing, LedgerEntry

ENTRY_HEADINGS = (
    "Numéro", "Instant", "Instant (UTC)", "Jour du mouvement", "Nature", "Montant TTC",
    "Taux de TVA (%)", "Commande", "Échéance", "Moyen", "Référence", "Paiement", "Remboursement",
    "Contestation", "Empreinte précédente", "Empreinte",
)  # fmt: skip
CLOSING_HEADINGS = (
    "Numéro", "Période", "Du", "Au", "Première écriture", "Dernière écriture", "Paiements",
    "Remboursements", "Net", "Par taux de TVA", "Paiements depuis l’origine",
    "Remboursements depuis l’origine", "Net depuis l’origine", "Clôturée le",
    "Empreinte de la dernière écriture", "Empreinte précédente", "Empreinte",
)  # fmt: skip


def entry_row(entry: LedgerEntry) -> tuple[Any, ...]:
    return (
        entry.number, entry.at, entry.at.isoformat(timespec="microseconds"), entry.moved_on,
        entry.get_kind_display(), entry.amount, percent(entry.vat_rate), entry.order_reference,
        entry.due_position, entry.get_channel_display(), entry.reference, entry.attempt_id,
        entry.refund_id or "", entry.dispute_id, entry.previous, entry.sha256,
    )  # fmt: skip


def closing_row(closing: LedgerClosing) -> tuple[Any, ...]:
    moved, cumulative = closing.movement, closing.cumulative
    return (
        closing.number, closing.get_period_display(), closing.starts_on, closing.ends_on,
        closing.first_entry, closing.last_entry, moved.payments, moved.refunds, moved.net,
        json.dumps(closing.by_rate, sort_keys=True), cumulative.payments, cumulative.refunds,
        cumulative.net, closing.closed_at, closing.entry_sha256, closing.previous, closing.sha256,
    )  # fmt: skip
