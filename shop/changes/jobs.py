"""Whatever was forgotten: the final invoice of a contract that ended."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from base.clock import Job, register
from shop.changes.invoicing import invoice_outcome, outcomes_to_invoice
from shop.invoices.rules import NotInvoiceable

logger = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=5)


def register_jobs() -> None:
    register(Job("annulations à facturer", PATIENCE, invoice_forgotten, own_transactions=True))


def invoice_forgotten(now: datetime) -> None:
    """Job: one that cannot be invoiced does not keep the others from it."""
    for pk in outcomes_to_invoice(now - PATIENCE):
        try:
            invoice_outcome(outcome_id=pk, now=now)
        except NotInvoiceable:
            logger.exception("Facturation impossible de l’annulation %s", pk)
