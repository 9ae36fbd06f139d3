"""What was issued to people who are already known."""

from datetime import timedelta

from base.clock import Job, register
from shop.account.linking import link_waiting_proposals


def register_jobs() -> None:
    register(Job("propositions à rattacher", timedelta(minutes=5), link_waiting_proposals))
