"""What the room tells the rest of the house about itself."""

from base.integrity import register_check
from mail.labels import name_template
from shop.changes import letters
from shop.changes.integrity import change_faults
from shop.changes.jobs import register_jobs


def register_changes() -> None:
    register_jobs()
    register_check("annulations et reports", change_faults)
    name_template(letters.RECEIVED, "accusé de réception d’une demande d’annulation ou de report")
    name_template(letters.ANNOUNCED, "annonce d’une demande d’annulation ou de report")
    name_template(letters.SETTLED, "suite d’une demande d’annulation ou de report")
