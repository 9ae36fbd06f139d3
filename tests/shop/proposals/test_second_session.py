"""A group too large for its session, from the page of composition (CGV 2.1)."""

from decimal import Decimal as D

from django.utils import timezone

import pytest

from shop.models import Proposal
from shop.proposals.actions import issue_proposal
from shop.proposals.composition import Group
from tests.shop.proposals.test_composition_page import address, line, posted, sales, step

__all__ = ["sales", "step"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(ask, session):
    """Fourteen people where ten may learn, and seats for twelve."""
    session.capacity = 12
    session.save()
    return ask(headcount=14, participants=["Alix Essai", "Camille Essai"])


def test_page_says_that_the_group_is_too_large(sales, crowd):
    page = sales.get(address(crowd)).content.decode()
    assert "le groupe est limité à 10 personnes" in page
    assert "Proposer une seconde session aux mêmes conditions" in page


def test_second_session_leaves_what_was_typed_for_those_who_stay(step, sales, crowd):
    typed = line(0, unit_price="900,50", discount="5") | {"conditions": "Repas compris"}

    response = step(crowd, "split", **typed)

    after = posted(response.context["composer"])
    crowd.refresh_from_db()
    second = crowd.second_session
    assert (crowd.headcount, second.headcount) == (10, 4)
    assert (after["headcount"], after["lines-0-quantity"]) == ("10", "10")
    assert (after["lines-0-unit_price"], after["lines-0-discount"]) == ("900,50", "5")
    assert after["conditions"] == "Repas compris"
    assert f"/gestion/propositions/{second.pk}/" in response.content.decode()
    assert "limité à 10" not in response.content.decode()


def test_second_click_opens_nothing_more(step, crowd):
    step(crowd, "split")
    response = step(crowd, "split", headcount="14")
    assert response.status_code == 409
    assert "Une seconde session est déjà demandée" in response.content.decode()
    assert Proposal.objects.count() == 2


def test_lines_that_cannot_be_read_stay_as_typed(step, crowd):
    after = posted(step(crowd, "split", **line(0, unit_price="dix")).context["composer"])
    assert (after["lines-0-quantity"], after["lines-0-unit_price"]) == ("14", "dix")


def test_group_that_fits_is_not_split(step, crowd):
    step(crowd, "split", headcount="10")
    assert Proposal.objects.count() == 1


def test_full_session_asks_for_another_one(sales, crowd, session):
    session.seats_taken = 12
    session.save()
    page = sales.get(address(crowd)).content.decode()
    assert "Choisissez-en une autre" in page
    assert "aux mêmes conditions" not in page


def test_second_proposal_starts_from_the_conditions_of_the_first(step, sales, crowd, ask, extended):
    step(crowd, "split")
    model = ask()
    (price,) = model.facts.offer.lines
    offer = extended(
        model, lines=(price.__class__("Formation", D("900.50"), D("0.20"), D(10), "participants"),),
        conditions="Repas compris",
    )  # fmt: skip
    issue_proposal(
        proposal_id=crowd.pk, offer=offer, actor="x", now=timezone.now(),
        group=Group(10, (), crowd.session_id),
    )  # fmt: skip

    first = posted(sales.get(address(crowd.second_session)).context["composer"])

    assert (first["lines-0-quantity"], first["lines-0-unit_price"]) == ("4", "900,50")
    assert (first["conditions"], first["headcount"]) == ("Repas compris", "4")
    assert (first["session"], first["starts_on"], first["formula"]) == ("", "", "inter")


def test_both_pages_lead_to_each_other(step, sales, crowd):
    step(crowd, "split")
    second = Proposal.objects.get(split_from=crowd)
    for row, other in ((crowd, second), (second, crowd)):
        page = sales.get(f"/gestion/propositions/{row.pk}/").content.decode()
        assert f"/gestion/propositions/{other.pk}/" in page
        assert "10 personnes dans la première session, 4 dans la seconde" in page
