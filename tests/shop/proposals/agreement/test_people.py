"""Who attends: from the names of the request to those of the last day."""

from datetime import timedelta

from django.utils import timezone

import pytest

from base.events import events_of
from mail.models import OutgoingMessage
from shop.models import Participant, SalesSettings
from shop.proposals.actions import ProposalRefused
from shop.proposals.agreement.integrity import agreement_faults
from shop.proposals.agreement.laying_out import lay_out
from shop.proposals.agreement.people import fingerprint, name_participants, people_of
from shop.proposals.agreement.rules import Named
from tests.factories.orders import paris

pytestmark = pytest.mark.django_db

DOMINIQUE, ALIX = Named("Dominique", "Essai"), Named("Alix", "Essai", "alix@example.org")
SASHA = Named("Sasha", "Essai", "sasha@example.org", needs_adjustment=True)


@pytest.fixture
def name():
    """Fills the list in, as shown a moment ago."""

    def name(proposal, *wanted, at=None, seen=None, **options):
        seen = seen or fingerprint(people_of(proposal))
        return name_participants(
            proposal_id=proposal.pk, wanted=wanted, seen=seen, actor="Client",
            now=at or timezone.now(), **options,
        )  # fmt: skip

    return name


def packs():
    rows = OutgoingMessage.objects.filter(template="participant_information")
    return list(rows.order_by("pk").values_list("recipient", flat=True))


def test_list_starts_from_the_names_of_the_request(signed, name):
    assert people_of(signed) == [DOMINIQUE]
    assert not Participant.objects.exists()
    name(signed, DOMINIQUE, ALIX)
    assert people_of(signed) == [DOMINIQUE, ALIX]
    first, second = Participant.objects.order_by("pk")
    assert (first.added_by, second.added_by) == ("Camille Essai", "Client")


def test_unchanged_list_writes_nothing(signed, name):
    name(signed, DOMINIQUE)
    before = events_of(signed).count()
    assert not name(signed, DOMINIQUE, None)
    assert events_of(signed).count() == before


def test_every_change_is_recorded(signed, name):
    name(signed, SASHA, ALIX)
    event = events_of(signed).get(name="Participants changés")
    assert event.data["replaced"] == "Dominique Essai → Sasha Essai"
    assert event.data["added"] == "Alix Essai"
    gone = Participant.objects.get(last_name="Essai", first_name="Dominique")
    assert str(gone.replaced_by) == "Sasha Essai"
    assert gone.removed_by == "Client"


def test_names_are_for_a_signed_proposal_only(proposal, name):
    with pytest.raises(ProposalRefused, match="signée"):
        name(proposal, DOMINIQUE, ALIX)


def test_never_more_than_the_proposal_was_signed_for(signed, name):
    with pytest.raises(ProposalRefused, match="2 participant"):
        name(signed, DOMINIQUE, ALIX, SASHA)
    with pytest.raises(ProposalRefused, match="2 participant"):
        name(signed, DOMINIQUE, ALIX, SASHA, is_staff=True)
    assert list(agreement_faults()) == []


def test_list_that_somebody_else_changed_is_shown_again(signed, name):
    seen = fingerprint(people_of(signed))
    name(signed, DOMINIQUE, ALIX)
    with pytest.raises(ProposalRefused, match="a changé depuis"):
        name(signed, SASHA, seen=seen)
    assert people_of(signed) == [DOMINIQUE, ALIX]


def test_second_click_finds_the_list_as_it_asked_for(signed, name):
    seen = fingerprint(people_of(signed))
    assert name(signed, DOMINIQUE, ALIX, seen=seen)
    assert not name(signed, DOMINIQUE, ALIX, seen=seen)


def test_last_day_ends_at_midnight_in_paris_and_staff_may_later(signed, name):
    last = signed.session.starts_on - timedelta(days=2)
    name(signed, DOMINIQUE, ALIX, at=paris(last, 23, 59))
    with pytest.raises(ProposalRefused, match="inclus"):
        name(signed, SASHA, ALIX, at=paris(last + timedelta(days=1), 0))
    name(signed, SASHA, ALIX, at=paris(last + timedelta(days=1), 0), is_staff=True)
    assert people_of(signed) == [SASHA, ALIX]


def test_last_day_is_a_setting(signed, name):
    settings = SalesSettings.current()
    settings.naming_days = 10
    settings.save()
    last = signed.session.starts_on - timedelta(days=10)
    name(signed, ALIX, at=paris(last, 23, 59))
    with pytest.raises(ProposalRefused, match="inclus"):
        name(signed, SASHA, at=paris(last + timedelta(days=1), 0))


def test_nobody_is_informed_before_the_agreement(signed, name):
    name(signed, DOMINIQUE, ALIX)
    assert packs() == []


def test_t_09_who_comes_after_the_agreement_is_informed_and_who_leaves_is_not(definitive, name):
    lay_out(definitive.agreement.pk)
    assert packs() == []

    name(definitive, SASHA, ALIX)
    assert packs() == ["sasha@example.org", "alix@example.org"]
    name(definitive, None, ALIX)
    assert packs() == ["sasha@example.org", "alix@example.org"]
    told = events_of(definitive).filter(name="Information du participant envoyée")
    assert [event.data["participant"] for event in told.order_by("pk")] == [
        "Sasha Essai",
        "Alix Essai",
    ]


def test_corrected_address_is_informed(definitive, name):
    lay_out(definitive.agreement.pk)
    name(definitive, DOMINIQUE, Named("Alix", "Essai", "faux@example.org"))
    name(definitive, DOMINIQUE, ALIX)
    name(definitive, DOMINIQUE, ALIX)
    assert packs() == ["faux@example.org", "alix@example.org"]


def test_name_written_otherwise_is_a_new_row(definitive, name):
    name(definitive, Named("DOMINIQUE", "ESSAI"))
    assert Participant.objects.count() == 2
    assert people_of(definitive) == [Named("DOMINIQUE", "ESSAI")]
