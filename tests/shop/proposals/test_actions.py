from datetime import date, timedelta
from decimal import Decimal as D

from django.db import DatabaseError, transaction
from django.utils import timezone

import pytest

from base.events import events_of
from mail.models import OutgoingMessage
from shop.models import Proposal, SeriesCounter
from shop.proposals.actions import (
    ProposalRefused,
    QuoteChanged,
    ask_for_proposal,
    expire_proposal,
    issue_proposal,
    replace_proposal,
    withdraw_proposal,
)
from shop.proposals.composition import Group
from shop.proposals.content import from_json, to_json
from shop.proposals.integrity import proposal_faults
from shop.proposals.jobs import expire_overdue, remind_before_expiry
from tests.factories.orders import paris

pytestmark = pytest.mark.django_db


def test_public_session_with_a_list_price_is_proposed_at_once(ask):
    proposal = ask(now=paris(date(2026, 11, 25), 10))

    assert (proposal.state, proposal.number, proposal.version) == ("issued", "PC-2026-0001", 1)
    assert proposal.valid_until == date(2026, 12, 25)
    assert (proposal.excl_vat, proposal.vat) == (D("1980.00"), D("396.00"))
    assert (proposal.incl_vat, proposal.deposit) == (D("2376.00"), D("712.80"))
    assert proposal.terms_sha256 == proposal.terms_version.pdf.sha256
    assert [event.name for event in events_of(proposal)] == [
        "Proposition demandée",
        "Proposition émise",
    ]


def test_content_is_frozen_and_read_back_exactly(proposal):
    content = Proposal.objects.get(pk=proposal.pk).facts
    assert from_json(to_json(content)) == content
    assert content.client.number == "SIRET 510 869 274 00066"
    assert content.participants == ("Dominique Essai",)
    assert content.offer.timetable[0].hours[0][0].hour == 9
    assert content.offer.sheet.sessions == ()


def test_cgv_3_1_price_is_without_vat_and_firm_whatever_the_catalogue_says_later(proposal, session):
    session.price_excl_vat_override = D("1500.00")
    session.save()

    kept = Proposal.objects.get(pk=proposal.pk)
    (line,) = kept.facts.offer.lines
    assert (line.unit_price, line.rate) == (D("990.00"), D("0.20"))
    assert kept.facts.totals.incl_vat == kept.incl_vat == D("2376.00")
    assert to_json(kept.facts) == to_json(proposal.facts)


def test_numbers_follow_each_other(ask):
    assert [ask().sequence for _ in range(3)] == [1, 2, 3]
    assert list(proposal_faults()) == []


def test_gap_is_found(ask):
    ask()
    SeriesCounter.objects.filter(series="PC").update(sequence=2)
    ask()
    (fault,) = proposal_faults()
    assert "le numéro 2 manque" in fault


def test_second_click_finds_the_first_proposal(ask):
    assert ask(request_key="une-cle") == ask(request_key="une-cle")
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"session": None}, {"headcount": 4}, {"country": "BE", "siren": "", "siret": ""}]
)
def test_what_needs_somebody_waits_and_tells_both_sides(ask, changes):
    proposal = ask(**changes)

    assert (proposal.state, proposal.number, proposal.incl_vat) == ("asked", "", None)
    sent = OutgoingMessage.objects.values_list("template", "recipient").order_by("pk")
    assert list(sent) == [
        ("proposal_request", "camille@example.org"),
        ("proposal_request_announcement", "contact@lexom.example"),
    ]


def test_without_a_seal_nothing_is_issued_at_once(settings, ask):
    settings.SEAL_KEY = ""
    assert ask().state == "asked"


def test_price_that_changed_since_the_recap_is_shown_again(session, request_of):
    with pytest.raises(QuoteChanged, match="relisez"):
        ask_for_proposal(request=request_of(), shown="autre", now=timezone.now())
    assert not Proposal.objects.exists()


def test_intra_course_is_composed_by_staff(ask, proposal, extended):
    intra = ask(session=None)
    offer = extended(proposal, is_intra=True, place="Chez le client")

    issued = issue_proposal(proposal_id=intra.pk, offer=offer, actor="Équipe", now=timezone.now())

    assert (issued.state, issued.sequence) == ("issued", 2)
    assert issued.facts.kind.startswith("dans vos locaux")


def test_new_version_keeps_the_number_and_ends_the_old_one(proposal, extended):
    later = timezone.now() + timedelta(days=40)
    offer = extended(proposal)

    new = replace_proposal(
        proposal_id=proposal.pk, offer=offer, actor="Équipe", now=later, group=Group(3)
    )

    proposal.refresh_from_db()
    assert (proposal.state, proposal.successor) == ("superseded", new)
    assert (new.reference, new.headcount) == (f"{proposal.number} version 2", 3)
    assert new.valid_until == timezone.localdate(later) + timedelta(days=30)
    assert new.token != proposal.token
    assert not proposal.may_be_accepted(timezone.now())
    assert list(proposal_faults()) == []
    with pytest.raises(ProposalRefused, match="remplacée"):
        replace_proposal(proposal_id=proposal.pk, offer=offer, actor="Équipe", now=later)


def test_withdrawn_proposal_is_over(proposal, extended):
    now = timezone.now()
    withdrawn = withdraw_proposal(
        proposal_id=proposal.pk, reason="Session annulée", actor="Équipe", now=now
    )
    assert (withdrawn.state, withdrawn.end_reason) == ("withdrawn", "Session annulée")
    with pytest.raises(ProposalRefused, match="retirée"):
        issue_proposal(proposal_id=proposal.pk, offer=extended(proposal), actor="x", now=now)


def test_clock_writes_the_expiry_down_after_the_last_midnight(proposal):
    last_day = proposal.valid_until
    expire_overdue(paris(last_day, 23, 59))
    proposal.refresh_from_db()
    assert proposal.state == "issued"
    with pytest.raises(ProposalRefused, match="encore valable"):
        expire_proposal(proposal_id=proposal.pk, now=paris(last_day, 23, 59))

    expire_overdue(paris(last_day + timedelta(days=1), 0))
    proposal.refresh_from_db()
    assert proposal.state == "expired"


@pytest.mark.parametrize("change", [{"incl_vat": D("1.00")}, {"headcount": 9}, {"content": {}}])
def test_issued_row_refuses_any_change(proposal, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**change)


def test_issued_row_is_never_deleted(proposal):
    with pytest.raises(DatabaseError), transaction.atomic():
        proposal.delete()


def test_total_of_nothing_is_refused_and_gives_its_number_back(ask, proposal, extended):
    waiting = ask(session=None)
    with pytest.raises(ProposalRefused, match="supérieur à zéro"):
        issue_proposal(
            proposal_id=waiting.pk,
            offer=extended(proposal, lines=()),
            actor="x",
            now=timezone.now(),
        )
    assert ask().sequence == 2


def reminders():
    return OutgoingMessage.objects.filter(template="proposal_reminder")


def test_one_reminder_leaves_seven_days_before_the_end(proposal):
    first = proposal.valid_until - timedelta(days=7)
    remind_before_expiry(paris(first - timedelta(days=1), 12))
    remind_before_expiry(paris(first, 7, 59))
    assert not reminders().exists()

    for day in range(8):
        remind_before_expiry(paris(first + timedelta(days=day), 9))
    (message,) = reminders()
    assert message.recipient == "camille@example.org"
    assert proposal.token in message.text


def test_nobody_is_reminded_of_a_proposal_that_is_over(proposal, extended):
    last = proposal.valid_until
    remind_before_expiry(paris(last + timedelta(days=1), 9))
    withdraw_proposal(proposal_id=proposal.pk, reason="x", actor="Équipe", now=timezone.now())
    remind_before_expiry(paris(last, 9))
    assert not reminders().exists()
