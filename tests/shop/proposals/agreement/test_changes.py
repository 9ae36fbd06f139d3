"""CGV 2.1 and 2.2: a change is asked in writing and answered in writing."""

from django.utils import timezone

import pytest

from base.append_only import Immutable
from base.events import events_of
from mail.models import OutgoingMessage
from shop.models import ChangeRequest
from shop.proposals.actions import ProposalRefused
from shop.proposals.agreement.changes import MOST_WAITING, answer_change, ask_for_change
from shop.proposals.agreement.rules import ChangeKind, ChangeState

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask_change():
    def ask_change(proposal, key="cle", **changes):
        fields = {
            "kind": ChangeKind.DATES, "text": "Une semaine plus tard", "asked_by": "Alix Essai",
            "request_key": key, "now": timezone.now(),
        }  # fmt: skip
        return ask_for_change(proposal_id=proposal.pk, **fields | changes)

    return ask_change


def letters():
    rows = OutgoingMessage.objects.filter(template__startswith="change_")
    return list(rows.order_by("pk").values_list("template", "recipient", "reply_to"))


def test_request_is_acknowledged_and_announced(signed, ask_change):
    asked = ask_change(signed)
    assert asked.state == ChangeState.ASKED
    assert letters() == [
        ("change_request", "camille@example.org", ""),
        ("change_request_announcement", "contact@lexom.example", "camille@example.org"),
    ]
    event = events_of(signed).get(name="Modification demandée")
    assert (event.actor, event.data["text"]) == ("Alix Essai", "Une semaine plus tard")


def test_second_click_finds_the_first_request(signed, ask_change):
    assert ask_change(signed) == ask_change(signed)
    assert ChangeRequest.objects.count() == 1
    assert len(letters()) == 2


def test_key_of_another_proposal_gives_nothing_away(signed, ask, sign, ask_change):
    ask_change(signed, text="Secret")
    with pytest.raises(ProposalRefused, match="Rechargez"):
        ask_change(sign(ask()))


def test_unsigned_proposal_gets_a_new_version_instead(proposal, ask_change):
    with pytest.raises(ProposalRefused, match="nouvelle version"):
        ask_change(proposal)


def test_requests_do_not_pile_up(signed, ask_change):
    asked = [ask_change(signed, key=f"cle-{n}") for n in range(MOST_WAITING)]
    with pytest.raises(ProposalRefused, match="attendent déjà"):
        ask_change(signed, key="encore")
    answer_change(
        request_id=asked[0].pk, accepted=False, text="Non", actor="Équipe", now=timezone.now()
    )
    ask_change(signed, key="encore")


@pytest.mark.parametrize(
    ("accepted", "state", "sentence"),
    [
        (True, ChangeState.ACCEPTED, "Nous l’acceptons"),
        (False, ChangeState.REFUSED, "ne pouvons pas l’accepter"),
    ],
)
def test_answer_is_written_sent_and_final(signed, ask_change, accepted, state, sentence):
    asked = ask_change(signed)
    act = {"request_id": asked.pk, "actor": "Équipe", "now": timezone.now()}

    answer = answer_change(accepted=accepted, text="Du 11 au 12 janvier.", **act)

    assert ChangeRequest.objects.get().state == state
    message = OutgoingMessage.objects.get(template="change_answer")
    assert message.recipient == "camille@example.org"
    for text in (sentence, "Du 11 au 12 janvier.", "Une semaine plus tard", signed.reference):
        assert text in message.text
    assert events_of(signed).filter(name=f"Modification {state.label}").exists()
    with pytest.raises(ProposalRefused, match="déjà reçu"):
        answer_change(accepted=True, text="x", **act)
    with pytest.raises(Immutable):
        answer.save()


def test_new_price_goes_by_another_proposal(signed, ask, ask_change):
    extra = ask(headcount=1, participants=[])
    asked = ask_change(signed)
    act = {"request_id": asked.pk, "actor": "Équipe", "now": timezone.now(), "extra": extra}
    with pytest.raises(ProposalRefused, match="refus"):
        answer_change(accepted=False, text="x", **act)
    answer_change(accepted=True, text="Une place de plus.", **act)
    text = OutgoingMessage.objects.get(template="change_answer").text
    assert extra.reference in text
    assert "quand vous l’avez acceptée" in text


def test_oldest_waiting_request_comes_first(signed, ask_change):
    first, second = ask_change(signed, key="a"), ask_change(signed, key="b")
    assert list(ChangeRequest.objects.all().waiting()) == [first, second]
