from datetime import UTC, date, datetime, timedelta

import pytest

from shop.proposals.agreement.rules import (
    ListChanges,
    Named,
    Seating,
    Step,
    changes_between,
    last_naming_day,
    may_name,
    named,
    seating_of,
    step_of,
)
from shop.proposals.rules import ProposalState
from tests.factories.orders import paris

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ALIX, DOMINIQUE, SASHA = Named("Alix", "Un"), Named("Dominique", "Deux"), Named("Sasha", "Trois")


@pytest.mark.parametrize(
    ("state", "definitive_at", "step"),
    [
        (ProposalState.ISSUED, None, Step.UNSIGNED),
        (ProposalState.EXPIRED, None, Step.UNSIGNED),
        (ProposalState.SIGNED, None, Step.DEPOSIT_AWAITED),
        (ProposalState.SIGNED, NOW, Step.DEFINITIVE),
    ],
)
def test_cgv_2_2_signature_and_deposit_make_a_contract(state, definitive_at, step):
    assert step_of(state, definitive_at) == step


@pytest.mark.parametrize(
    ("facts", "seating"),
    [
        ({"has_session": False, "is_open": False, "seats_left": None}, Seating.NONE_NEEDED),
        ({"seats_left": 2}, Seating.HELD),
        ({"seats_left": None}, Seating.HELD),
        ({"seats_left": 1}, Seating.MISSING),
        ({"seats_left": 0}, Seating.MISSING),
        ({"seats_left": 9, "is_open": False}, Seating.MISSING),
    ],
)
def test_seats_are_held_for_the_whole_group_or_not_at_all(facts, seating):
    assert seating_of(**{"has_session": True, "is_open": True, "wanted": 2} | facts) == seating


@pytest.mark.parametrize(
    ("starts_on", "last_instant"),
    [
        (date(2026, 12, 10), paris(date(2026, 12, 8), 23, 59)),
        # The clocks go forward on 28 March 2027, back on 31 October 2027.
        (date(2027, 3, 30), paris(date(2027, 3, 28), 23, 59)),
        (date(2027, 3, 29), paris(date(2027, 3, 27), 23, 59)),
        (date(2027, 11, 2), paris(date(2027, 10, 31), 23, 59)),
    ],
)
def test_client_names_until_midnight_in_paris(starts_on, last_instant):
    assert last_naming_day(starts_on, 2) == last_instant.date()
    assert may_name(starts_on, 2, last_instant)
    assert not may_name(starts_on, 2, (last_instant + timedelta(minutes=1)).astimezone(UTC))


def test_instants_are_judged_in_paris_whatever_their_zone():
    assert may_name(date(2026, 7, 3), 2, datetime(2026, 7, 1, 21, 59, tzinfo=UTC))
    assert not may_name(date(2026, 7, 3), 2, datetime(2026, 7, 1, 22, 0, tzinfo=UTC))
    assert may_name(date(2026, 12, 3), 2, datetime(2026, 12, 1, 22, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("line", "person"),
    [
        ("Dominique Essai", Named("Dominique", "Essai")),
        ("Dominique de la Tour", Named("Dominique", "de la Tour")),
        ("Essai", Named("", "Essai")),
        (" Dominique  Essai ", Named("Dominique", "Essai")),
    ],
)
def test_line_of_the_request_is_a_person(line, person):
    assert named(line) == person


WITH_EMAIL = Named("Alix", "Un", "alix@example.org")


@pytest.mark.parametrize(
    ("wanted", "changes"),
    [
        ([ALIX, DOMINIQUE], ListChanges()),
        ([DOMINIQUE, ALIX], ListChanges()),
        ([Named("ALIX", "un"), DOMINIQUE], ListChanges(completed=((0, Named("ALIX", "un")),))),
        ([WITH_EMAIL, DOMINIQUE], ListChanges(completed=((0, WITH_EMAIL),))),
        ([ALIX, None], ListChanges(removed=(1,))),
        ([None, None], ListChanges(removed=(0, 1))),
        ([ALIX, SASHA], ListChanges(replaced=((1, SASHA),))),
        ([ALIX, DOMINIQUE, SASHA], ListChanges(added=(SASHA,))),
        ([SASHA, ALIX], ListChanges(removed=(1,), added=(SASHA,))),
        ([SASHA, DOMINIQUE, ALIX], ListChanges(added=(SASHA,))),
    ],
)
def test_filled_in_list_tells_what_changes(wanted, changes):
    assert changes_between([ALIX, DOMINIQUE], wanted) == changes


def test_two_people_of_one_name_keep_their_places():
    first, second = Named("Alix", "Un", "a@example.org"), Named("Alix", "Un", "b@example.org")
    assert not changes_between([first, second], [first, second])
    assert changes_between([first, second], [None, second]) == ListChanges(removed=(0,))
