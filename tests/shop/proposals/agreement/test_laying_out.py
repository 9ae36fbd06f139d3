"""The file of the agreement: what it says, its seal, its standard, and the letters that follow it."""

import pytest

from documents.issued import IssuedDocument
from documents.sealing import verify_seals
from mail.models import OutgoingMessage
from shop.models import Agreement, Participant
from shop.proposals.agreement.actions import conclude, conclude_without_deposit
from shop.proposals.agreement.content import from_json, to_json
from shop.proposals.agreement.laying_out import lay_out
from shop.proposals.agreement.people import inform_people
from shop.proposals.agreement.printing import render_agreement
from tests.documents.validation import failures, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(definitive):
    return lay_out(definitive.agreement.pk)


@pytest.fixture
def printed(tmp_path):
    def printed(document):
        path = tmp_path / "convention.pdf"
        path.write_bytes(document.content())
        return " ".join(" ".join(text_of(path)).split())

    return printed


def test_l6353_1_and_d6353_1_every_item_is_printed(definitive, document, printed):
    session, text = definitive.session, printed(document)
    for item in (
        "Convention de formation professionnelle", definitive.agreement.number,
        # the parties
        "LEXOM", "155 avenue René Privat", "enregistrée sous le numéro 84070000007",
        "Atelier d’essai", "SIRET 510 869 274 00066", "3 rue des Lilas",
        # title, objective, content
        session.course.title, session.course.reference, "Décrire une démarche", "Poser le cadre",
        # means, duration, period, place, timetable
        "Salle équipée", "Exercices", "7 heures", session.dates, session.venue.name,
        "de 9 h à 12 h 30",
        # participants
        "Participants 2", "Dominique Essai", "Les autres noms seront communiqués",
        # delivery, follow-up, evaluation and award
        "session publique", "feuille d’émargement", "Questionnaire", "Attestation",
        # price and payment
        "1980,00 €", "396,00 €", "2376,00 €", "712,80 €", "1663,20 €",
        "payable à réception de la facture", "reçu le",
        # house rules, terms and court
        "règlement intérieur", definitive.terms_version.number, definitive.terms_sha256[:20],
        "annexée par référence", "juridiction que désignent les conditions générales",
        # consent
        definitive.reference, "signée le", "Camille Essai", "Gérance", "Service formation",
    ):  # fmt: skip
        assert " ".join(item.split()) in text, item
    assert "OPCO" not in text


def test_opco_is_named_when_it_was_asked_for(ask, sign, pay_deposit, printed):
    proposal = sign(ask(asks_funding=True))
    pay_deposit(proposal)
    conclude(proposal_id=proposal.pk, now=proposal.issued_at)
    text = printed(lay_out(proposal.agreement.pk))
    assert "Prise en charge OPCO" in text
    assert "reste dû par le client" in text


def test_exception_is_said_in_the_agreement_and_in_the_letter(signed, printed):
    conclude_without_deposit(
        proposal_id=signed.pk, reason="Secret", actor="Équipe", now=signed.issued_at
    )
    text = printed(lay_out(signed.agreement.pk))
    assert "à recevoir" in text
    assert "Secret" not in text
    assert "qui reste dû" in OutgoingMessage.objects.get(template="agreement").text


def test_file_is_sealed_archivable_and_made_once(definitive, document):
    content = document.content()
    report = verify_seals(content)
    assert report.intact
    assert [seal.field for seal in report.seals] == ["LEXOM"]
    assert failures(content, profile="3a") == []
    assert lay_out(definitive.agreement.pk) == document
    assert IssuedDocument.objects.filter(kind="agreement").count() == 1
    assert (document.owner_id, document.terms_number) == (
        str(definitive.pk), definitive.terms_version.number,
    )  # fmt: skip


def test_content_is_read_back_exactly_and_gives_the_same_pages(definitive):
    content = Agreement.objects.get().facts
    assert from_json(to_json(content)) == content
    first, second = (render_agreement(content) for _ in range(2))
    assert first.sha256 == second.sha256


@pytest.mark.usefixtures("own_beginning")  # whose texts are printed here
def test_cgv_2_1_reception_is_acknowledged_with_the_papers(signed, run_tasks, pay_deposit):
    run_tasks()  # the printed house rules
    pay_deposit(signed)
    definitive = conclude(proposal_id=signed.pk, now=signed.issued_at)
    lay_out(definitive.agreement.pk)
    message = OutgoingMessage.objects.get(template="agreement")
    assert message.recipient == "camille@example.org"
    for text in (definitive.reference, "712,80", "définitive", "inclus", "/participants/"):
        assert text in message.text
    names = [file.file_name for file in message.attached_files]
    assert names == [
        f"LEXOM-convention-{definitive.agreement.number}.pdf", "LEXOM-reglement-interieur.pdf",
    ]  # fmt: skip
    lay_out(definitive.agreement.pk)
    assert OutgoingMessage.objects.filter(template="agreement").count() == 1


def test_t_09_named_participants_with_an_address_are_informed_once(definitive):
    Participant.objects.update(email="dominique@example.org")
    lay_out(definitive.agreement.pk)
    inform_people(definitive, definitive.definitive_at)

    message = OutgoingMessage.objects.get(template="participant_information")
    assert message.recipient == "dominique@example.org"
    for text in (
        "Dominique Essai", "Décrire une démarche", "Poser le cadre", "de 9 h à 12 h 30",
        "Questionnaire", "Dix ans d’expérience", "Service formation", "règlement intérieur",
        "aménagement",
    ):  # fmt: skip
        assert text in message.text
    assert "€" not in message.text
    assert Participant.objects.get().informed_at
