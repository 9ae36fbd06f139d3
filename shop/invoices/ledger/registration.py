"""What the room tells the rest of the house about itself."""

from datetime import timedelta

from base.clock import Job, register
from base.integrity import register_check
from shop.invoices.ledger.closing import close_finished_periods
from shop.invoices.ledger.integrity import ledger_faults


def register_ledger() -> None:
    register(Job("clôtures du registre", timedelta(minutes=10), close_finished_periods))
    register_check("registre des paiements", ledger_faults)
