"""What the room tells the rest of the house about itself."""

from datetime import timedelta

from base.clock import Job, register
from base.integrity import register_check
from mail.labels import name_template
from shop.cancelled_sessions import letters
from shop.cancelled_sessions.following import follow_all
from shop.cancelled_sessions.integrity import cancellation_faults


def register_cancelled_sessions() -> None:
    register(Job("sessions annulées", timedelta(minutes=10), follow_all, own_transactions=True))
    register_check("sessions annulées", cancellation_faults)
    name_template(letters.CHOICE, "session annulée, remboursement ou autre date")
    name_template(letters.REMINDER, "session annulée, rappel de la réponse attendue")
    name_template(letters.REFUND, "session annulée, remboursement")
    name_template(letters.ATTENDEE, "session annulée, pour un participant")
