from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.rules import BACK_OFF, TRANSITIONS, Outcome, State, may_become, next_attempt, state_after

NEVER_TRIED_AGAIN = {Outcome.RECIPIENT, Outcome.REFUSED, Outcome.BOUNCED, Outcome.ACCEPTED}


@pytest.mark.parametrize(
    ("attempts", "outcome", "wait"),
    [
        (1, Outcome.TEMPORARY, timedelta(minutes=5)),
        (2, Outcome.TEMPORARY, timedelta(minutes=15)),
        (10, Outcome.TEMPORARY, timedelta(hours=12)),
        (11, Outcome.TEMPORARY, None),
        (1, Outcome.CONNECTION, timedelta(minutes=1)),
        (1, Outcome.DOUBTFUL, timedelta(minutes=1)),
        (1, Outcome.RECIPIENT, None),
        (1, Outcome.REFUSED, None),
        (3, Outcome.ATTACHMENT, timedelta(hours=4)),
        (4, Outcome.ATTACHMENT, None),
    ],
)
def test_wait_after_an_attempt(attempts, outcome, wait):
    assert next_attempt(attempts, outcome) == wait


def test_every_outcome_has_its_policy():
    assert set(BACK_OFF) == set(Outcome)
    assert {outcome for outcome, waits in BACK_OFF.items() if not waits} == NEVER_TRIED_AGAIN


@given(st.sampled_from(Outcome), st.integers(1, 100))
def test_waits_only_grow_and_end(outcome, attempts):
    wait, following = next_attempt(attempts, outcome), next_attempt(attempts + 1, outcome)

    assert following is None or (wait is not None and wait <= following)


@given(st.lists(st.sampled_from(Outcome), min_size=11, max_size=11))
def test_mixed_difficulties_are_given_up_within_about_two_days(outcomes):
    total = timedelta()
    for attempts, outcome in enumerate(outcomes, start=1):
        wait = next_attempt(attempts, outcome)
        if wait is None:
            break
        total += wait

    assert total <= timedelta(hours=60)


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in NEVER_TRIED_AGAIN])
def test_one_difficulty_is_given_up_within_two_days(outcome):
    assert sum(BACK_OFF[outcome], timedelta()) <= timedelta(hours=48)


def test_temporary_refusals_are_tried_for_nearly_two_days():
    assert sum(BACK_OFF[Outcome.TEMPORARY], timedelta()) == timedelta(hours=47, minutes=50)


@given(st.sampled_from(Outcome), st.integers(1, 100))
def test_every_outcome_leads_where_sending_may_go(outcome, attempts):
    assert may_become(State.SENDING, state_after(attempts, outcome))


def test_table_of_transitions():
    assert {(a.value, b.value) for a, targets in TRANSITIONS.items() for b in targets} == {
        ("queued", "sending"),
        ("sending", "accepted"),
        ("sending", "deferred"),
        ("sending", "failed"),
        ("sending", "bounced"),
        ("deferred", "sending"),
        ("deferred", "accepted"),
        ("deferred", "bounced"),
        ("accepted", "bounced"),
        ("failed", "queued"),
        ("failed", "accepted"),
        ("bounced", "queued"),
    }


@pytest.mark.parametrize("values", [State, Outcome])
def test_every_value_has_a_french_label_of_its_own(values):
    assert len({value.label for value in values} - {value.value for value in values}) == len(values)
