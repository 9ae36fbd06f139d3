"""What the room tells the rest of the house about itself."""

from base.integrity import register_check
from mail.labels import name_template
from shop.proposals.agreement import letters
from shop.proposals.agreement.integrity import agreement_faults
from shop.proposals.agreement.jobs import register_jobs


def register_agreements() -> None:
    register_jobs()
    register_check("conventions", agreement_faults)
    name_template(letters.AGREEMENT, "accusé de réception d’une commande d’entreprise, convention")
    name_template(letters.SEATS_MISSING, "commande d’entreprise définitive, places manquantes")
    name_template(letters.PARTICIPANT_PACK, "information d’un participant inscrit par l’entreprise")
    name_template(letters.MOVED, "changement de session d’une commande d’entreprise")
    name_template(letters.PARTICIPANT_MOVED, "changement de session, pour un participant")
    name_template(letters.CHANGE_RECEIVED, "accusé de réception d’une demande de modification")
    name_template(letters.CHANGE_ANNOUNCED, "annonce d’une demande de modification")
    name_template(letters.CHANGE_ANSWERED, "réponse à une demande de modification")
