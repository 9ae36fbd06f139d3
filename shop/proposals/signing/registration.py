"""What the rooms of signatures tell the rest of the house about themselves."""

from base.append_only import freeze_rows
from base.integrity import register_check
from mail.labels import name_template
from shop.proposals.paper.letters import PAPER_RECEIVED, PAPER_REFUSED
from shop.proposals.paper.models import PaperReturn
from shop.proposals.signing.integrity import signature_faults
from shop.proposals.signing.jobs import register_signing_jobs
from shop.proposals.signing.letters import CODE, FORWARDED, SIGNED


def register_signing() -> None:
    freeze_rows(PaperReturn, when="OLD.state <> 'received'")
    register_signing_jobs()
    register_check("signatures", signature_faults)
    name_template(CODE, "code de signature", holds_code=True)
    name_template(FORWARDED, "proposition transmise à un collègue")
    name_template(SIGNED, "proposition signée")
    name_template(PAPER_RECEIVED, "accusé de réception d’une proposition signée sur papier")
    name_template(PAPER_REFUSED, "retour papier refusé")
