from decimal import Decimal

import pytest

from courses.catalogue.completeness import REQUIRED_FACTS, missing_facts
from tests.factories.courses import CoursePageFactory

COMPLETE = {fact.field: "texte" for fact in REQUIRED_FACTS}


def test_complete_course_misses_nothing():
    assert missing_facts(COMPLETE) == []


@pytest.mark.parametrize("fact", REQUIRED_FACTS, ids=lambda fact: fact.field)
@pytest.mark.parametrize("empty", [None, "", []])
def test_t03_t14_each_empty_fact_is_reported(fact, empty):
    assert missing_facts(COMPLETE | {fact.field: empty}) == [fact]


def test_free_course_has_a_price():
    assert missing_facts(COMPLETE | {"inter_price_excl_vat": Decimal("0.00")}) == []


def test_course_page_knows_what_it_misses(catalogue):
    complete = CoursePageFactory(parent=catalogue, complete=True)
    hollow = CoursePageFactory(
        parent=catalogue,
        complete=True,
        access_delay="",
        programme=[("half_day", {"day": 1, "moment": "morning", "modules": []})],
    )

    assert complete.is_complete
    assert [fact.field for fact in hollow.missing_facts] == ["programme", "access_delay"]
