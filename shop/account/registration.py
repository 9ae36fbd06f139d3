"""What the room tells the rest of the house about itself."""

from typing import Any

from django.contrib.auth.signals import user_logged_in

from base.clock import present
from base.integrity import register_check
from mail.labels import name_template
from shop.account.integrity import company_faults
from shop.account.jobs import register_jobs
from shop.account.letters import INVITATION
from shop.account.linking import link_proposals_of
from users.models import User


def register_account() -> None:
    register_jobs()
    register_check("entreprises", company_faults)
    name_template(INVITATION, "invitation dans l’espace d’une entreprise")
    user_logged_in.connect(_link_after_sign_in, dispatch_uid="company-space")


def _link_after_sign_in(user: User, **kwargs: Any) -> None:
    """The code that lets somebody in is what proves their address."""
    link_proposals_of(user, present())
