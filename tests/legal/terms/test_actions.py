from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.utils import timezone

import pytest

from base.events import events_of
from legal.models import TermsVersion
from legal.terms.actions import (
    Refused,
    approve_terms,
    copy_terms,
    draft_terms,
    readers_left_without,
    revoke_terms,
    rewrite_draft,
    send_back,
    submit_terms,
)
from legal.terms.queries import public_versions, successor, terms_in_force
from legal.terms.rules import Audience, State
from legal.terms.text import Terms
from tests.factories.terms import (
    allowed,
    approved,
    approver,
    author,
    draft,
    submitted,
    terms_text,
)

pytestmark = pytest.mark.django_db
# 23:59 in Paris on 14 June, then midnight.
EVE = datetime(2026, 6, 14, 21, 59, tzinfo=UTC)
MIDNIGHT = EVE + timedelta(minutes=1)


def today():
    return timezone.localdate()


def test_drafts_are_numbered_in_the_year_of_paris():
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # already 2027 in Paris

    numbers = [
        draft(now=EVE).number,
        draft(now=EVE).number,
        draft_terms(user=None, text=terms_text(), now=new_year).number,
    ]

    assert numbers == ["2026-1", "2026-2", "2027-1"]


def test_version_goes_from_draft_to_force_by_two_persons():
    version = draft()
    writer, second = version.drafted_by, approver()
    states = [version.state]

    submit_terms(version=version, user=writer)
    states.append(TermsVersion.objects.get().state)
    approve_terms(version=version, user=second, in_force_from=today())
    stored = TermsVersion.objects.get()
    states.append(stored.state)

    assert states == [State.DRAFT, State.SUBMITTED, State.IN_FORCE]
    assert (stored.drafted_by, stored.approved_by) == (writer, second)
    assert [(e.name, e.actor) for e in events_of(stored)] == [
        ("version rédigée", str(writer)),
        ("version soumise", str(writer)),
        ("version approuvée", str(second)),
    ]


def test_version_comes_into_force_at_midnight_in_paris():
    version = approved(now=EVE, starts_in=1)

    days = [timezone.localdate(instant) for instant in (EVE, MIDNIGHT)]

    assert version.in_force_from == date(2026, 6, 15)
    assert [terms_in_force(Audience.CONSUMER, day) for day in days] == [None, version]
    assert [version.state_on(day) for day in days] == [State.APPROVED, State.IN_FORCE]


def test_approval_ends_the_version_before_on_the_eve():
    first = approved(now=EVE)
    second = approved(now=EVE, starts_in=10)
    first.refresh_from_db()

    last, next_day = date(2026, 6, 23), date(2026, 6, 24)

    assert (first.in_force_until, second.in_force_from) == (last, next_day)
    assert terms_in_force(Audience.COMPANY, last) == first
    assert terms_in_force(Audience.COMPANY, next_day) == second
    assert first.state_on(next_day) is State.REPLACED


@pytest.mark.parametrize("starts_in", [0, 5])
def test_approval_refuses_to_start_before_or_with_a_version_already_approved(starts_in):
    approved(starts_in=5)
    version = submitted()

    with pytest.raises(Refused, match="s’applique déjà à partir de cette date ou plus tard"):
        approve_terms(
            version=version, user=approver(), in_force_from=today() + timedelta(starts_in)
        )


def test_versions_for_different_readers_stand_side_by_side():
    consumers = approved(audience=Audience.CONSUMER)
    companies = approved(audience=Audience.COMPANY)

    assert terms_in_force(Audience.CONSUMER, today()) == consumers
    assert terms_in_force(Audience.COMPANY, today()) == companies


def test_narrower_version_warns_of_those_it_leaves_without_terms():
    approved(audience=Audience.BOTH)
    version = submitted(audience=Audience.CONSUMER)
    start = today() + timedelta(days=3)

    assert readers_left_without(version, start) == [Audience.COMPANY]
    approve_terms(version=version, user=approver(), in_force_from=start)
    assert terms_in_force(Audience.COMPANY, start) is None


def test_approval_never_binds_backwards():
    version = submitted()

    with pytest.raises(Refused, match="ne peut pas être passée"):
        approve_terms(version=version, user=approver(), in_force_from=date(2026, 6, 14),
                      now=MIDNIGHT)  # fmt: skip


def test_nobody_approves_their_own_text():
    everything = allowed("change_termsversion", "approve_termsversion")
    version = draft_terms(user=everything, text=terms_text())
    submit_terms(version=version, user=everything)

    with pytest.raises(Refused, match="seconde personne"):
        approve_terms(version=version, user=everything, in_force_from=today())


def test_draft_that_was_not_submitted_is_not_approved():
    with pytest.raises(Refused, match="soumise"):
        approve_terms(version=draft(), user=approver(), in_force_from=today())


@pytest.mark.parametrize(
    ("text", "reason"),
    [(Terms(()), "aucun texte"), (terms_text(introduction=""), None)],
)
def test_submission_needs_a_text(text, reason):
    version = draft_terms(user=author(), text=text)

    if reason:
        with pytest.raises(Refused, match=reason):
            submit_terms(version=version, user=version.drafted_by)
    else:
        assert submit_terms(version=version, user=version.drafted_by).state is State.SUBMITTED


def test_version_sent_back_is_a_draft_again():
    version = submitted()

    send_back(version=version, user=approver(), reason="Article 2.1 à revoir")

    stored = TermsVersion.objects.get()
    assert (stored.state, stored.is_editable) == (State.DRAFT, True)
    assert events_of(stored).last().data == {"motif": "Article 2.1 à revoir"}


def test_revocation_lets_the_version_before_go_on():
    first = approved(now=EVE)
    second = approved(now=EVE, starts_in=10)

    revoke_terms(version=second, user=approver(), reason="Erreur à l’article 2.1", now=MIDNIGHT)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.in_force_until, second.state) == (None, State.REVOKED)
    assert terms_in_force(Audience.CONSUMER, date(2026, 6, 24)) == first


def test_revoked_day_may_serve_again():
    first = approved(now=EVE)
    second = approved(now=EVE, starts_in=10)
    revoke_terms(version=second, user=approver(), reason="Erreur", now=MIDNIGHT)

    third = approved(now=MIDNIGHT, starts_in=9)

    first.refresh_from_db()
    assert (first.in_force_until, third.in_force_from) == (date(2026, 6, 23), date(2026, 6, 24))


@pytest.mark.parametrize(
    ("starts_in", "reason", "refusal"),
    [(0, "Erreur", "avant le jour"), (1, "  ", "Indiquez pourquoi")],
)
def test_revocation_is_refused_once_in_force_or_without_reason(starts_in, reason, refusal):
    version = approved(starts_in=starts_in)

    with pytest.raises(Refused, match=refusal):
        revoke_terms(version=version, user=approver(), reason=reason)


@pytest.mark.parametrize(
    ("codenames", "submits", "approves", "revokes"),
    [
        ((), False, False, False),
        (("view_termsversion",), False, False, False),
        (("add_termsversion",), False, False, False),
        (("change_termsversion",), True, False, False),
        (("approve_termsversion",), False, True, True),
    ],
)
def test_each_verb_asks_for_its_permission(codenames, submits, approves, revokes):
    user = allowed(*codenames)
    future = approved(starts_in=9)
    attempts = [
        (submits, lambda: submit_terms(version=draft(), user=user)),
        (approves, lambda: approve_terms(version=submitted(), user=user,
                                         in_force_from=today() + timedelta(20))),
        (revokes, lambda: revoke_terms(version=future, user=user, reason="Erreur")),
    ]  # fmt: skip

    if revokes:  # the order matters: what starts later is in the way
        attempts.reverse()
    for may, attempt in attempts:
        if may:
            attempt()
        else:
            with pytest.raises(PermissionDenied):
                attempt()


def test_copy_is_a_draft_of_its_own():
    source = approved(audience=Audience.CONSUMER)
    user = author()

    copy = copy_terms(source=source, user=user)

    assert (copy.text, copy.audience, copy.state) == (source.text, "consumer", State.DRAFT)
    assert (copy.drafted_by, copy.number) != (source.drafted_by, source.number)


def test_submitted_version_is_not_rewritten():
    with pytest.raises(Refused, match="n’est plus un brouillon"):
        rewrite_draft(version=submitted(), user=author(), text=terms_text("<p>Autre</p>"))


def test_public_versions_leave_out_drafts_future_and_revoked_ones():
    draft()
    submitted()
    old = approved()
    revoke_terms(version=approved(starts_in=8), user=approver(), reason="Erreur")
    approved(starts_in=9)

    assert public_versions(today()) == [old]


def test_successor_is_the_next_version_for_a_shared_reader():
    first = approved(now=EVE)
    second = approved(now=EVE, starts_in=10)
    first.refresh_from_db()

    later = date(2026, 7, 1)

    assert successor(first, later) == second
    assert successor(first, date(2026, 6, 23)) is None
    assert successor(second, later) is None
