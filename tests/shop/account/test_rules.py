"""Who reads what, and to whom a proposal belongs: examples first, then whatever hypothesis finds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.account.rules import (
    ALONE,
    Belonging,
    Destination,
    KnownCompany,
    MemberRole,
    Reader,
    Standing,
    destination_of,
    invitation_ends_at,
    may_leave,
    may_read,
    standing_of,
)
from shop.proposals.rules import ProposalState

ATELIER = KnownCompany(7, "Atelier d’essai", "510869274")
ASSOCIATION = KnownCompany(8, "Les Amis de l’essai", "")
SIREN = ATELIER.siren


def destination(siren=SIREN, name="Atelier d’essai", followed=None, memberships=(), taken=()):
    return destination_of(
        siren=siren, name=name, followed=followed, memberships=memberships, taken=taken
    )


def test_first_proven_contact_founds_the_company():
    assert destination() == Destination(founds=True)


def test_same_siren_typed_by_a_stranger_gives_nothing():
    assert destination(taken={SIREN}) == ALONE
    assert destination(taken={SIREN}, memberships=[ASSOCIATION]) == ALONE


def test_member_of_the_company_brings_their_proposal():
    assert destination(taken={SIREN}, memberships=[ASSOCIATION, ATELIER]) == Destination(7)


def test_member_of_a_company_founds_another_one():
    assert destination(siren="732829320", memberships=[ATELIER], taken={SIREN}).founds


def test_without_siren_the_name_counts_among_own_companies_only():
    asked = {"siren": "", "name": "LES AMIS de l’essai"}
    assert destination(**asked, memberships=[ATELIER, ASSOCIATION]) == Destination(8)
    assert destination(**asked) == Destination(founds=True)
    assert destination(siren="", memberships=[ATELIER], taken={SIREN}).founds


def test_new_version_follows_the_one_it_replaces():
    """Even for a contact who has left: it is the company's."""
    assert destination(followed=3, taken={SIREN}) == Destination(3)


@given(
    siren=st.sampled_from(["", SIREN, "732829320"]),
    taken=st.sets(st.sampled_from([SIREN, "732829320"])),
    memberships=st.lists(st.sampled_from([ATELIER, ASSOCIATION])),
)
def test_nobody_enters_a_company_without_being_a_member(siren, taken, memberships):
    found = destination(siren=siren, memberships=memberships, taken=taken)

    assert found.company in {None, *(company.key for company in memberships)}
    assert not (found.founds and siren in taken)


def test_what_has_no_company_is_read_by_who_asked_for_it():
    paper = Belonging("Camille@Example.org")
    assert may_read(Reader("camille@example.org"), paper)
    assert not may_read(Reader("dominique@example.org", frozenset({7})), paper)


def test_what_has_a_company_is_read_by_its_members_only():
    paper = Belonging("camille@example.org", company=7)
    assert may_read(Reader("dominique@example.org", frozenset({7})), paper)
    assert not may_read(Reader("dominique@example.org", frozenset({8})), paper)
    assert not may_read(Reader("camille@example.org"), paper)


def test_address_that_looks_the_same_is_another_one():
    assert not may_read(Reader("m\u0131ke@example.org"), Belonging("mike@example.org"))


@pytest.mark.parametrize(
    ("role", "administrators", "expected"),
    [
        (MemberRole.ADMINISTRATOR, 1, False),
        (MemberRole.ADMINISTRATOR, 2, True),
        (MemberRole.MEMBER, 1, True),
    ],
)
def test_last_administrator_stays(role, administrators, expected):
    assert may_leave(role, administrators) is expected


def test_invitation_lives_fourteen_days():
    sent = datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert invitation_ends_at(sent) - sent == timedelta(days=14)


@pytest.mark.parametrize("state", list(ProposalState))
@pytest.mark.parametrize("paid", [False, True])
def test_only_signature_and_deposit_together_make_it_definitive(state, paid):
    definitive = standing_of(state, is_definitive=paid) == Standing.DEFINITIVE
    assert definitive == (paid and state == ProposalState.SIGNED)


def test_every_standing_has_words():
    assert all(standing.label for standing in Standing)
    waiting = {s for s in Standing if s.asks_the_company}
    assert waiting == {Standing.TO_SIGN, Standing.DEPOSIT_DUE}
    assert all(standing.next_step for standing in waiting)
