"""The formal notice and the end of a contract (CGV 4.7), from the letter to what it allows."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django_tasks import default_task_backend
from pypdf import PdfReader

from base.events import Event
from legal.models import HalfYearRate
from legal.rates.rules import RateMissing
from shop.collection.actions import CollectionRefused, hold_case
from shop.collection.integrity import collection_faults
from shop.collection.jobs import lay_out_forgotten
from shop.collection.laying_out import lay_out
from shop.collection.posting import (
    note_answer,
    note_delivery,
    note_posting,
    prepare_notice,
    pronounce_resolution,
)
from shop.collection.reading import known_rates, legal_interest, situation_of
from shop.collection.rules import Hold, StepKind, next_step
from shop.models import RegisteredLetter
from tests.shop.collection.conftest import WHO, at, fresh

pytestmark = pytest.mark.django_db
NOTICE, DELIVERED = date(2026, 7, 7), date(2026, 7, 10)
DAY = timedelta(days=1)


@pytest.fixture
def notice(case, move):
    return prepare_notice(case_id=case.pk, actor=WHO, now=move(NOTICE))


@pytest.fixture
def filed(notice, monkeypatch):
    """With its file, which nothing here reads."""
    monkeypatch.setattr(RegisteredLetter, "document", True)
    return notice


@pytest.fixture
def posted(filed):
    return note_posting(
        letter_id=filed.pk, posted_on=NOTICE + DAY, tracking="1A 234 567 8901 2", actor=WHO,
        now=at(NOTICE + DAY),
    )  # fmt: skip


@pytest.fixture
def delivered(posted):
    return note_delivery(letter_id=posted.pk, delivered_on=DELIVERED, actor=WHO, now=at(DELIVERED))


def resolve(case, day):
    return pronounce_resolution(case_id=case.pk, reason="Impayé", actor=WHO, now=at(day))


def words(document):
    pages = PdfReader(BytesIO(document.content())).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def test_notice_claims_what_is_owed_on_its_day(case, notice):
    content = notice.content

    assert (content["unpaid"], content["interest"], content["recovery"]) == (
        "3000.00", "21.97", "40.00",
    )  # fmt: skip
    with pytest.raises(CollectionRefused, match="déjà préparée"):
        prepare_notice(case_id=case.pk, actor=WHO, now=at(NOTICE))


def test_cgv_4_7_letters_say_clauses_sums_and_days(case, delivered, monkeypatch, move):
    monkeypatch.undo()
    text = words(lay_out(delivered.pk))
    for said in ("Lettre recommandée", "3 061,97 €", "21,97 €", "dans les 8 jours", "4.7", "3.4"):
        assert said in text.replace("\xa0", " ").replace("\u202f", " ")

    letter = resolve(case, DELIVERED + 9 * DAY)
    text = words(lay_out(letter.pk))
    assert "nous prononçons la résolution du contrat" in text
    assert "10 juillet 2026" in text
    assert lay_out(letter.pk) == letter.document


def test_letter_without_file_is_laid_out_by_the_clock(notice):
    default_task_backend.clear()

    lay_out_forgotten(at(NOTICE, 13))

    assert [result.args for result in default_task_backend.results] == [[notice.pk]]
    with pytest.raises(CollectionRefused, match="en préparation"):
        note_posting(
            letter_id=notice.pk, posted_on=NOTICE, tracking="1A", actor=WHO, now=at(NOTICE)
        )


def test_days_that_cannot_be_are_refused(filed):
    fields = {"letter_id": filed.pk, "actor": WHO, "now": at(NOTICE)}
    for day in (NOTICE - DAY, NOTICE + DAY):
        with pytest.raises(CollectionRefused):
            note_posting(posted_on=day, tracking="1A", **fields)
    with pytest.raises(CollectionRefused, match="pas à noter"):
        note_delivery(delivered_on=NOTICE, **fields)
    with pytest.raises(CollectionRefused, match="Aucune réponse"):
        note_answer(answered_on=NOTICE, answer="Oui", **fields)


def test_each_day_is_noted_once(delivered):
    later = {"letter_id": delivered.pk, "actor": WHO, "now": at(DELIVERED + DAY)}
    with pytest.raises(CollectionRefused, match="déjà noté"):
        note_posting(posted_on=DELIVERED, tracking="1A", **later)
    with pytest.raises(CollectionRefused, match="pas à noter"):
        note_delivery(delivered_on=DELIVERED, **later)
    note_answer(answered_on=DELIVERED, answer="Nous payons vendredi", **later)
    with pytest.raises(CollectionRefused, match="Aucune réponse"):
        note_answer(answered_on=DELIVERED, answer="encore", **later)


def test_cgv_4_7_contract_ends_only_eight_whole_days_after_the_notice(case, delivered):
    with pytest.raises(CollectionRefused, match="rien avant le 19 juillet 2026"):
        resolve(case, DELIVERED + 8 * DAY)
    resolve(case, DELIVERED + 9 * DAY)

    with pytest.raises(CollectionRefused, match="déjà prononcée"):
        resolve(case, DELIVERED + 10 * DAY)
    assert Event.objects.filter(name="Résolution prononcée").count() == 1
    step = next_step(situation_of(fresh(case), DELIVERED + 10 * DAY, known_rates()))
    assert step.kind == StepKind.POST_RESOLUTION


def test_cgv_4_7_notice_that_was_answered_does_not_end_the_contract(case, delivered):
    note_answer(
        letter_id=delivered.pk, answered_on=DELIVERED, answer="Nous contestons", actor=WHO,
        now=at(DELIVERED),
    )  # fmt: skip

    with pytest.raises(CollectionRefused, match="sans réponse"):
        resolve(case, DELIVERED + 30 * DAY)


def test_cgv_4_7_no_contract_ends_without_a_notice_that_arrived(case, posted):
    with pytest.raises(CollectionRefused, match="remise"):
        resolve(case, DELIVERED + 30 * DAY)


def test_nothing_is_claimed_once_paid_or_held(case, pay):
    hold_case(case_id=case.pk, hold=Hold.DISPUTED, reason="Litige", actor=WHO, now=at(NOTICE))
    with pytest.raises(CollectionRefused, match="en attente"):
        prepare_notice(case_id=case.pk, actor=WHO, now=at(NOTICE))
    pay(NOTICE, 900, 2100)
    with pytest.raises(CollectionRefused, match="réglée"):
        prepare_notice(case_id=case.pk, actor=WHO, now=at(NOTICE))


def test_l_04_notice_waits_for_missing_rates(case):
    HalfYearRate.objects.filter(year=2026, half=2).delete()

    with pytest.raises(RateMissing):
        prepare_notice(case_id=case.pk, actor=WHO, now=at(NOTICE))


class TestConsumer:
    @pytest.fixture(autouse=True)
    def _consumer(self, monkeypatch):
        monkeypatch.setattr("shop.collection.models.CollectionCase.is_professional", False)

    def test_l_07_notice_claims_the_price_alone(self, notice):
        assert (notice.content["interest"], notice.content["recovery"]) == ("0.00", "0.00")

    def test_l_07_legal_interest_runs_from_the_notice_and_is_only_shown(self, case, delivered):
        found = legal_interest(fresh(case), DELIVERED + 10 * DAY, known_rates())

        assert [(s.first, s.days, f"{s.rate}") for s in found.segments] == [
            (DELIVERED + DAY, 10, "2.75")
        ]
        assert list(collection_faults()) == []

    def test_l_07_contract_is_not_ended_from_here(self, case, delivered):
        with pytest.raises(CollectionRefused, match="particulier"):
            resolve(case, DELIVERED + 30 * DAY)
