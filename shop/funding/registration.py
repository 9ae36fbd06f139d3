"""What the room tells the rest of the house about itself."""

from datetime import timedelta

from base.clock import Job, register
from shop.funding.actions import tell_unpaid


def register_funding() -> None:
    register(Job("parts d’OPCO en retard", timedelta(hours=1), tell_unpaid))
