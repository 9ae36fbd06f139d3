"""Two tabs, two colleagues, a client against LEXOM: one thing happens, and each seat is free once."""

from decimal import Decimal

import pytest

from courses.models import CourseSession
from shop.cancelled_sessions.actions import cancel_session
from shop.cancelled_sessions.integrity import cancellation_faults
from shop.cancelled_sessions.rules import Cause as LexomCause
from shop.changes.actions import ask_in_writing, decide_request, fingerprint, preview, set_aside
from shop.changes.effects import ChangeRefused
from shop.changes.integrity import change_faults
from shop.changes.rules import Cause, Wish
from shop.models import Due, Proposal, Refund, RequestOutcome, WrittenRequest
from tests.shop.changes.conftest import ask_now, seats_taken, wanted
from tests.shop.proposals.agreement.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def asking(contract, now, key, **changes):
    """A page that was read before the others acted."""
    facts = wanted(**changes)
    shown = fingerprint(facts, preview(contract, facts, now))

    def act():
        try:
            return ask_in_writing(
                contract=contract, wanted=facts, shown=shown, request_key=key, now=now
            ).pk
        except ChangeRefused as refused:
            return type(refused).__name__

    return act


def test_two_clicks_at_once_are_one_cancellation(contract, before_start):
    now = before_start(contract, 3)
    first, second = at_once(*[asking(contract, now, "une seule clé")] * 2)
    assert first == second
    assert WrittenRequest.objects.count() == RequestOutcome.objects.count() == 1
    assert Due.objects.of(contract).filter(kind="indemnity").count() == 1
    assert seats_taken(contract) == 0


def test_two_tabs_at_once_cancel_once(contract, before_start):
    now = before_start(contract, 3)
    results = at_once(asking(contract, now, "un"), asking(contract, now, "deux"))
    assert "ChangeRefused" in results
    assert RequestOutcome.objects.applied().count() == 1
    assert Due.objects.of(contract).filter(kind="indemnity").count() == 1
    assert list(change_faults()) == []


def test_cancellation_and_postponement_at_once_leave_one_story(contract, later, before_start):
    now, new = before_start(contract, 30), later()
    at_once(
        asking(contract, now, "un"),
        asking(contract, now, "deux", wish=Wish.POSTPONE, session=new),
    )
    assert RequestOutcome.objects.applied().count() == 1
    left = Proposal.objects.get(pk=contract.pk)
    taken = [CourseSession.objects.get(pk=row.pk).seats_taken for row in (contract.session, new)]
    assert taken == ([0, 0] if left.is_cancelled else [0, 3])


def test_two_colleagues_at_once_decide_once(paid_order, before_start):
    now = before_start(paid_order, 10)
    asked = ask_now(paid_order, now, heads=1)

    def decide():
        try:
            decide_request(
                request_id=asked.pk, cause=Cause.CLIENT, amount=Decimal(0), text="", actor="É",
                now=now,
            )  # fmt: skip
        except ChangeRefused:
            return "refused"
        return "decided"

    def refuse():
        try:
            set_aside(request_id=asked.pk, text="Non.", actor="Équipe", now=now)
        except ChangeRefused:
            return "refused"
        return "set aside"

    results = at_once(decide, decide, refuse)
    assert results.count("refused") == 2
    assert Refund.objects.count() == (1 if "decided" in results else 0)


def test_client_and_lexom_cancel_at_once_without_waiting_in_a_circle(contract, before_start):
    now = before_start(contract, 16)

    def cancel():
        cancel_session(
            session_id=contract.session_id, cause=LexomCause.TRAINER, told="", alternatives=[],
            last_day=now.date(), actor="Équipe", now=now,
        )  # fmt: skip

    at_once(cancel, asking(contract, now, "un"))
    assert seats_taken(contract) in (
        0,
        3,
    )  # three wait for the worker, which gives their money back
    assert list(change_faults()) == list(cancellation_faults()) == []
