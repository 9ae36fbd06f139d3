"""What the room tells the rest of the house about itself."""

from base.integrity import register_check
from shop.payments.bank.integrity import bank_faults


def register_bank() -> None:
    register_check("relevés bancaires", bank_faults)
