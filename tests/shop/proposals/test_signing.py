"""Signing online: who, the code, the mention, and that it happens once."""

from datetime import timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

import pytest

from base.events import events_of
from mail.models import OutgoingMessage
from shop.models import Proposal, ProposalSignature, Signing
from shop.proposals.actions import ProposalRefused, mark_signed, replace_proposal, withdraw_proposal
from shop.proposals.jobs import expire_overdue
from shop.proposals.rules import expires_at
from shop.proposals.signing.actions import (
    CodeNeeded,
    SigningBlocked,
    SigningRefused,
    confirm_code,
    resend_code,
)
from shop.proposals.signing.jobs import KEPT_UNFINISHED, forget_unfinished
from tests.shop.proposals.conftest import FACTS, sign

pytestmark = pytest.mark.django_db


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def fail(signing, latest_code, times, now=None):
    for _ in range(times):
        with pytest.raises(SigningRefused):
            confirm_code(
                signing_id=signing.pk, typed=wrong(latest_code()), facts=FACTS,
                now=now or timezone.now(),
            )  # fmt: skip


def test_signature_says_who_what_when_and_how(issued, confirmed):
    signature = sign(confirmed())

    assert Proposal.objects.get().state == "signed"
    assert (signature.full_name, signature.function, signature.channel) == (
        "Alix Essai", "Gérance", "online",
    )  # fmt: skip
    assert signature.document_sha256 == issued.document.sha256
    assert signature.terms_sha256 == issued.terms_sha256
    assert signature.authority == "Je déclare être habilité(e) à engager Atelier d’essai."
    assert "article 1368" in signature.statements[2]
    assert signature.mention == "bon pour accord"
    assert (signature.ip, signature.user_agent) == ("192.0.2.7", "Navigateur d’essai")
    assert signature.code_proof["codes_sent"] == 1


def test_every_step_is_in_the_journal_with_its_origin(issued, signed):
    names = [event.name for event in events_of(issued)]
    assert names[2:] == [
        "Signature commencée", "Code de signature envoyé", "Code de signature confirmé",
        "Proposition signée", "échéances ouvertes",
    ]  # fmt: skip
    for event in events_of(issued)[2:6]:
        assert (event.data["ip"], event.data["user_agent"]) == ("192.0.2.7", "Navigateur d’essai")


def test_only_a_hash_of_the_code_is_kept(begin, latest_code):
    signing = begin()
    assert latest_code() not in signing.code_hash
    assert len(signing.code_hash) > 30
    assert OutgoingMessage.objects.get(template="signature_code").recipient == "alix@example.org"


def test_signature_is_written_once_for_ever(signed):
    with pytest.raises(DatabaseError), transaction.atomic():
        ProposalSignature.objects.filter(pk=signed.pk)._raw_delete("default")
    assert ProposalSignature.objects.count() == 1


def test_second_click_finds_the_first_signature(confirmed):
    signing = confirmed()
    assert sign(signing) == sign(signing)
    assert ProposalSignature.objects.count() == 1


def test_second_signatory_is_told_that_it_is_done(confirmed):
    first, second = confirmed(), confirmed(email="dominique@example.org")
    sign(first)
    with pytest.raises(SigningRefused, match="déjà signée"):
        sign(second)
    assert ProposalSignature.objects.get().email == "alix@example.org"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mention": "d’accord"}, "Écrivez exactement : BON POUR ACCORD"),
        ({"accepts_terms": False}, "Cochez la case"),
        ({"shown": "0" * 64}, "a changé"),
    ],
)
def test_incomplete_agreement_signs_nothing(confirmed, changes, sentence):
    with pytest.raises(SigningRefused, match=sentence):
        sign(confirmed(), **changes)
    assert Proposal.objects.get().state == "issued"


def test_nobody_signs_without_the_code(begin, confirmed):
    with pytest.raises(CodeNeeded):
        sign(begin())
    with pytest.raises(CodeNeeded):
        sign(confirmed(), now=timezone.now() + timedelta(hours=2, minutes=1))


def test_code_serves_once_and_for_a_quarter_of_an_hour(begin, latest_code):
    signing, now = begin(), timezone.now()
    late = now + timedelta(minutes=16)
    with pytest.raises(SigningRefused, match="plus valable"):
        confirm_code(signing_id=signing.pk, typed=latest_code(), facts=FACTS, now=late)
    confirm_code(signing_id=signing.pk, typed=latest_code(), facts=FACTS, now=now)
    with pytest.raises(SigningRefused, match="plus valable"):
        confirm_code(signing_id=signing.pk, typed=latest_code(), facts=FACTS, now=now)


def test_new_code_replaces_the_former_three_times(begin, latest_code):
    signing, first = begin(), latest_code()
    for _ in range(3):
        resend_code(signing_id=signing.pk, facts=FACTS, now=timezone.now())
    with pytest.raises(SigningRefused, match="Trois nouveaux codes"):
        resend_code(signing_id=signing.pk, facts=FACTS, now=timezone.now())
    if first != latest_code():
        with pytest.raises(SigningRefused, match="faux"):
            confirm_code(signing_id=signing.pk, typed=first, facts=FACTS, now=timezone.now())


def test_fifth_wrong_code_blocks_for_an_hour_and_is_told_to_staff(issued, begin, latest_code):
    signing, now = begin(), timezone.now()
    fail(signing, latest_code, 4, now)
    with pytest.raises(SigningBlocked, match="bloquée jusqu’à"):
        confirm_code(signing_id=signing.pk, typed=wrong(latest_code()), facts=FACTS, now=now)
    with pytest.raises(SigningBlocked):
        confirm_code(signing_id=signing.pk, typed=latest_code(), facts=FACTS, now=now)
    with pytest.raises(SigningBlocked):
        begin(email="ALIX@example.org")
    assert Signing.objects.count() == 1
    assert events_of(issued).filter(name="Signature bloquée une heure").count() == 1


def test_beginning_again_gives_no_more_tries(begin, latest_code):
    fail(begin(), latest_code, 3)
    again = begin()
    fail(again, latest_code, 1)
    with pytest.raises(SigningBlocked):
        confirm_code(
            signing_id=again.pk, typed=wrong(latest_code()), facts=FACTS, now=timezone.now()
        )


def test_after_the_hour_a_new_code_opens_with_five_tries(begin, latest_code):
    signing, now = begin(), timezone.now()
    fail(signing, latest_code, 5, now)
    later = now + timedelta(hours=1, seconds=1)
    resend_code(signing_id=signing.pk, facts=FACTS, now=later)
    fail(signing, latest_code, 1, later)
    confirm_code(signing_id=signing.pk, typed=latest_code(), facts=FACTS, now=later)


def test_block_of_one_address_leaves_the_others_free(begin, confirmed, latest_code):
    fail(begin(), latest_code, 5)
    sign(confirmed(email="dominique@example.org"))
    assert Proposal.objects.get().state == "signed"


def test_signings_of_an_hour_are_counted(begin):
    for place in range(10):
        begin(email=f"adresse{place}@example.org")
    with pytest.raises(SigningRefused, match="depuis une heure"):
        begin()


def test_cgv_2_1_last_day_counts_until_midnight_in_paris(issued, confirmed):
    end = expires_at(issued.valid_until)
    signing = confirmed(now=end - timedelta(minutes=2))
    with pytest.raises(SigningRefused, match="a expiré"):
        sign(signing, now=end)
    assert sign(signing, now=end - timedelta(seconds=1)).signed_at < end


def test_what_ended_is_not_signed(issued, confirmed, extended):
    signing, now = confirmed(), timezone.now()
    replace_proposal(proposal_id=issued.pk, offer=extended(issued), actor="Équipe", now=now)
    with pytest.raises(SigningRefused, match="remplacée"):
        sign(signing)


def test_what_was_withdrawn_is_not_signed(issued, begin):
    withdraw_proposal(proposal_id=issued.pk, reason="Erreur", actor="Équipe", now=timezone.now())
    with pytest.raises(SigningRefused, match="retirée"):
        begin()


def test_proposal_without_its_file_is_not_signed(proposal, begin, ask):
    other = ask()
    with pytest.raises(SigningRefused, match="mise en page"):
        begin(proposal=other)


def test_paper_received_in_time_may_be_marked_after_the_last_day(issued):
    end = expires_at(issued.valid_until)
    expire_overdue(end)
    facts = {"proposal_id": issued.pk, "signatory": "Alix Essai", "data": {}, "now": end}
    with pytest.raises(ProposalRefused, match="avait expiré"):
        mark_signed(**facts, received_at=end)
    proposal = mark_signed(**facts, received_at=end - timedelta(seconds=1))
    assert (proposal.state, proposal.ended_at, proposal.end_reason) == ("signed", None, "")


def test_unfinished_signature_is_forgotten_and_a_signature_is_not(issued, confirmed):
    begun = confirmed()
    later = begun.begun_at + KEPT_UNFINISHED
    forget_unfinished(later)
    assert Signing.objects.count() == 1
    forget_unfinished(later + timedelta(seconds=1))
    assert Signing.objects.count() == 0

    signature = sign(confirmed())
    forget_unfinished(timezone.now() + 2 * KEPT_UNFINISHED)
    assert Signing.objects.get().finished_at == signature.signed_at
