"""From the request of a client to the month that its fund lets pass (CGV 3.3)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

import pytest

from base.clock import present
from shop.funding.actions import (
    FundingRefused,
    Request,
    bill_client,
    grant_funding,
    refuse_funding,
    request_funding,
    tell_unpaid,
)
from shop.invoices.sold import sold_by
from shop.models import Due, Funding, Proposal
from shop.payments.charging import charge_what_is_due
from shop.payments.companies import receive_transfer
from shop.proposals.actions import replace_proposal
from shop.proposals.following import after_signature
from shop.proposals.rules import ProposalState
from tests.shop.proposals.conftest import ask, request_of, seal_in_force, seal_keys  # noqa: F401  fixtures are used by their names

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
WHO = "Commercial"
AKTO = Request("Akto", "D-2026-77", Decimal(1000), subrogated=True)


@pytest.fixture(autouse=True)
def _day(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def proposal(ask):  # noqa: F811  the imported fixture itself
    return ask(NOW)


@pytest.fixture
def sign(proposal):
    def sign():
        Proposal.objects.filter(pk=proposal.pk).update(
            state=ProposalState.SIGNED.value, definitive_at=NOW, seats_held=2
        )
        proposal.refresh_from_db()
        after_signature(proposal, NOW)
        return proposal

    return sign


@pytest.fixture
def asked(proposal):
    return request_funding(proposal_id=proposal.pk, request=AKTO, actor="client", now=NOW)


def grant(proposal, amount="800", **changes):
    fields = {"subrogated": True, "actor": WHO, "now": NOW} | changes
    return grant_funding(proposal_id=proposal.pk, amount=Decimal(amount), **fields)


def owed(proposal):
    return {due.kind: due.amount for due in Due.objects.of(proposal)}


def test_request_is_corrected_until_the_fund_answers(proposal, asked):
    again = Request("Atlas", "", None, subrogated=False)
    request_funding(proposal_id=proposal.pk, request=again, actor="client", now=NOW)
    assert Funding.objects.get().fund == "Atlas"

    grant(proposal)
    with pytest.raises(FundingRefused, match="déjà répondu"):
        request_funding(proposal_id=proposal.pk, request=AKTO, actor="client", now=NOW)


@pytest.mark.parametrize("granted_first", [True, False])
def test_balance_is_shared_whichever_comes_first(proposal, asked, sign, granted_first):
    steps = [lambda: grant(proposal), sign]
    for step in steps if granted_first else reversed(steps):
        step()

    assert owed(proposal) == {
        "deposit": Decimal("712.80"), "balance": Decimal("863.20"), "funded": Decimal("800.00"),
    }  # fmt: skip
    part = proposal.dues.get(kind="funded")
    assert part.not_before is None
    assert part.due_on > proposal.ends_on + timedelta(days=27)


def test_answer_may_change_and_the_whole_stays_the_same(proposal, asked, sign):
    sign()
    for amount in ("800", "5", "1663.20", "1700"):
        grant(proposal, amount)
        assert sum(owed(proposal).values()) == proposal.incl_vat
    refuse_funding(proposal_id=proposal.pk, reason="Budget épuisé", actor=WHO, now=NOW)

    assert owed(proposal) == {"deposit": Decimal("712.80"), "balance": Decimal("1663.20")}
    balance = proposal.dues.get(kind="balance")
    assert balance.due_on == proposal.ends_on + timedelta(days=1)
    assert balance.not_before is not None


def test_sharing_stops_once_a_part_is_paid(proposal, asked, sign):
    sign()
    receive_transfer(
        due=proposal.dues.get(kind="balance"), amount=Decimal(10), actor=WHO, now=NOW,
        received_on=timezone.localdate(NOW), reference="V1",
    )  # fmt: skip
    with pytest.raises(FundingRefused, match="ne change plus"):
        grant(proposal)
    assert Funding.objects.get().state == "requested"


def test_new_version_of_a_proposal_keeps_what_was_asked(proposal, asked):
    new = replace_proposal(proposal_id=proposal.pk, offer=proposal.facts.offer, actor=WHO, now=NOW)

    assert Funding.objects.get().proposal == new


@pytest.mark.parametrize("amount", ["0", "-1", "2376.01"])
def test_amount_that_no_fund_pays_is_refused(proposal, asked, amount):
    with pytest.raises(FundingRefused):
        grant(proposal, amount)


def test_cgv_3_3_client_pays_the_part_only_after_the_month_asked_by_a_person(proposal, asked, sign):
    sign()
    grant(proposal)
    part = proposal.dues.get(kind="funded")
    with pytest.raises(FundingRefused, match="peut payer jusqu’au"):
        bill_client(due_id=part.pk, actor=WHO, now=NOW)
    last = datetime.combine(part.due_on, datetime.min.time(), tzinfo=UTC)

    tell_unpaid(last)
    charge_what_is_due(last)
    part.refresh_from_db()
    assert (part.asks_staff, part.asks_customer) == ("", "")

    late = last + timedelta(days=1)
    tell_unpaid(late)
    part.refresh_from_db()
    assert "L’OPCO n’a pas payé" in part.asks_staff

    bill_client(due_id=part.pk, actor=WHO, now=late)
    charge_what_is_due(late)
    part.refresh_from_db()
    assert (part.asks_staff, part.asks_customer) == ("", "pay")
    with pytest.raises(FundingRefused, match="déjà payée ou demandée"):
        bill_client(due_id=part.pk, actor=WHO, now=late)


def test_cgv_3_3_month_of_the_fund_does_not_run_while_the_training_has_no_date(
    proposal, asked, sign
):
    sign()
    grant(proposal)
    Proposal.objects.filter(pk=proposal.pk).update(seats_held=0)  # postponed, to be chosen
    part = proposal.dues.get(kind="funded")
    late = datetime.combine(part.due_on, datetime.min.time(), tzinfo=UTC) + timedelta(days=1)

    tell_unpaid(late)
    part.refresh_from_db()
    assert part.asks_staff == ""
    with pytest.raises(FundingRefused, match="pas eu lieu"):
        bill_client(due_id=part.pk, actor=WHO, now=late)


def test_invoice_names_the_fund_and_its_file(proposal, asked, sign):
    sign()
    grant(proposal)
    details = " ".join(sold_by(Proposal.objects.get(pk=proposal.pk)).details)

    assert "Akto, dossier D-2026-77" in details.replace("\u00a0", " ")


def test_nothing_is_written_for_a_proposal_that_ended(proposal):
    Proposal.objects.filter(pk=proposal.pk).update(
        state=ProposalState.WITHDRAWN.value, ended_at=present()
    )
    with pytest.raises(FundingRefused, match="n’attend pas"):
        request_funding(proposal_id=proposal.pk, request=AKTO, actor="client", now=NOW)
