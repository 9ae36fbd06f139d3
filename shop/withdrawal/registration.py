"""What the room tells the rest of the house about itself."""

from datetime import timedelta

from base.clock import Job, register
from mail.labels import name_template
from shop.withdrawal.jobs import look_after_withdrawals


def register_withdrawal() -> None:
    register(Job("rétractations", timedelta(minutes=10), look_after_withdrawals))
    name_template("withdrawal_acknowledgement", "accusé de réception d’une rétractation")
    name_template("withdrawal_effect", "effet d’une rétractation sur une commande")
    name_template("withdrawal_late", "rétractation reçue après le délai calculé")
