import pytest

from base.organisation import Organisation
from legal.models import Mediator
from shop.complaints.actions import answer_complaint
from shop.complaints.rules import ComplaintState
from shop.models import Complaint
from tests.factories.complaints import complain, receive
from tests.factories.legal import fill_settings


@pytest.fixture
def known(home):
    """The company and its mediator are known."""
    fill_settings()
    return Organisation.current()


@pytest.fixture
def unknown_mediator(known):
    """Forgets a fact of the mediator, and gives it back when called."""
    mediator = Mediator.current()
    mediator.website = ""
    mediator.save()

    def learn():
        mediator.website = "https://mediateur.example/"
        mediator.save()

    return learn


@pytest.fixture
def filed(known):
    return complain


@pytest.fixture
def received(known):
    return receive


@pytest.fixture
def answer():
    """Answers a complaint as somebody of the team."""

    def answer(complaint, outcome=ComplaintState.REJECTED, **changes):
        facts = {"text": "Voici notre réponse.", "actor": "Équipe", "form_key": "r" * 32}
        facts |= {"now": complaint.received_at} | changes
        return answer_complaint(complaint_id=complaint.pk, outcome=outcome, **facts)

    return answer


def fresh(complaint):
    return Complaint.objects.get(pk=complaint.pk)
