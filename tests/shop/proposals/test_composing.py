"""What staff do with a request: issue it as composed, take it back, open a second session."""

from datetime import timedelta
from decimal import Decimal as D

from django.utils import timezone

import pytest

from base.events import events_of
from mail.models import OutgoingMessage
from shop.models import Proposal
from shop.proposals.actions import (
    ProposalRefused,
    issue_proposal,
    next_version,
    open_second_session,
    replace_proposal,
    withdraw_proposal,
)
from shop.proposals.composition import Group
from shop.proposals.integrity import proposal_faults
from shop.proposals.laying_out import lay_out
from tests.one_day import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(ask, proposal, extended):
    """Issues a request for a course at the company's, with the offer of another proposal, changed."""

    def issue(waiting=None, group=None, **changes):
        waiting = waiting or ask(session=None)
        offer = extended(proposal, **{"is_intra": True, "place": "Chez le client"} | changes)
        return issue_proposal(
            proposal_id=waiting.pk, offer=offer, actor="Équipe", now=timezone.now(), group=group
        )

    return issue


def test_composed_group_takes_the_place_of_what_was_asked(issue, session):
    issued = issue(group=Group(3, ("Alix Essai", "Camille Essai"), session.pk))

    issued.refresh_from_db()
    assert (issued.headcount, issued.session) == (3, session)
    assert issued.facts.participants == ("Alix Essai", "Camille Essai")
    assert issued.facts.headcount == 3


def test_second_issue_is_refused_and_takes_no_number(ask, issue):
    waiting = ask(session=None)
    first = issue(waiting)

    with pytest.raises(ProposalRefused, match="émise"):
        issue(waiting)

    assert Proposal.objects.get(pk=waiting.pk).number == first.number
    assert list(proposal_faults()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"place": ""}, "lieu"),
        ({"timetable": ()}, "horaires"),
        ({"starts_on": TODAY - timedelta(days=1)}, "passé"),
    ],
)
def test_faulty_offer_is_never_issued(issue, changes, sentence):
    with pytest.raises(ProposalRefused, match=sentence):
        issue(**changes)
    assert Proposal.objects.issued().count() == 1


def test_course_that_does_not_say_everything_is_not_proposed(ask, issue, session):
    waiting = ask(session=None)
    session.course.means = ""
    session.course.save()
    with pytest.raises(ProposalRefused, match="Il manque : moyens pédagogiques"):
        issue(waiting)


def test_course_without_a_list_price_is_proposed_at_the_composed_one(ask, issue, session):
    waiting = ask(session=None)
    session.course.inter_price_excl_vat = None
    session.course.save()
    assert issue(waiting).incl_vat == D("2376.00")


def test_next_version_is_not_saved(proposal):
    following = next_version(proposal)
    assert (following.pk, following.version, following.number) == (None, 2, proposal.number)
    assert following.token != proposal.token


def withdrawal_letters():
    return list(
        OutgoingMessage.objects.filter(template="proposal_withdrawn").values_list(
            "recipient", flat=True
        )
    )


def withdraw(proposal):
    return withdraw_proposal(
        proposal_id=proposal.pk, reason="Session annulée", actor="Équipe", now=timezone.now()
    )


def test_withdrawal_is_told_to_whoever_received_the_proposal(proposal):
    lay_out(proposal.pk)
    withdraw(proposal)
    assert withdrawal_letters() == ["camille@example.org"]
    (message,) = OutgoingMessage.objects.filter(template="proposal_withdrawn")
    assert proposal.number in message.subject
    assert "Session annulée" not in message.text


def test_nobody_is_told_of_what_was_never_sent(ask, proposal):
    withdraw(proposal)
    withdraw(ask(session=None))
    assert withdrawal_letters() == []


def split(proposal, keep=10, leaving=4):
    return open_second_session(
        proposal_id=proposal.pk, keep=keep, leaving=leaving, actor="Équipe", now=timezone.now()
    )


NAMES = [f"Personne {place}" for place in range(12)]


def test_request_is_reduced_and_the_others_ask_for_a_second_session(ask):
    first = ask(headcount=14, participants=NAMES)

    second = split(first)

    first.refresh_from_db()
    assert (first.state, first.headcount, first.participants) == ("asked", 10, NAMES[:10])
    assert (second.state, second.headcount, second.participants) == ("asked", 4, NAMES[10:])
    assert (second.session, second.split_from, second.company_name) == (
        None, first, first.company_name,
    )  # fmt: skip
    for row, other in ((first, second), (second, first)):
        told = events_of(row).last()
        assert (told.data["proposal"], "10 personnes" in told.data["text"]) == (other.pk, True)


def test_second_click_opens_no_third_session(ask):
    first = ask(headcount=14)
    split(first)
    with pytest.raises(ProposalRefused, match="déjà demandée"):
        split(first)
    first.refresh_from_db()
    assert (first.headcount, Proposal.objects.count()) == (10, 2)


def test_issued_proposal_stays_as_it_is_until_its_next_version(proposal, extended):
    second = split(proposal, keep=1, leaving=3)
    proposal.refresh_from_db()
    assert (proposal.headcount, second.headcount) == (2, 3)
    new = replace_proposal(
        proposal_id=proposal.pk, offer=extended(proposal), actor="Équipe", now=timezone.now(),
        group=Group(1),
    )  # fmt: skip
    assert new.headcount == 1


def test_group_too_large_twice_asks_for_a_third_session(ask):
    second = split(ask(headcount=25), keep=10, leaving=15)
    assert split(second, keep=10, leaving=5).headcount == 5


@pytest.mark.parametrize(("keep", "leaving"), [(0, 4), (4, 0)])
def test_each_session_has_somebody(ask, keep, leaving):
    with pytest.raises(ProposalRefused, match="au moins une personne"):
        split(ask(headcount=4), keep, leaving)


def test_what_is_over_is_not_split(proposal):
    withdraw(proposal)
    with pytest.raises(ProposalRefused, match="retirée"):
        split(proposal)


def test_second_session_has_a_number_of_its_own(ask, issue):
    first = ask(headcount=14)
    second = split(first)
    assert [issue(row).sequence for row in (first, second)] == [2, 3]
