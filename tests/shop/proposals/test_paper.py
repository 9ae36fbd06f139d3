"""A proposal signed on paper: received, looked at, accepted or sent back."""

from datetime import date, timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

import pytest

from base.civil_dates import PARIS
from base.events import events_of
from base.private_files import read
from mail.models import OutgoingMessage
from shop.models import PaperReturn, Proposal, ProposalSignature
from shop.orders.rules import new_token
from shop.proposals.actions import ProposalRefused
from shop.proposals.jobs import expire_overdue
from shop.proposals.paper.actions import (
    Reading,
    Received,
    ReturnRefused,
    accept_return,
    receive_return,
    refuse_return,
)
from shop.proposals.paper.rules import MOST_WAITING, Requirement, missing, noon
from shop.proposals.rules import expires_at
from shop.proposals.signing.filing import file_the_signature
from shop.proposals.signing.integrity import signature_faults
from shop.proposals.uploads import judge
from tests.documents.validation import failures, text_of
from tests.shop.proposals import scans
from tests.shop.proposals.conftest import FACTS, sign

pytestmark = pytest.mark.django_db
SCAN, PHOTO = scans.scan(3), scans.photo()


@pytest.fixture
def receive(issued):
    def receive(contents=(SCAN, PHOTO), at=None, now=None, **changes):
        now = now or timezone.now()
        fields = {"form_key": new_token(), "facts": FACTS, "email": "direction@example.org"}
        return receive_return(
            proposal_id=issued.pk,
            uploads=[judge(f"page {n}.pdf", content) for n, content in enumerate(contents)],
            received=Received(at=at or now, **fields | changes),
            now=now,
        )

    return receive


def reading(paper, **changes):
    files = [file.sha256 for file in paper.files.all()]
    facts = {
        "first_name": "Alix", "last_name": "Essai", "function": "Gérance",
        "email": "alix@example.org", "paper_date": date(2026, 11, 25),
        "seen": {item.value: files[:1] for item in Requirement},
    }  # fmt: skip
    return Reading(**facts | changes)


def accept(paper, now=None, **changes):
    return accept_return(
        return_id=paper.pk, reading=reading(paper, **changes), actor="Équipe",
        now=now or timezone.now(),
    )  # fmt: skip


def test_each_requirement_is_seen_on_one_of_the_files():
    seen = {item.value: ["a"] for item in Requirement}
    assert missing(seen, ["a", "b"]) == []
    assert missing(seen | {"stamped": []}, ["a"]) == [Requirement.STAMPED]
    assert missing(seen, ["b"]) == list(Requirement)


def test_letter_counts_for_its_day_and_never_for_later():
    now = timezone.now()
    assert noon(date(2026, 11, 2), now).astimezone(PARIS).hour == 12
    assert noon(timezone.localdate(now) + timedelta(days=1), now) == now


def test_files_are_kept_by_their_hash_and_acknowledged(issued, receive):
    paper = receive()
    first, second = paper.files.all()
    assert (read(first.sha256), first.pages) == (SCAN, 3)
    assert second.content_type == "image/jpeg"
    message = OutgoingMessage.objects.get(template="paper_received")
    assert message.recipient == "direction@example.org"
    assert first.sha256 in message.text
    assert Proposal.objects.get().state == "issued"
    (event,) = events_of(issued).filter(name="Exemplaire papier reçu")
    assert event.data["ip"] == "192.0.2.7"


def test_same_form_sent_twice_is_one_return(receive):
    key = new_token()
    assert receive(form_key=key) == receive(form_key=key)


def test_key_of_another_proposal_is_refused(ask, receive):
    key = receive().form_key
    other = Received(at=timezone.now(), form_key=key, facts=FACTS)
    with pytest.raises(ReturnRefused, match="Rechargez la page"):
        receive_return(
            proposal_id=ask().pk, uploads=[judge("page.pdf", SCAN)], received=other, now=other.at
        )


def test_returns_that_wait_are_counted(receive):
    for _ in range(MOST_WAITING):
        receive()
    with pytest.raises(ReturnRefused, match="attendent déjà"):
        receive()


def test_accepted_paper_signs_from_its_reception(issued, receive):
    paper = receive()
    signature = accept(paper, now=timezone.now() + timedelta(days=2))

    assert Proposal.objects.get().state == "signed"
    assert (signature.channel, signature.signed_at) == ("paper", paper.received_at)
    assert signature.document_sha256 == issued.document.sha256
    paper.refresh_from_db()
    assert (paper.state, paper.decided_by) == ("accepted", "Équipe")


def test_proof_of_a_paper_names_its_files_and_what_was_seen(receive, tmp_path):
    paper = receive()
    signature = accept(paper)
    proof = file_the_signature(signature.pk)

    assert failures(proof.content(), profile="3a") == []
    path = tmp_path / "preuve.pdf"
    path.write_bytes(proof.content())
    printed = " ".join(" ".join(text_of(path)).split())
    for words in ("Date sur le papier 25 novembre 2026", "Équipe", "Tampon de l’entreprise"):
        assert words in printed
    for file in paper.files.all():
        assert file.sha256 in printed.replace(" ", "")
    letters = OutgoingMessage.objects.filter(template="proposal_signed")
    assert {letter.recipient for letter in letters} == {
        "alix@example.org", "camille@example.org", "contact@lexom.example",
    }  # fmt: skip
    assert len(letters[0].attachments) == 3
    assert list(signature_faults()) == []


def test_every_requirement_is_asked(receive):
    paper = receive()
    seen = reading(paper).seen | {"stamped": []}
    with pytest.raises(ReturnRefused, match="Tampon de l’entreprise"):
        accept(paper, seen=seen)
    assert not ProposalSignature.objects.exists()


def test_refused_paper_is_told_and_another_may_come(receive):
    paper = receive()
    refuse_return(
        return_id=paper.pk, reason="Il manque le tampon.", actor="Équipe", now=timezone.now()
    )
    message = OutgoingMessage.objects.get(template="paper_refused")
    assert "Il manque le tampon." in message.text
    with pytest.raises(ReturnRefused, match="déjà refusé"):
        accept(paper)
    accept(receive())
    assert Proposal.objects.get().state == "signed"


def test_decision_is_written_once(receive):
    paper = receive()
    accept(paper)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperReturn.objects.filter(pk=paper.pk).update(state="refused", reason="x")


def test_cgv_2_1_paper_received_in_time_is_accepted_later(issued, receive):
    end = expires_at(issued.valid_until)
    paper = receive(at=end - timedelta(minutes=1), now=end - timedelta(minutes=1))
    expire_overdue(end)
    assert accept(paper, now=end + timedelta(days=1)).channel == "paper"


def test_cgv_2_1_letter_that_came_in_time_is_recorded_later(issued, receive):
    end = expires_at(issued.valid_until)
    expire_overdue(end)
    later = end + timedelta(days=3)
    with pytest.raises(ReturnRefused, match="expirée"):
        receive(at=end, now=later, recorded_by="Équipe")
    paper = receive(at=end - timedelta(hours=12), now=later, recorded_by="Équipe")
    assert accept(paper, now=later).signed_at < end


def test_client_sends_nothing_after_the_last_day(issued, receive):
    end = expires_at(issued.valid_until)
    with pytest.raises(ReturnRefused, match="expirée"):
        receive(at=end, now=end)


def test_paper_of_a_proposal_signed_online_changes_nothing(receive, confirmed):
    paper = receive()
    sign(confirmed())
    with pytest.raises(ReturnRefused, match="signée"):
        accept(paper)
    assert PaperReturn.objects.waiting().count() == 0


def test_paper_that_came_too_late_is_never_accepted(issued, receive):
    paper = receive()
    PaperReturn.objects.filter(pk=paper.pk).update(received_at=expires_at(issued.valid_until))
    with pytest.raises(ProposalRefused, match="avait expiré"):
        accept(paper)
