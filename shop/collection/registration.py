"""What the room tells the rest of the house about itself."""

from base.integrity import register_check
from mail.labels import name_template
from shop.collection import letters
from shop.collection.integrity import collection_faults
from shop.collection.jobs import register_jobs


def register_collection() -> None:
    register_jobs()
    register_check("recouvrement", collection_faults)
    name_template(letters.REMINDER, "relance d’une facture impayée")
    name_template(letters.SUSPENDED, "suspension d’une formation")
    name_template(letters.RESUMED, "reprise d’une formation suspendue")
