"""What the room tells the rest of the house about itself."""

from base.integrity import register_check
from mail.labels import name_template
from shop.complaints import letters
from shop.complaints.integrity import complaint_faults
from shop.complaints.jobs import register_jobs


def register_complaints() -> None:
    register_jobs()
    register_check("réclamations", complaint_faults)
    name_template(letters.RECEIVED, "accusé de réception d’une réclamation")
    name_template(letters.MESSAGE_RECEIVED, "accusé de réception d’un message de réclamation")
    name_template(letters.ANSWER, "réponse à une réclamation")
    name_template(letters.NOTICE, "avis de médiation")
