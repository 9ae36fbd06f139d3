"""What the room tells the rest of the house about itself."""

from base.integrity import register_check
from mail.labels import name_template
from shop.invoices.integrity import invoice_faults
from shop.invoices.jobs import register_jobs
from shop.invoices.letters import INVOICE


def register_invoices() -> None:
    register_jobs()
    register_check("factures", invoice_faults)
    name_template(INVOICE, "facture ou avoir")
