"""The file: what it says, its seal, its empty box, and that it is made once."""

from io import BytesIO

from django.utils import timezone

import pikepdf
import pytest

from documents.issued import IssuedDocument
from documents.sealing import Appearance, seal_key, sign, verify_seals
from mail.models import OutgoingMessage
from shop.proposals.actions import replace_proposal
from shop.proposals.jobs import PATIENCE, lay_out_forgotten, proposals_without_file
from shop.proposals.laying_out import lay_out
from shop.proposals.printing import render_proposal
from tests.documents.validation import failures, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(proposal):
    return lay_out(proposal.pk)


@pytest.fixture
def printed(document, tmp_path):
    path = tmp_path / "proposition.pdf"
    path.write_bytes(document.content())
    return " ".join(" ".join(text_of(path)).split())


def test_cgv_2_1_and_d6353_1_every_item_is_printed(proposal, printed):
    session = proposal.session
    for item in (
        session.course.title, session.course.reference, session.dates, session.venue.name,
        "7 heures", "de 9 h à 12 h 30", "Participants 2", "Dominique Essai",
        "Les autres noms seront communiqués",
        "1980,00 €", "396,00 €", "2376,00 €", "712,80 €",
        "Adresse de facturation", "3 rue des Lilas", "SIRET 510 869 274 00066",
        "Poser le cadre", "Décrire une démarche", "Questionnaire", "Salle équipée", "Attestation",
        "enregistrée sous le numéro 84070000007", "Auvergne-Rhône-Alpes",
        "inclus", "BON POUR ACCORD", "article 1368", proposal.number,
        "Conditions générales de vente", "Ces conditions s’appliquent.",
    ):  # fmt: skip
        assert " ".join(item.split()) in printed


def test_file_is_sealed_and_has_an_empty_box_for_the_client(document):
    content = document.content()
    report = verify_seals(content)
    assert report.intact
    assert [seal.field for seal in report.seals] == ["LEXOM"]
    with pikepdf.open(BytesIO(content)) as pdf:
        fields = {str(field.T): "/V" in field for field in pdf.Root.AcroForm.Fields}
    assert fields == {"LEXOM": True, "Client": False}
    assert failures(content, profile="3a") == []


def test_client_can_sign_in_that_box(document):
    signed = sign(
        document.content(), key=seal_key(), field="Client", appearance=Appearance("Bon pour accord"),
        signatory="Camille Essai", reason="Bon pour accord",
    )  # fmt: skip
    assert verify_seals(signed).intact


def test_same_content_gives_the_same_pages(proposal):
    terms = proposal.terms_version.pdf
    first, second = (render_proposal(proposal.facts, terms) for _ in range(2))
    assert first.sha256 == second.sha256


def test_file_and_letter_are_made_once(proposal, document):
    assert lay_out(proposal.pk) == document
    assert IssuedDocument.objects.filter(kind="proposal").count() == 1
    message = OutgoingMessage.objects.get(template="proposal")
    assert message.recipient == "camille@example.org"
    assert proposal.token in message.text
    assert "712,80" in message.text
    assert message.attachments[0]["sha256"] == document.sha256


def test_file_that_was_forgotten_is_asked_for_again(proposal):
    later = proposal.issued_at + PATIENCE * 2
    assert proposals_without_file(later) == [proposal.pk]
    lay_out_forgotten(later)
    lay_out(proposal.pk)
    assert proposals_without_file(later) == []


def test_new_version_has_a_file_of_its_own(proposal, document, extended):
    new = replace_proposal(
        proposal_id=proposal.pk, offer=extended(proposal), actor="Équipe", now=timezone.now()
    )
    second = lay_out(new.pk)
    assert second.number == f"{proposal.number}-v2"
    assert second.predecessor == document
    assert "Elle remplace" in OutgoingMessage.objects.get(event_key=f"proposal-{new.pk}").text


def test_version_replaced_before_its_file_is_filed_without_a_letter(proposal, extended):
    replace_proposal(
        proposal_id=proposal.pk, offer=extended(proposal), actor="Équipe", now=timezone.now()
    )
    lay_out(proposal.pk)
    assert not OutgoingMessage.objects.filter(template="proposal").exists()
