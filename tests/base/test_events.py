from datetime import UTC, datetime
from decimal import Decimal

from django.core.management import CommandError, call_command
from django.db import connection

import pytest

from base.append_only import drop_triggers
from base.events import EventLink, chain_faults, events_of, link_events, record
from base.models import JobRun

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def subject():
    return JobRun.objects.create(name="sujet")


@pytest.fixture
def history(subject):
    return [record(f"étape {n}", subject=subject, actor="horloge", at=NOON) for n in range(5)]


def tamper(statement, *values):
    """What somebody with the database's own password could do."""
    drop_triggers()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_event_keeps_what_was_said(subject):
    event = record(
        "payé", subject=subject, actor="Stripe", data={"montant": Decimal("1.50")}, at=NOON
    )

    event.refresh_from_db()
    assert (event.name, event.actor, event.at) == ("payé", "Stripe", NOON)
    assert event.data == {"montant": "1.50"}


def test_events_of_an_object_are_its_own(subject, history):
    record("autre", subject=JobRun.objects.create(name="autre"), actor="horloge")

    assert list(events_of(subject)) == history


def test_chain_grows_without_a_gap(subject, history):
    assert link_events() == 5
    record("encore", subject=subject, actor="horloge")
    assert link_events() == 1

    assert list(EventLink.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert list(chain_faults()) == []


def test_changed_event_is_found(history):
    link_events()
    tamper("UPDATE base_event SET actor = 'faux' WHERE id = %s", history[2].pk)

    assert list(chain_faults()) == [
        f"Journal : l’événement {history[2].pk} ne correspond pas à son empreinte."
    ]


def test_missing_link_is_found(history):
    link_events()
    tamper("DELETE FROM base_eventlink WHERE number = 2")
    tamper("DELETE FROM base_event WHERE id = %s", history[1].pk)

    assert next(chain_faults()) == "Journal : le maillon 2 manque."


def test_swapped_events_are_found(history):
    link_events()
    first, second = history[0].pk, history[1].pk
    tamper("UPDATE base_event SET name = 'étape 1' WHERE id = %s", first)
    tamper("UPDATE base_event SET name = 'étape 0' WHERE id = %s", second)

    assert len(list(chain_faults())) == 2


def test_verify_tells_the_fault_and_fails(history, capsys):
    call_command("verify")
    assert "Aucune anomalie." in capsys.readouterr().out
    tamper("UPDATE base_event SET actor = 'faux' WHERE id = %s", history[4].pk)

    with pytest.raises(CommandError):
        call_command("verify")

    assert f"l’événement {history[4].pk}" in capsys.readouterr().out


def test_linking_costs_the_same_number_of_queries_whatever_the_count(
    subject, django_assert_num_queries
):
    for count in (3, 20):
        for n in range(count):
            record(f"étape {n}", subject=subject, actor="horloge")
        with django_assert_num_queries(9):
            link_events()
