from django.apps import apps
from django.db import DatabaseError, connection

import pytest

from base.append_only import AppendOnly, Immutable
from base.events import Event, record
from base.models import JobRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return record("essai", subject=JobRun.objects.create(name="sujet"), actor="horloge")


def test_model_refuses_to_be_saved_again(event):
    event.actor = "quelqu’un d’autre"

    with pytest.raises(Immutable):
        event.save()


def test_model_refuses_to_be_deleted(event):
    with pytest.raises(Immutable):
        event.delete()


def test_queryset_refuses_an_update(event):
    with pytest.raises(Immutable):
        Event.objects.update(actor="x")


def test_queryset_refuses_a_deletion(event):
    with pytest.raises(Immutable):
        Event.objects.all().delete()


@pytest.mark.parametrize(
    "statement", ["UPDATE base_event SET actor = 'x'", "DELETE FROM base_event"]
)
def test_database_refuses_what_goes_around_the_model(event, statement):
    with pytest.raises(DatabaseError, match="preuve"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_table_of_proof_has_its_triggers():
    tables = {m._meta.db_table for m in apps.get_models() if issubclass(m, AppendOnly)}
    query = (
        "SELECT DISTINCT event_object_table FROM information_schema.triggers"
        if connection.vendor == "postgresql"
        else "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    )

    with connection.cursor() as cursor:
        cursor.execute(query)
        protected = {row[0] for row in cursor.fetchall()}

    assert tables <= protected
