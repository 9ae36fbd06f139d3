"""Trainings are held back until all is paid (CGV 2.2, 3.4), and given back at once after."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from mail.models import OutgoingMessage
from shop.collection.actions import CollectionRefused
from shop.collection.suspending import (
    lift_suspension,
    lift_what_waits_for_nothing,
    suspend_for_deposit,
    suspend_trainings,
    trainings_of,
    unpaid_deposit,
)
from shop.models import Due, Proposal, Suspension
from shop.payments.companies import receive_transfer
from shop.proposals.agreement.ending import end_contract
from tests.shop.collection.conftest import TERMS_DAY, WHO, at

pytestmark = pytest.mark.django_db
NOW = date(2026, 7, 1)


def letters(template):
    return OutgoingMessage.objects.filter(template=template)


def suspend(case, *proposals, day=NOW):
    return suspend_trainings(
        case_id=case.pk, proposals=proposals, reason="Facture impayée", actor=WHO, now=at(day)
    )


def test_cgv_3_4_trainings_to_come_wait_until_all_is_paid(another, case, pay):
    assert list(trainings_of(case, NOW)) == [another]
    suspend(case, another)
    assert list(trainings_of(case, NOW)) == []
    letter = letters("training_suspended").get()
    assert "3.4" in letter.text
    assert case.invoice.number in letter.text

    pay(NOW, 900)
    lift_what_waits_for_nothing(at(NOW))
    assert Suspension.objects.standing().exists()
    pay(NOW, 2100)
    lift_what_waits_for_nothing(at(NOW))
    lift_what_waits_for_nothing(at(NOW))

    lifted = Suspension.objects.get()
    assert (lifted.lifted_by, lifted.lift_reason) == ("LEXOM", "sommes dues reçues")
    assert letters("training_resumed").count() == 1


def test_training_that_is_over_or_of_somebody_else_is_not_suspended(another, case):
    stranger = Proposal.objects.exclude(pk=another.pk).get()
    with pytest.raises(CollectionRefused, match="en cours ou à venir"):
        suspend(case, stranger)
    with pytest.raises(CollectionRefused, match="en cours ou à venir"):
        suspend(case)
    suspend(case, another)
    with pytest.raises(CollectionRefused, match="en cours ou à venir"):
        suspend(case, another)
    assert Suspension.objects.count() == 1


def test_paid_invoice_suspends_nothing(another, case, pay):
    pay(NOW, 900, 2100)

    with pytest.raises(CollectionRefused, match="réglée"):
        suspend(case, another)


def test_l_07_training_of_a_consumer_is_not_suspended(another, case, monkeypatch):
    monkeypatch.setattr(type(case), "is_professional", False)

    with pytest.raises(CollectionRefused, match="particulier"):
        suspend(case, another)


def test_staff_lift_it_with_a_reason_once(another, case):
    (suspension,) = suspend(case, another)
    for reason in ("Échéancier accepté", "encore"):
        lift_suspension(suspension_id=suspension.pk, reason=reason, actor=WHO, now=at(NOW))

    assert Suspension.objects.get().lift_reason == "Échéancier accepté"
    assert letters("training_resumed").count() == 1


def test_cgv_2_2_training_waits_for_its_deposit(another):
    fields = {"proposal_id": another.pk, "reason": "Acompte attendu", "actor": WHO}
    assert unpaid_deposit(another, TERMS_DAY) == 0
    with pytest.raises(CollectionRefused, match="Aucun acompte"):
        suspend_for_deposit(now=at(TERMS_DAY), **fields)

    suspend_for_deposit(now=at(NOW), **fields)
    with pytest.raises(CollectionRefused, match="déjà suspendue"):
        suspend_for_deposit(now=at(NOW), **fields)
    assert "2.2" in letters("training_suspended").get().text

    due = Due.objects.of(another).get(kind="deposit")
    receive_transfer(
        due=due, amount=due.amount, received_on=NOW, reference="VIR", actor=WHO, now=at(NOW)
    )
    lift_what_waits_for_nothing(at(NOW + timedelta(days=1)))
    assert not Suspension.objects.standing().exists()


def test_deposit_of_an_unsigned_proposal_suspends_nothing(another):
    Proposal.objects.filter(pk=another.pk).update(state="issued")

    assert unpaid_deposit(another, NOW) == Decimal(0)


def test_client_reads_on_its_page_why_the_training_waits(client, another, case):
    suspend(case, another)
    page = client.get(another.get_absolute_url()).content.decode()
    assert f"La facture {case.invoice.number}" in page
    # The unpaid invoice is another order's: its page is not for the readers of this one.
    assert case.invoice.proposal.token not in page

    lift_suspension(
        suspension_id=Suspension.objects.get().pk, reason="Réglé", actor=WHO, now=at(NOW)
    )
    assert "suspendue" not in client.get(another.get_absolute_url()).content.decode()


def test_client_is_led_to_the_deposit_that_its_training_waits_for(client, another, move):
    now = move(NOW)
    suspend_for_deposit(proposal_id=another.pk, reason="Acompte attendu", actor=WHO, now=now)
    page = client.get(another.get_absolute_url()).content.decode()
    assert "L’acompte n’a pas été versé" in page


def test_suspension_ends_in_silence_with_its_contract(client, another, case):
    (suspension,) = suspend(case, another)
    end_contract(proposal_id=another.pk, actor=WHO, reason="Annulation", now=at(NOW))

    page = client.get(another.get_absolute_url()).content.decode()
    assert "Cette formation est suspendue" not in page
    lift_what_waits_for_nothing(at(NOW))
    suspension.refresh_from_db()
    assert suspension.lift_reason == "commande terminée"
    assert not letters("training_resumed").exists()
