"""Several people sign the same proposal at the same instant: it is signed once."""

from datetime import date

from django.test import Client
from django.utils import timezone

import pytest

from base.events import events_of
from documents.issued import IssuedDocument
from legal.terms.acceptance import RequestFacts
from mail.models import OutgoingMessage
from shop.models import PaperReturn, Proposal, ProposalSignature, Signing
from shop.orders.rules import new_token
from shop.proposals.actions import ProposalRefused
from shop.proposals.paper.actions import Reading, Received, accept_return, receive_return
from shop.proposals.paper.rules import Requirement
from shop.proposals.signing.actions import SigningRefused, confirm_code
from shop.proposals.signing.filing import file_the_signature
from shop.proposals.signing.forwarding_views import FORWARDED, FORWARDS_PER_PROPOSAL
from shop.proposals.uploads import judge
from tests.shop.proposals import scans
from tests.shop.proposals.conftest import FACTS, sign
from tests.shop.proposals.test_races import AT_ONCE, at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def refused_or(act):
    try:
        return act()
    except ProposalRefused as refused:
        return str(refused)


def test_signatories_at_once_make_one_signature(confirmed):
    signings = [confirmed(email=f"a{place}@example.org") for place in range(AT_ONCE)]
    answers = at_once(lambda place: refused_or(lambda: sign(signings[place])))
    assert ProposalSignature.objects.count() == 1
    assert answers.count("Cette proposition est déjà signée.") == AT_ONCE - 1
    assert Signing.objects.filter(finished_at__isnull=False).count() == 1


def test_clicks_at_once_of_one_signatory_make_one_signature(confirmed):
    signing = confirmed()
    answers = at_once(lambda place: sign(signing))
    assert {answer.pk for answer in answers} == {ProposalSignature.objects.get().pk}


def test_codes_tried_at_once_are_all_counted(begin, latest_code):
    signing = begin()
    wrong = f"{(int(latest_code()) + 1) % 10**6:06}"

    def attempt(place):
        with pytest.raises(SigningRefused):
            confirm_code(signing_id=signing.pk, typed=wrong, facts=FACTS, now=timezone.now())

    at_once(attempt)
    signing.refresh_from_db()
    assert signing.wrong_tries == AT_ONCE


def test_link_mailed_at_once_by_several_visitors_stays_within_its_number(issued, monkeypatch):
    monkeypatch.setattr("base.robots.FASTEST_HUMAN_SECONDS", -1)
    address = f"/proposition/{issued.token}/transmettre/"

    def send(visitor, recipient):
        client = Client(REMOTE_ADDR=f"192.0.2.{visitor}")
        stamp = client.get(address).context["form"].initial["opened_at"]
        fields = {"sender": "Camille Essai", "email": recipient, "opened_at": stamp}
        return client.post(address, fields).status_code

    before = [send(place, f"a{place}@example.org") for place in range(FORWARDS_PER_PROPOSAL - 1)]
    answers = at_once(lambda place: send(50 + place, f"b{place}@example.org"))

    assert set(before) == {302}
    assert sorted(answers) == [302] + [429] * (AT_ONCE - 1)
    assert events_of(issued).filter(name=FORWARDED).count() == FORWARDS_PER_PROPOSAL


def test_paper_and_signatory_at_once_make_one_signature(issued, confirmed):
    signing, now = confirmed(), timezone.now()
    paper = receive_return(
        proposal_id=issued.pk,
        uploads=[judge("scan.pdf", scans.scan())],
        received=Received(at=now, form_key=new_token(), facts=RequestFacts(None)),
        now=now,
    )
    digest = paper.files.get().sha256
    seen = {item.value: [digest] for item in Requirement}
    reading = Reading("Dominique", "Essai", "Direction", "", date(2026, 11, 25), seen)

    def act(place):
        if place % 2:
            return refused_or(lambda: sign(signing))
        return refused_or(
            lambda: accept_return(return_id=paper.pk, reading=reading, actor="Équipe", now=now)
        )

    at_once(act)
    signature = ProposalSignature.objects.get()
    assert Proposal.objects.get().state == "signed"
    assert (PaperReturn.objects.get().state == "accepted") is not signature.is_online


def test_workers_at_once_make_the_files_once(signed):
    at_once(lambda place: file_the_signature(signed.pk))
    kinds = IssuedDocument.objects.filter(kind__startswith="sign").values_list("kind", flat=True)
    assert sorted(kinds) == ["signature_proof", "signed_proposal"]
    assert OutgoingMessage.objects.filter(template="proposal_signed").count() == 3
