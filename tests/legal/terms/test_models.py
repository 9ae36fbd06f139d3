"""A version that was approved changes no more, whichever way one tries."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

import pytest

from base.append_only import Immutable
from legal.models import TermsVersion
from legal.terms.actions import approve_terms
from legal.terms.blocks import ClauseBlock
from legal.terms.models import CHANGING_FIELDS
from legal.terms.rules import Audience
from legal.terms.text import Article, Part, Terms
from tests.factories.terms import approved, approver, draft, submitted, terms_text

pytestmark = pytest.mark.django_db

UPDATE = "UPDATE legal_termsversion SET {column} = {value} WHERE id = %s"
VALUES = {
    "number": "'2020-1'",
    "audience": "'company'",
    "late_rate": "'literal'",
    "content": "'[]'",
    "changes": "'x'",
    "in_force_from": "'2020-01-01'",
    "source_name": "'x'",
    "created_at": "'2020-01-01'",
    "drafted_by_id": "NULL",
    "submitted_by_id": "NULL",
    "submitted_at": "'2020-01-01'",
    "approved_by_id": "NULL",
    "approved_at": "NULL",
}


def execute(statement, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_every_column_but_those_that_may_move_is_tried_below():
    columns = {f.column for f in TermsVersion._meta.local_concrete_fields}
    moving = {TermsVersion._meta.get_field(name).column for name in CHANGING_FIELDS}

    assert columns - moving - {"id"} == set(VALUES)


@pytest.mark.parametrize("column", VALUES)
def test_database_refuses_to_change_an_approved_version(column):
    version = approved()

    with pytest.raises(DatabaseError, match="preuve"):
        execute(UPDATE.format(column=column, value=VALUES[column]), version.pk)


def test_database_refuses_to_delete_an_approved_version():
    version = approved()

    with pytest.raises(DatabaseError, match="preuve"):
        execute("DELETE FROM legal_termsversion WHERE id = %s", version.pk)


@pytest.mark.parametrize("make", [draft, submitted])
def test_database_lets_what_is_not_approved_change_and_go(make):
    version = make()

    execute("UPDATE legal_termsversion SET changes = 'x' WHERE id = %s", version.pk)
    version.delete()

    assert TermsVersion.objects.count() == 0


def test_database_lets_an_approved_version_be_ended():
    version = approved()
    end = version.in_force_from + timedelta(days=3)

    execute("UPDATE legal_termsversion SET in_force_until = %s WHERE id = %s", end, version.pk)

    assert TermsVersion.objects.get().in_force_until == end


def test_model_refuses_to_save_or_delete_an_approved_version():
    version = approved()
    version.changes = "Autre chose"

    for attempt in (
        version.save,
        version.delete,
        lambda: version.save(update_fields=["changes"]),
        TermsVersion.objects.all().delete,
        lambda: TermsVersion.objects.update(changes="Autre chose"),
    ):
        with pytest.raises(Immutable):
            attempt()


def test_model_refuses_an_old_copy_that_knows_nothing_of_the_approval():
    version = submitted()
    old_copy = TermsVersion.objects.get()
    approve_terms(version=version, user=approver(), in_force_from=timezone.localdate())

    with pytest.raises(Immutable):
        old_copy.save()


@pytest.mark.parametrize(
    "change",
    [
        {"approved_at": timezone.now()},
        {"revoked_at": timezone.now()},
        {"in_force_from": "2026-06-02", "in_force_until": "2026-06-01"},
    ],
)
def test_database_refuses_facts_that_contradict_one_another(change):
    version = draft()

    with pytest.raises(IntegrityError), transaction.atomic():
        TermsVersion.objects.filter(pk=version.pk).update(**change)


def test_database_refuses_that_an_author_approves():
    version = submitted()
    facts = {
        "approved_by": version.drafted_by,
        "approved_at": timezone.now(),
        "in_force_from": timezone.localdate(),
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        TermsVersion.objects.filter(pk=version.pk).update(**facts)


@pytest.mark.parametrize(
    ("one", "other", "allowed"),
    [
        (Audience.BOTH, Audience.CONSUMER, False),
        (Audience.COMPANY, Audience.BOTH, False),
        (Audience.CONSUMER, Audience.COMPANY, True),
    ],
)
def test_database_refuses_two_versions_that_start_the_same_day_for_one_reader(one, other, allowed):
    first = approved(audience=one)
    second = submitted(audience=other)
    facts = {
        "approved_by": approver(),
        "approved_at": timezone.now(),
        "in_force_from": first.in_force_from,
    }

    if allowed:
        assert TermsVersion.objects.filter(pk=second.pk).update(**facts) == 1
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            TermsVersion.objects.filter(pk=second.pk).update(**facts)


def test_clean_refuses_numbers_that_anchors_could_not_tell_apart():
    article = Article("2.1", "Prix", "<p>x</p>")
    version = draft(Terms((Part("II", "Prix", "", (article, article)),)))

    with pytest.raises(ValidationError) as refusal:
        version.full_clean()

    assert refusal.value.messages == ["Plusieurs passages portent le numéro d’article 2.1."]


@pytest.mark.parametrize("link", ["http://lexom.fr", "javascript:alert(1)", "/contact/"])
def test_clause_refuses_a_link_that_is_not_secure(link):
    block = ClauseBlock()
    value = block.to_python(f'<p><a href="{link}">ici</a></p>')

    with pytest.raises(ValidationError, match="https://"):
        block.clean(value)


def test_text_reads_back_what_was_drafted():
    text = terms_text("<p>Un <b>mot</b></p>", "<ul><li>deux</li></ul>")

    version = draft(text)

    assert TermsVersion.objects.get(pk=version.pk).text == text


def test_preview_of_an_empty_draft_says_what_it_is(client, home):
    version = TermsVersion(number="")

    response = version.make_preview_request(preview_mode="")

    assert response.status_code == 200
    assert "Aperçu d’une version qui n’est pas en vigueur" in response.content.decode()


def test_preview_as_pdf_is_a_pdf(home):
    response = draft().make_preview_request(preview_mode="pdf")

    assert (response["Content-Type"], response.content[:5]) == ("application/pdf", b"%PDF-")
