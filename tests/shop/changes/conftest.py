"""A company with a contract of three people, the money it pays, and a consumer's order."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses.models import CourseSession
from shop.changes.actions import Wanted, ask_in_writing, fingerprint, preview
from shop.changes.rules import Cause, Wish
from shop.invoices.integrity import invoice_faults
from shop.invoices.mentions import set_up_mentions
from shop.models import Proposal
from shop.proposals.agreement.actions import conclude
from tests.factories.contracts import pay_deposit_now, sign_now
from tests.factories.orders import paris
from tests.shop.proposals.conftest import (  # noqa: F401
    ask,
    request_of,
    seal_in_force,
    seal_keys,
)

D = Decimal


@pytest.fixture
def contract(ask):  # noqa: F811
    """Three people at 1 188 € each, definitive, its deposit received."""
    set_up_mentions()
    proposal = sign_now(ask(headcount=3, participants=["Dominique Essai", "Alix Modele"]))
    pay_deposit_now(proposal)
    conclude(proposal_id=proposal.pk, now=proposal.asked_at)
    return Proposal.objects.get(pk=proposal.pk)


@pytest.fixture
def before_start(time_machine):
    """Moves to noon, some days before the contract begins."""

    def before_start(contract, days):
        now = paris(contract.starts_on - timedelta(days=days))
        time_machine.move_to(now, tick=False)
        return now

    return before_start


def wanted(wish=Wish.CANCEL, **changes):
    facts = {"cause": Cause.CLIENT, "asked_by": "Camille Essai", "heads": 3}
    return Wanted(wish=wish, **facts | changes)


def ask_now(contract, now, request_key="clé", **changes):
    facts = wanted(**changes)
    shown = fingerprint(facts, preview(contract, facts, now))
    return ask_in_writing(
        contract=contract, wanted=facts, shown=shown, request_key=request_key, now=now
    )


def seats_taken(contract):
    return CourseSession.objects.get(pk=contract.session_id).seats_taken


def said_of_invoices():
    """Their faults; the worker, which makes the files, is not there."""
    return [fault for fault in invoice_faults() if "fichier" not in fault]
