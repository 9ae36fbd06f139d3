"""What the room tells the rest of the house about itself."""

from base.integrity import register_check
from shop.payments import checks  # noqa: F401  registers the system checks
from shop.payments.integrity import payment_faults
from shop.payments.jobs import register_jobs


def register_payments() -> None:
    register_jobs()
    register_check("paiements", payment_faults)
