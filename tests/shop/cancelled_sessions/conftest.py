"""A session that consumers and a company are on, and the sessions that LEXOM may propose instead."""

from datetime import timedelta

from django.utils import timezone

import pytest

from courses.models import CourseSession
from legal.models import TermsVersion
from shop.cancelled_sessions.actions import cancel_session
from shop.cancelled_sessions.rules import Cause, latest_answer_day
from shop.invoices.mentions import set_up_mentions
from shop.models import Attempt, Proposal
from shop.proposals.agreement.actions import conclude
from tests.factories.contracts import pay_deposit_now, sign_now
from tests.factories.orders import OrderFactory
from tests.shop.proposals.agreement.test_moving import session_after
from tests.shop.proposals.conftest import ask, request_of, seal_in_force, seal_keys  # noqa: F401  fixtures are used by their names


@pytest.fixture
def big(session):
    set_up_mentions()
    CourseSession.objects.filter(pk=session.pk).update(capacity=12)
    session.refresh_from_db()
    return session


@pytest.fixture
def other(big):
    return session_after(big, 21, capacity=6)


@pytest.fixture
def enrol(big):
    """A consumer who may be charged since the day before yesterday, on the session, as ordered."""

    def enrol(**fields):
        now = timezone.now()
        order = OrderFactory(
            session=big,
            terms_version=TermsVersion.objects.latest("pk"),
            starts_on=big.starts_on,
            ends_on=big.ends_on,
            placed_at=now - timedelta(days=30),
            with_dues=True,
            charges_from=now - timedelta(days=2),
            **fields,
        )
        CourseSession.objects.filter(pk=big.pk).update(
            seats_taken=CourseSession.objects.get(pk=big.pk).seats_taken + 1
        )
        return order

    return enrol


@pytest.fixture
def consumer(enrol):
    return enrol()


@pytest.fixture
def pay():
    """The deposit, by card unless told otherwise."""

    def pay(order, channel="off_session"):
        due, now = order.dues.get(position=1), timezone.now()
        return Attempt.objects.create(
            due=due, number=1, channel=channel, state="succeeded", amount=due.amount,
            idempotency_key=f"essai-{due.pk}", finished_at=now,
            payment_intent_id=f"pi_{due.pk}" if channel == "off_session" else None,
        )  # fmt: skip

    return pay


@pytest.fixture
def company(ask, big):  # noqa: F811  the imported fixture itself
    """Three people, definitive: signed, its deposit received by transfer."""
    signed = sign_now(ask(session=big, headcount=3))
    pay_deposit_now(signed)
    conclude(proposal_id=signed.pk, now=timezone.now())
    return Proposal.objects.get(pk=signed.pk)


@pytest.fixture
def cancel(big):
    def cancel(*alternatives, now=None, **changes):
        now = now or timezone.now()
        facts = {
            "session_id": big.pk,
            "cause": Cause.TRAINER,
            "told": "Nous cherchons à le remplacer.",
            "alternatives": [session.pk for session in alternatives],
            "last_day": latest_answer_day(timezone.localdate(now), big.starts_on),
            "actor": "Équipe",
            "now": now,
        }
        return cancel_session(**facts | changes)

    return cancel


def taken(*sessions):
    return [CourseSession.objects.get(pk=session.pk).seats_taken for session in sessions]


def fresh(contract):
    return type(contract).objects.get(pk=contract.pk)


def offer_of(contract):
    return contract.session_offers.get()
