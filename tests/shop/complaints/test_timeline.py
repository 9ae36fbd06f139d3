"""What the page of an order tells of its complaints, step by step."""

from datetime import timedelta

from django.utils import timezone

import pytest

from shop.complaints.actions import add_message, give_mediation_notice
from shop.complaints.rules import ComplaintState
from shop.orders.actions import end_order
from shop.orders.rules import OrderState
from shop.orders.timeline import next_step, timeline
from tests.factories.orders import OrderFactory

pytestmark = pytest.mark.django_db


def test_every_step_of_a_complaint_is_on_the_timeline_even_of_an_ended_order(filed, answer):
    order, now = OrderFactory(email="aline@exemple.fr"), timezone.now()
    end_order(order=order, state=OrderState.COMPLETED, actor="essai", reason="", now=now)
    complaint = filed(reference=order.reference, now=now)
    order.refresh_from_db()
    number = complaint.number

    expected = next_step(timeline(order, now))
    assert (expected.title, expected.day) == (
        f"Réponse à la réclamation {number}", complaint.answer_due_on,
    )  # fmt: skip

    answer(complaint, ComplaintState.PARTLY, now=now + timedelta(hours=1))
    later = now + timedelta(hours=2)
    add_message(
        complaint_id=complaint.pk, channel="online", text="Bis", sent_at=later, received_at=later,
        actor="en ligne", now=later,
    )  # fmt: skip
    give_mediation_notice(complaint_id=complaint.pk, actor="Équipe", now=later)

    told = [(step.title, step.done) for step in timeline(order, later) if number in step.title]
    assert told == [
        (f"Réclamation {number} reçue", True),
        (f"Réponse à la réclamation {number}", True),
        (f"Message reçu, réclamation {number}", True),
        (f"Avis de médiation, réclamation {number}", True),
        (f"Réponse à la réclamation {number}", False),
    ]
