"""What the room tells the rest of the house about itself."""

from base.integrity import register_check
from mail.labels import name_template
from shop.payments import checks  # noqa: F401  registers the system checks
from shop.payments.integrity import payment_faults
from shop.payments.jobs import register_jobs

LETTERS = {
    "debit_announcement": "annonce d’un débit",
    "payment_receipt": "reçu d’un paiement",
    "payment_needs_customer": "paiement à confirmer auprès de la banque",
    "payment_needs_card": "paiement refusé par la banque",
    "payment_link": "lien de paiement",
    "payment_reminder": "rappel d’un paiement",
    "card_expiring": "carte qui expire",
    "company_payment_link": "règlement attendu d’une entreprise",
    "company_payment_reminder": "rappel d’un règlement à une entreprise",
    "refund_done": "remboursement effectué",
}


def register_payments() -> None:
    register_jobs()
    register_check("paiements", payment_faults)
    for template, label in LETTERS.items():
        name_template(template, label)
