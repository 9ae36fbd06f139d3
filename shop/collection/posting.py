"""Letters that staff post: a formal notice, then the end of a contract (CGV 4.7, law.md L-07)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from base.events import record
from base.organisation import Organisation
from base.typography import french_date
from documents.issuer import letterhead
from shop.collection.actions import CollectionRefused, lock_case
from shop.collection.content import LetterContent, to_json
from shop.collection.models import CollectionCase, LetterKind, RegisteredLetter
from shop.collection.reading import (
    bill_of,
    case_with_facts,
    debts_of,
    known_rates,
    unpaid_of,
    unpaid_penalties,
)
from shop.collection.rules import ZERO, Segment, resolution_from
from shop.collection.tasks import lay_out_letter
from shop.invoices.wording import client_lines

PREFIXES = {LetterKind.NOTICE: "MED", LetterKind.RESOLUTION: "RES"}


@transaction.atomic
def prepare_notice(*, case_id: int, actor: str, now: datetime) -> RegisteredLetter:
    """Composes it with what is owed today; a person prints it, signs it and posts it.

    Raises CollectionRefused, and RateMissing when the interest is not known.
    """
    lock_case(case_id)
    case = case_with_facts(case_id)
    if case.notice:
        raise CollectionRefused("La mise en demeure de cette facture est déjà préparée.")
    return _prepare(case, LetterKind.NOTICE, actor, now)


@transaction.atomic
def pronounce_resolution(
    *, case_id: int, reason: str, actor: str, now: datetime
) -> RegisteredLetter:
    """Eight whole days after a formal notice without an answer (CGV 4.7); a person decides.

    The sums due stay owed. Raises CollectionRefused and RateMissing.
    """
    lock_case(case_id)
    case = case_with_facts(case_id)
    notice = case.notice
    if not case.is_professional:
        raise CollectionRefused("Le contrat d’un particulier n’est pas résolu d’ici.")
    if case.resolution:
        raise CollectionRefused("La résolution est déjà prononcée.")
    if notice is None or notice.delivered_on is None:
        raise CollectionRefused(
            "Notez d’abord la remise de la mise en demeure : le délai de huit jours part de là (CGV 4.7)."
        )
    if notice.answered_on:
        raise CollectionRefused(
            f"Le client a répondu le {french_date(notice.answered_on)} : la mise en demeure n’est pas "
            "restée sans réponse (CGV 4.7)."
        )
    first = resolution_from(notice.delivered_on)
    if timezone.localdate(now) < first:
        raise CollectionRefused(
            f"Le client a huit jours pour répondre : rien avant le {french_date(first)} (CGV 4.7)."
        )
    return _prepare(case, LetterKind.RESOLUTION, actor, now, reason=reason[:300])


def _prepare(
    case: CollectionCase, kind: LetterKind, actor: str, now: datetime, *, reason: str = ""
) -> RegisteredLetter:
    if not unpaid_of(debts_of(case)):
        raise CollectionRefused("Cette facture est réglée : rien n’est à réclamer.")
    if case.hold:
        raise CollectionRefused("Ce recouvrement est en attente : reprenez-le d’abord.")
    content = content_of(case, kind, timezone.localdate(now), reason=reason)
    letter = RegisteredLetter.objects.create(
        case=case,
        kind=kind.value,
        number=content.number,
        content=to_json(content),
        prepared_at=now,
        prepared_by=actor[:200],
    )
    lay_out_letter.enqueue(letter.pk)
    name = "Mise en demeure préparée" if kind == LetterKind.NOTICE else "Résolution prononcée"
    data = {"number": letter.number, "amount": content.total, "reason": reason}
    record(name, subject=case.contract, actor=actor, data=data, at=now)
    return letter


def content_of(
    case: CollectionCase, kind: LetterKind, today: date, *, reason: str = ""
) -> LetterContent:
    """``case`` comes from ``cases_with_facts``. Raises RateMissing."""
    invoice, contract, organisation = case.invoice, case.contract, Organisation.current()
    buyer, notice = invoice.facts.buyer, case.notice
    interest, recovery, segments = _penalties(case, today)
    version = contract.terms_version
    return LetterContent(
        kind=kind.value,
        number=f"{PREFIXES[kind]}-{invoice.number}",
        dated=today,
        issuer=letterhead(organisation),
        town=organisation.town,
        client=buyer.name,
        client_lines=tuple(client_lines(buyer)),
        is_professional=case.is_professional,
        contract_reference=contract.payment_reference,
        contract_title=contract.course_title,
        terms_number=version.number if version else "",
        invoice_number=invoice.number,
        invoice_date=invoice.issued_on,
        due_on=invoice.due_on,
        unpaid=unpaid_of(debts_of(case)),
        interest=interest,
        recovery=recovery,
        billed=unpaid_penalties(case),
        segments=segments,
        noticed_on=notice.delivered_on if notice else None,
        reason=reason,
    )


def _penalties(case: CollectionCase, today: date) -> tuple[Decimal, Decimal, tuple[Segment, ...]]:
    if not case.is_professional or case.is_public or case.waived_at:
        return ZERO, ZERO, ()
    bill = bill_of(case, today, known_rates())
    return bill.interest.amount, bill.recovery, bill.interest.segments


@transaction.atomic
def note_posting(
    *, letter_id: int, posted_on: date, tracking: str, actor: str, now: datetime
) -> RegisteredLetter:
    """The day on which it was handed to the post, and its registered number. Raises CollectionRefused."""
    letter = _locked(letter_id)
    if letter.posted_on:
        raise CollectionRefused("L’envoi de cette lettre est déjà noté.")
    if letter.document is None:
        raise CollectionRefused("Le fichier de cette lettre est encore en préparation.")
    _refuse_day(posted_on, now, not_before=timezone.localdate(letter.prepared_at))
    letter.posted_on, letter.tracking = posted_on, tracking.strip()[:40]
    letter.save(update_fields=["posted_on", "tracking"])
    data = {"number": letter.number, "day": posted_on, "reference": letter.tracking}
    return _told("Lettre recommandée postée", letter, data, actor, now)


@transaction.atomic
def note_delivery(
    *, letter_id: int, delivered_on: date, actor: str, now: datetime
) -> RegisteredLetter:
    """The day on which the post handed it over, or first tried to. Raises CollectionRefused."""
    letter = _locked(letter_id)
    if letter.posted_on is None or letter.delivered_on:
        raise CollectionRefused("La remise de cette lettre n’est pas à noter.")
    _refuse_day(delivered_on, now, not_before=letter.posted_on)
    letter.delivered_on = delivered_on
    letter.save(update_fields=["delivered_on"])
    data = {"number": letter.number, "day": delivered_on}
    return _told("Lettre recommandée remise", letter, data, actor, now)


@transaction.atomic
def note_answer(
    *, letter_id: int, answered_on: date, answer: str, actor: str, now: datetime
) -> RegisteredLetter:
    """What the client answered to the notice: the contract is not ended by itself any more (CGV 4.7).

    Raises CollectionRefused.
    """
    letter = _locked(letter_id)
    if letter.kind != LetterKind.NOTICE or letter.posted_on is None or letter.answered_on:
        raise CollectionRefused("Aucune réponse n’est à noter pour cette lettre.")
    _refuse_day(answered_on, now, not_before=letter.posted_on)
    letter.answered_on, letter.answer = answered_on, answer[:300]
    letter.save(update_fields=["answered_on", "answer"])
    data = {"number": letter.number, "day": answered_on, "text": letter.answer}
    return _told("Réponse à la mise en demeure", letter, data, actor, now)


def _locked(letter_id: int) -> RegisteredLetter:
    rows = RegisteredLetter.objects.select_for_update(of=("self",)).select_related(
        "case__invoice__proposal", "case__invoice__order"
    )
    return rows.get(pk=letter_id)


def _refuse_day(day: date, now: datetime, *, not_before: date) -> None:
    if day > timezone.localdate(now):
        raise CollectionRefused("Cette date est à venir.")
    if day < not_before:
        raise CollectionRefused(f"Cette date précède le {french_date(not_before)}.")


def _told(
    name: str, letter: RegisteredLetter, data: dict[str, object], actor: str, now: datetime
) -> RegisteredLetter:
    record(name, subject=letter.case.contract, actor=actor, data=data, at=now)
    return letter
