from datetime import UTC, date, datetime, timedelta

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

import pytest

from base.append_only import Immutable
from base.events import Event, events_of
from base.integrity import faults
from legal.models import Notice
from legal.notices.actions import (
    PublicationRefused,
    publication_faults,
    publish_notice,
    start_new_version,
)
from legal.notices.facts import current_facts
from legal.notices.in_force import notice_in_force
from legal.notices.rules import NoticeKind, NoticeMissing, fingerprint
from legal.notices.upkeep import notice_faults
from legal.notices.wording import filled_wording
from tests.factories.legal import NoticeFactory, fill_settings, published

# The last second of 30 November and the first of 1 December, in Paris.
EVE = datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 30, 23, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _settings(home):
    fill_settings()


def test_publication_freezes_the_words_with_their_facts():
    notice = published(text="<p>{nom}, {email}</p>")

    shown = notice_in_force(NoticeKind.PRIVACY, timezone.localdate())
    assert shown.text == "LEXOM, contact@lexom.example"
    assert shown.sha256 == fingerprint(shown.text)
    assert (shown.notice_id, shown.number) == (notice.pk, 1)


def test_publication_is_in_the_journal():
    notice = published()

    event = events_of(notice).get()
    assert (event.name, event.actor) == ("notice_published", "essai")
    assert event.data == {
        "kind": "privacy",
        "number": 1,
        "valid_from": notice.valid_from.isoformat(),
        "sha256": notice.sha256,
        "departs_from_statute": False,
    }


def test_published_words_do_not_follow_the_settings():
    published(text="<p>{telephone}</p>")
    fill_settings(phone="01 99 00 00 99")

    shown = notice_in_force(NoticeKind.PRIVACY, timezone.localdate())

    assert shown.text == "04\u00a065\u00a071\u00a000\u00a010"


def test_publication_is_refused_while_a_fact_is_missing():
    fill_settings(phone="", email="")
    notice = NoticeFactory(kind=NoticeKind.WITHDRAWAL_NOTICE.value)

    with pytest.raises(PublicationRefused) as refused:
        publish_notice(notice=notice, actor="essai")

    assert refused.value.reasons == ["À compléter : téléphone, adresse e-mail générale."]
    notice.refresh_from_db()
    assert (notice.state, notice.html) == ("draft", "")
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<p> </p>", "Le texte est vide."),
        ("<p>{telefone}</p>", "Accolades à corriger : {telefone}."),
    ],
)
def test_publication_is_refused_for_a_faulty_text(text, reason):
    with pytest.raises(PublicationRefused) as refused:
        published(text=text)

    assert refused.value.reasons == [reason]


def test_text_that_departs_from_the_statute_needs_a_confirmation():
    notice = NoticeFactory(
        kind=NoticeKind.WITHDRAWAL_FORM.value, body=[("text", "<p>Autre chose, {nom}</p>")]
    )

    with pytest.raises(PublicationRefused, match="s’écarte du modèle de la loi"):
        publish_notice(notice=notice, actor="essai")

    publish_notice(notice=notice, actor="essai", departure_accepted=True)
    assert events_of(notice).get().data["departs_from_statute"] is True


@pytest.mark.parametrize("kind", [NoticeKind.WITHDRAWAL_NOTICE, NoticeKind.WITHDRAWAL_FORM])
def test_statutory_wording_is_published_as_the_law_prints_it(kind):
    notice = published(kind)

    assert "{" not in notice.html + notice.text
    assert notice.text.count("LEXOM, 155 avenue René Privat, 07000 Privas, ") == 1


def test_withdrawal_notice_names_the_online_function(settings):
    settings.SITE_URL = "https://www.lexom.example"

    text = published(NoticeKind.WITHDRAWAL_NOTICE).text

    assert "en ligne sur https://www.lexom.example/renoncer/. Si vous utilisez" in text


def test_published_version_is_published_once():
    notice = published()

    with pytest.raises(PublicationRefused, match="déjà publiée"):
        publish_notice(notice=notice, actor="essai")


def test_published_version_is_refused_any_change():
    notice = published()
    notice.text = "Autre"

    with pytest.raises(Immutable):
        notice.save()
    with pytest.raises(Immutable):
        notice.delete()
    with pytest.raises(Immutable):
        Notice.objects.update(text="Autre")
    with pytest.raises(Immutable):
        Notice.objects.all().delete()


@pytest.mark.parametrize(
    "statement", ["UPDATE legal_notice SET text = 'x'", "DELETE FROM legal_notice"]
)
def test_database_refuses_to_change_a_published_version(statement):
    published()

    with pytest.raises(DatabaseError, match="preuve"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_draft_may_be_rewritten_and_deleted():
    draft = NoticeFactory()
    draft.body = [("text", "<p>Mieux.</p>")]
    draft.save()

    assert Notice.objects.all().delete()[0] == 1


def test_new_version_starts_as_a_copy_and_replaces_the_old_one_on_its_day():
    first = published(text="<p>Premier.</p>")
    second = start_new_version(notice=first, actor="essai")
    assert second.body[0].value.source == "<p>Premier.</p>"
    second.body = [("text", "<p>Second.</p>")]
    second.valid_from = first.valid_from + timedelta(days=10)
    second.save()

    second = publish_notice(notice=second, actor="essai")

    eve = second.valid_from - timedelta(days=1)
    assert notice_in_force(NoticeKind.PRIVACY, eve).text == "Premier."
    assert notice_in_force(NoticeKind.PRIVACY, second.valid_from).text == "Second."
    assert (Notice.objects.get(pk=first.pk).valid_to, second.valid_to) == (eve, None)
    assert (first.number, second.number) == (1, 2)


def test_new_version_is_the_draft_that_exists():
    first = published()
    draft = start_new_version(notice=first, actor="essai")

    assert start_new_version(notice=first, actor="essai") == draft


def test_two_drafts_of_a_kind_are_refused_by_the_database():
    NoticeFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeFactory()


def test_two_versions_never_begin_on_the_same_day():
    published()

    with pytest.raises(PublicationRefused, match="choisissez un jour suivant"):
        published()


def test_nothing_is_in_force_before_the_first_version():
    published(valid_from=timezone.localdate() + timedelta(days=3))

    with pytest.raises(NoticeMissing, match="Politique de confidentialité"):
        notice_in_force(NoticeKind.PRIVACY, timezone.localdate())


@pytest.mark.parametrize(
    ("now", "allowed"), [(EVE, date(2026, 11, 30)), (MIDNIGHT, date(2026, 12, 1))]
)
def test_first_possible_day_is_the_one_of_paris(now, allowed):
    def reasons(start):
        draft = Notice(kind="privacy", valid_from=start, body=[("text", "<p>Un texte.</p>")])
        return publication_faults(draft, filled_wording(draft, current_facts()), now=now)

    assert reasons(allowed) == []
    assert len(reasons(allowed - timedelta(days=1))) == 1


def test_kinds_are_numbered_separately():
    assert published(NoticeKind.PRIVACY).number == 1
    assert published(NoticeKind.HOUSE_RULES).number == 1


def test_verification_finds_nothing_in_sound_texts():
    published()
    published(NoticeKind.WITHDRAWAL_FORM)

    assert list(notice_faults()) == []
    assert [fault for name, fault in faults() if name == "textes juridiques"] == []


def test_verification_tells_a_text_that_lost_its_fingerprint():
    Notice.objects.create(
        kind="privacy", number=1, state="published", text="Autre", html="<p>Un.</p>",
        sha256="0" * 64, published_at=timezone.now(), valid_from=timezone.localdate(),
    )  # fmt: skip

    (fault,) = notice_faults()
    assert fault.startswith("Politique de confidentialité – version 1 : le texte publié")
