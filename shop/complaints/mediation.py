"""The notice of mediation of a complaint: given once, and only to a consumer (law.md M-02, M-04).

Each verb acts on a locked complaint, inside the transaction of its caller.
"""

from __future__ import annotations

from datetime import datetime

from base.civil_dates import paris_date
from base.events import record
from base.organisation import Organisation
from documents.issuer import letterhead
from legal.notices.mediator import Mediator
from shop.complaints.content import MediatorFacts, NoticeContent, to_json
from shop.complaints.models import Complaint, MediationNotice
from shop.complaints.rules import (
    Capacity,
    Cause,
    ComplaintState,
    Topic,
    last_mediation_day,
    missing_facts,
    notice_cause,
)
from shop.complaints.tasks import lay_out_notice


def known_mediator() -> MediatorFacts:
    mediator = Mediator.current()
    address = mediator.postal_address if mediator.street else ""
    return MediatorFacts(mediator.name, mediator.website, address)


def missing_of_mediator() -> tuple[str, ...]:
    """Without these facts no notice leaves (C. conso R616-1)."""
    known = known_mediator()
    return missing_facts(name=known.name, website=known.website, address=known.address)


def notice_if_due(complaint: Complaint, *, actor: str, now: datetime) -> MediationNotice | None:
    """Gives it when the law asks for it, and leaves it for later when the mediator is not known."""
    cause = notice_cause(
        state=ComplaintState(complaint.state),
        capacity=Capacity(complaint.capacity),
        unresolved_from=complaint.unresolved_from,
        today=paris_date(now),
    )
    if cause is None or missing_of_mediator() or complaint.known_notice:
        return None
    return give_notice(complaint, cause, actor=actor, now=now)


def give_notice(
    complaint: Complaint, cause: Cause, *, actor: str, now: datetime
) -> MediationNotice:
    """Freezes what it says; the file and its letter follow from the worker."""
    content = _content(complaint, cause, now)
    notice = MediationNotice.append(
        complaint=complaint,
        cause=cause.value,
        issued_on=content.issued_on,
        issued_at=now,
        last_day=content.last_day,
        content=to_json(content),
        issued_by=actor[:200],
    )
    data = {"reason": cause.label, "last_day": content.last_day}
    record("Avis de médiation établi", subject=complaint, actor=actor, data=data, at=now)
    lay_out_notice.enqueue(notice.pk)
    return notice


def _content(complaint: Complaint, cause: Cause, now: datetime) -> NoticeContent:
    complained_at, is_written = complained(complaint)
    rejection = complaint.answers.filter(outcome=ComplaintState.REJECTED.value).last()
    return NoticeContent(
        number=complaint.number,
        issued_on=paris_date(now),
        cause=cause,
        name=complaint.name,
        address=_postal_address(complaint),
        topic=Topic(complaint.topic).label,
        contract=complaint.contract_reference,
        complained_on=paris_date(complained_at),
        written=is_written,
        rejected_on=paris_date(rejection.answered_at) if rejection else None,
        last_day=last_mediation_day(complained_at),
        mediator=known_mediator(),
        issuer=letterhead(Organisation.current()),
    )


def complained(complaint: Complaint) -> tuple[datetime, bool]:
    """When the year of the mediator began, and whether in writing (C. conso L612-2 1° and 4°).

    A call that nothing written followed counts from its own day: no date that is told is too late.
    """
    if complaint.is_written:
        return complaint.sent_at, True
    written = [message.sent_at for message in complaint.messages.all() if message.is_written]
    return (min(written), True) if written else (complaint.sent_at, False)


def _postal_address(complaint: Complaint) -> str:
    """That of the contract; nobody is asked for one to complain."""
    order = complaint.order
    return f"{order.street}\n{order.postcode} {order.town}" if order else ""
