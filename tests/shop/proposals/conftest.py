"""A site that may issue: a development seal in force, and a company that asks for two seats."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from django.utils import timezone

import pytest

from courses.sessions.models import CourseSession
from documents.rendering import Rendered
from documents.sealing.development import PASSWORD, write_keys
from legal.terms.acceptance import RequestFacts
from mail.models import OutgoingMessage
from shop.models import Proposal
from shop.proposals.actions import ask_for_proposal
from shop.proposals.composing import quote_for
from shop.proposals.laying_out import lay_out, store
from shop.proposals.signing.actions import (
    Agreement,
    Identity,
    begin_signing,
    confirm_code,
    sign_online,
)

FACTS = RequestFacts("192.0.2.7", "Navigateur d’essai")
SIGNATORY = {
    "first_name": "Alix",
    "last_name": "Essai",
    "function": "Gérance",
    "email": "alix@example.org",
}

COMPANY = {
    "kind": "company",
    "company_name": "Atelier d’essai",
    "siren": "510869274",
    "siret": "51086927400066",
    "first_name": "Camille",
    "last_name": "Essai",
    "function": "Responsable formation",
    "email": "camille@example.org",
    "street": "3 rue des Lilas",
    "postcode": "07000",
    "town": "Privas",
    "country": "FR",
    "headcount": 2,
    "participants": ["Dominique Essai"],
}


@pytest.fixture(scope="session")
def seal_keys(tmp_path_factory):
    """In force since before every story that a test tells, whatever the day on which it runs."""
    folder = tmp_path_factory.mktemp("seal")
    write_keys(folder, siren="510869274", now=datetime(2026, 1, 5, tzinfo=UTC))
    return folder


@pytest.fixture
def seal_in_force(settings, seal_keys):
    settings.SEAL_KEY = str(seal_keys / "seal.p12")
    settings.SEAL_KEY_PASSWORD = PASSWORD
    settings.SEAL_TSA_KEY = str(seal_keys / "tsa.p12")


@pytest.fixture
def request_of(session, seal_in_force):
    """An unsaved request; without a session it is for a course at the company's."""

    def request_of(**changes):
        fields = COMPANY | {"course": session.course, "session": session} | changes
        return Proposal(**fields)

    return request_of


@pytest.fixture
def ask(request_of):
    """Asks as a company that read the recap a moment ago."""

    def ask(now=None, **changes):
        now, request = now or timezone.now(), request_of(**changes)
        if request.session:
            request.session = CourseSession.objects.get(pk=request.session.pk)
        shown = quote_for(request, now).fingerprint
        return ask_for_proposal(request=request, shown=shown, now=now)

    return ask


@pytest.fixture
def proposal(ask):
    return ask()


@pytest.fixture
def extended(session):
    """The offer of a proposal again, with some facts changed."""

    def extended(proposal, **changes):
        return replace(proposal.facts.offer, **changes)

    return extended


@pytest.fixture(scope="session")
def sealed_files():
    """By reference: laying a proposal out takes more than a second, and its bytes never change."""
    return {}


@pytest.fixture
def issued(proposal, sealed_files):
    """With its file: it may be signed."""
    if kept := sealed_files.get(proposal.reference):
        store(proposal, kept, timezone.now())
    else:
        file = lay_out(proposal.pk)
        sealed_files[proposal.reference] = Rendered(
            file.content(), file.pages, file.sha256, specimen=file.specimen
        )
    return proposal


@pytest.fixture
def latest_code():
    """The code of the last mail that bears one."""

    def latest_code():
        text = OutgoingMessage.objects.filter(template="signature_code").latest("pk").text
        return re.search(r"^\d{6}$", text, re.MULTILINE).group()

    return latest_code


@pytest.fixture
def begin(issued):
    """Somebody else than the person who asked begins to sign."""

    def begin(now=None, proposal=issued, **changes):
        return begin_signing(
            proposal_id=proposal.pk,
            identity=Identity(**SIGNATORY | changes),
            facts=FACTS,
            now=now or timezone.now(),
        )

    return begin


@pytest.fixture
def confirmed(begin, latest_code):
    def confirmed(now=None, **changes):
        signing = begin(now, **changes)
        return confirm_code(
            signing_id=signing.pk, typed=latest_code(), facts=FACTS, now=now or timezone.now()
        )

    return confirmed


@pytest.fixture
def signed(issued, confirmed):
    """The signature, before the worker has made its files."""
    return sign(confirmed())


def sign(signing, now=None, **changes):
    agreement = {
        "mention": "bon pour accord",
        "accepts_terms": True,
        "shown": signing.proposal.document.sha256,
    }
    return sign_online(
        signing_id=signing.pk,
        agreement=Agreement(**agreement | changes),
        facts=FACTS,
        now=now or timezone.now(),
    )
