"""The notice: what the law wants of it, its file, its letter (law.md M-02, M-03, M-06)."""

from datetime import UTC, datetime, timedelta

import pytest

from documents.issued import IssuedDocument
from mail.models import OutgoingMessage
from shop.complaints.actions import give_mediation_notice
from shop.complaints.jobs import PATIENCE, look_after_complaints, notices_without_file
from shop.complaints.laying_out import lay_out
from shop.complaints.printing import render_notice
from shop.models import MediationNotice
from tests.documents.validation import failures, text_of
from tests.factories.orders import OrderFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2028, 2, 29, 11, tzinfo=UTC)


@pytest.fixture
def rejected(filed, answer):
    order = OrderFactory(email="aline@exemple.fr")
    complaint = filed(reference=order.reference, now=NOON)
    answer(complaint, now=NOON + timedelta(days=3))
    return MediationNotice.objects.get()


@pytest.fixture
def read(tmp_path):
    """The words of a PDF, on one line."""

    def read(content):
        path = tmp_path / "avis.pdf"
        path.write_bytes(content)
        return " ".join(" ".join(text_of(path)).split())

    return read


def test_cgv_5_4_and_m02_file_says_what_the_law_wants_and_is_mailed_with_it(rejected, read):
    document = lay_out(rejected.pk)

    printed = read(document.content())
    for words in (
        rejected.complaint.number, "du 29 février 2028", "rejetée le 3 mars 2028",
        rejected.complaint.contract_reference, "1 rue de l’Exemple",
        "28 février 2029", "un an à compter de votre réclamation", "gratuitement",
        "Médiateur d’essai", "https://mediateur.example/", "1 rue du Compromis, 42400 Saint-Chamond",
        "Joignez", "accusé de réception", "notre réponse", "trois semaines", "90 jours",
        "L612-4", "saisir le tribunal", "avocat",
    ):  # fmt: skip
        assert words in printed
    assert "ec.europa.eu" not in printed
    assert failures(document.content(), profile="3a") == []
    assert document.pages == 1

    message = OutgoingMessage.objects.get(template="mediation_notice")
    assert (message.recipient, message.attached_files[0].sha256) == (
        "aline@exemple.fr", document.sha256,
    )  # fmt: skip
    for words in ("Médiateur d’essai", "28 février 2029", "gratuitement", "tribunal"):
        assert words in message.text.replace("\u00a0", " ")


def test_file_is_made_once_and_taken_up_again_when_it_was_forgotten(rejected):
    soon = rejected.issued_at
    assert notices_without_file(soon) == []
    assert notices_without_file(soon + timedelta(seconds=1)) == [rejected]

    first, again = lay_out(rejected.pk), lay_out(rejected.pk)

    assert first == again == IssuedDocument.objects.get()
    assert OutgoingMessage.objects.filter(template="mediation_notice").count() == 1
    look_after_complaints(soon + PATIENCE)
    assert notices_without_file(soon + timedelta(days=1)) == []


def test_notice_of_a_call_asks_to_write_first(received, read):
    call = received(channel="phone", email="aline@exemple.fr", now=NOON)
    notice = give_mediation_notice(complaint_id=call.pk, actor="Équipe", now=NOON)

    printed = read(render_notice(notice.facts).content)

    assert "par téléphone" in printed
    assert "écrivez-nous avant de le saisir" in printed
    assert "sans accord à ce jour" in printed


def test_same_content_gives_the_same_bytes_whatever_the_settings_become(rejected, unknown_mediator):
    first = render_notice(rejected.facts).sha256
    assert lay_out(rejected.pk).sha256 == first
