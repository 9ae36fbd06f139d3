"""What the room tells the rest of the house about itself."""

from base.append_only import freeze_rows
from base.integrity import register_check
from mail.labels import name_template
from shop.proposals.integrity import proposal_faults
from shop.proposals.jobs import register_jobs
from shop.proposals.letters import (
    PROPOSAL,
    REMINDER,
    REQUEST_ANNOUNCED,
    REQUEST_RECEIVED,
    WITHDRAWN,
)
from shop.proposals.models import CHANGING_FIELDS, Proposal


def register_proposals() -> None:
    freeze_rows(Proposal, when="OLD.state <> 'asked'", changing_fields=CHANGING_FIELDS)
    register_jobs()
    register_check("propositions", proposal_faults)
    name_template(PROPOSAL, "proposition commerciale")
    name_template(REMINDER, "rappel avant la fin d’une proposition")
    name_template(REQUEST_RECEIVED, "accusé de réception d’une demande de proposition")
    name_template(REQUEST_ANNOUNCED, "annonce d’une demande de proposition")
    name_template(WITHDRAWN, "retrait d’une proposition")
