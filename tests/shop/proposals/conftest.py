"""A site that may issue: a development seal in force, and a company that asks for two seats."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.utils import timezone

import pytest

from courses.sessions.models import CourseSession
from documents.sealing.development import PASSWORD, write_keys
from shop.models import Proposal
from shop.proposals.actions import ask_for_proposal
from shop.proposals.composing import quote_for

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
    folder = tmp_path_factory.mktemp("seal")
    write_keys(folder, siren="510869274", now=datetime.now(UTC) - timedelta(days=1))
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
