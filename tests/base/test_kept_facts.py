"""What is published is read once per process; a transaction and a change are always read afresh."""

from django.core.cache import cache

import pytest

from base.kept_facts import MOST_FACTS, KeptFacts, kept
from base.models import Organisation
from base.page_cache import forget_pages


class Source:
    """Counts how often it is read, and gives that number."""

    def __init__(self):
        self.read = 0

    def __call__(self):
        self.read += 1
        return self.read


@pytest.fixture
def source():
    return Source()


def test_fact_is_read_once_for_two_requests(rf, source):
    assert [kept(rf.get("/"), ("fact",), source) for _ in range(2)] == [1, 1]


def test_facts_of_two_keys_are_two_facts(rf, source):
    assert [kept(rf.get("/"), key, source) for key in (("a",), ("b",))] == [1, 2]


def test_fact_is_read_again_once_something_changed(rf, source):
    kept(rf.get("/"), ("fact",), source)

    forget_pages()

    assert kept(rf.get("/"), ("fact",), source) == 2


def test_request_keeps_the_fact_that_it_began_with(rf, source):
    request = rf.get("/")
    kept(request, ("fact",), source)

    forget_pages()

    assert kept(request, ("fact",), source) == 1


@pytest.mark.django_db
def test_transaction_reads_for_itself(rf, source):
    assert [kept(rf.get("/"), ("fact",), source) for _ in range(2)] == [1, 2]


def test_nothing_is_kept_while_the_cache_is_out_of_order(rf, source, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda key: 1 / 0)

    assert [kept(rf.get("/"), ("fact",), source) for _ in range(2)] == [1, 2]


def test_fact_built_while_content_changed_is_not_kept(source):
    facts = KeptFacts()

    def slow():
        facts.recall("newer", ("other",), source)
        return "outdated"

    assert facts.recall("older", ("fact",), slow) == "outdated"
    assert facts.recall("newer", ("fact",), source) == 2


def test_oldest_fact_makes_room(source):
    facts = KeptFacts()
    for number in range(MOST_FACTS + 1):
        facts.recall("one", (number,), source)

    assert facts.recall("one", (MOST_FACTS,), source) == MOST_FACTS + 1
    assert facts.recall("one", (0,), source) == MOST_FACTS + 2


@pytest.mark.django_db(transaction=True)
def test_organisation_shows_its_change_at_the_next_request(rf, home):
    Organisation.for_request(rf.get("/"))
    organisation = Organisation.current()
    organisation.town = "Privas"
    organisation.save()

    assert Organisation.for_request(rf.get("/")).town == "Privas"
