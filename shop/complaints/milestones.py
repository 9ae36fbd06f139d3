"""What the timeline of an order tells of its complaints, in the customer's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from base.typography import french_date
from shop.complaints.models import Complaint
from shop.orders.models import Order
from shop.orders.rules import Milestone


def complaint_milestones(order: Order) -> Iterator[Milestone]:
    complaints: Iterable[Complaint] = Complaint.objects.of_order(order).prefetch_related(
        "answers", "messages"
    )
    for complaint in complaints:
        yield from _of(complaint)


def _of(complaint: Complaint) -> Iterator[Milestone]:
    number = complaint.number
    yield Milestone(f"Réclamation {number} reçue", complaint.received_at, done=True)
    for answer in complaint.answers.all():
        detail = f"{answer.outcome_label.capitalize()}."
        yield Milestone(
            f"Réponse à la réclamation {number}", answer.answered_at, done=True, detail=detail
        )
    for message in complaint.messages.all():
        yield Milestone(f"Message reçu, réclamation {number}", message.recorded_at, done=True)
    if complaint.is_open:
        yield Milestone(
            f"Réponse à la réclamation {number}",
            complaint.answer_due_on,
            done=False,
            detail="Nous vous répondons par écrit, au plus tard ce jour.",
        )
    if notice := complaint.known_notice:
        detail = f"Vous pouvez saisir le médiateur jusqu’au {french_date(notice.last_day)} inclus."
        yield Milestone(
            f"Avis de médiation, réclamation {number}", notice.issued_at, done=True, detail=detail
        )
