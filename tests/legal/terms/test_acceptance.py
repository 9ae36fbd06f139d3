from datetime import UTC, date, datetime
from hashlib import sha256

from django.db import DatabaseError, connection
from django.test import RequestFactory

import pytest

from base.events import events_of
from base.models import JobRun
from legal.models import Acceptance
from legal.terms.acceptance import (
    Box,
    NotAccepted,
    Owner,
    RequestFacts,
    acceptances_of,
    record_acceptance,
    request_facts,
)
from tests.factories.terms import approved, draft, with_pdf

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 14, 10, tzinfo=UTC)
WORDING = "J’ai lu et j’accepte les conditions générales de vente 2026-1."
PDF = b"%PDF-1.7 essai"
FACTS = RequestFacts(ip="192.0.2.7", user_agent="Navigateur")


@pytest.fixture
def owner():
    order = JobRun.objects.create(name="commande")
    return Owner(order, "Camille Exemple", "camille@example.org")


def accept(version, owner, now=NOON, boxes=(Box(WORDING, True),)):
    return record_acceptance(
        version=version, owner=owner, boxes=boxes, request_facts=FACTS, now=now
    )


def test_acceptance_keeps_the_proof(owner):
    version = with_pdf(approved(now=NOON))
    boxes = (Box(WORDING, True), Box("Je souhaite recevoir la lettre.", False, mandatory=False))

    accept(version, owner, boxes=boxes)

    kept = Acceptance.objects.get()
    assert kept.version == version
    assert (kept.owner_type, kept.owner_id) == ("base.jobrun", str(owner.subject.pk))
    assert (kept.name, kept.email) == ("Camille Exemple", "camille@example.org")
    assert (kept.accepted_at, kept.ip, kept.user_agent) == (NOON, "192.0.2.7", "Navigateur")
    assert kept.pdf_sha256 == sha256(PDF).hexdigest()
    assert kept.boxes == [
        {"wording": WORDING, "answer": True, "mandatory": True},
        {"wording": "Je souhaite recevoir la lettre.", "answer": False, "mandatory": False},
    ]
    assert list(acceptances_of(owner.subject)) == [kept]
    assert [event.name for event in events_of(owner.subject)] == ["CGV acceptées"]


@pytest.mark.parametrize("boxes", [(), (Box(WORDING, False),)])
def test_acceptance_needs_its_mandatory_box(owner, boxes):
    with pytest.raises(NotAccepted, match="Cochez"):
        accept(with_pdf(approved(now=NOON)), owner, boxes=boxes)


def test_acceptance_needs_the_document_that_was_shown(owner):
    with pytest.raises(NotAccepted):
        accept(approved(now=NOON), owner)


def test_draft_cannot_be_accepted(owner):
    with pytest.raises(NotAccepted):
        accept(with_pdf(draft()), owner)


@pytest.mark.parametrize(
    ("day", "may"),
    [
        (date(2026, 6, 13), False),
        (date(2026, 6, 14), True),
        (date(2026, 6, 23), True),
        (date(2026, 6, 24), True),
        (date(2026, 6, 25), False),
    ],
)
def test_version_is_accepted_while_in_force_and_on_the_day_after(owner, day, may):
    first = with_pdf(approved(now=NOON))
    approved(now=NOON, starts_in=10)
    first.refresh_from_db()
    instant = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)

    if may:
        assert accept(first, owner, now=instant).version == first
    else:
        with pytest.raises(NotAccepted, match="ne sont plus en vigueur"):
            accept(first, owner, now=instant)


@pytest.mark.parametrize(
    "statement", ["UPDATE legal_acceptance SET name = 'x'", "DELETE FROM legal_acceptance"]
)
def test_database_refuses_to_change_an_acceptance(owner, statement):
    accept(with_pdf(approved(now=NOON)), owner)

    with pytest.raises(DatabaseError, match="preuve"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_request_facts_read_the_visitor():
    request = RequestFactory().get("/", headers={"User-Agent": "N" * 900})

    facts = request_facts(request)

    assert facts == RequestFacts(ip="127.0.0.1", user_agent="N" * 500)
