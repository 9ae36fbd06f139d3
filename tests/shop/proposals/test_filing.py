"""The files of a signature: the very bytes that were issued, signed, and the sealed proof."""

import subprocess
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
import time_machine

from base.private_files import private_storage
from documents.integrity import document_faults
from documents.issued import IssuedDocument, issue
from documents.sealing import verify_seals
from mail.models import OutgoingMessage
from shop.proposals.printing import render_proposal
from shop.proposals.signing.filing import (
    file_the_signature,
    sign_the_file,
    signatures_without_file,
)
from shop.proposals.signing.integrity import FILE_PATIENCE, signature_faults
from shop.proposals.signing.jobs import PATIENCE, file_forgotten
from tests.documents.validation import failures, text_of
from tests.shop.proposals.conftest import sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def proof(signed):
    return file_the_signature(signed.pk)


def text(document, tmp_path):
    path = tmp_path / document.file_name
    path.write_bytes(document.content())
    return " ".join(" ".join(text_of(path)).split())


def test_signature_fills_the_box_of_the_very_bytes_that_were_issued(issued, signed, proof):
    content = signed.signed_document.content()
    assert content.startswith(issued.document.content())
    assert signed.signed_document.predecessor == issued.document

    report = verify_seals(content)
    assert report.intact
    assert [seal.field for seal in report.seals] == ["LEXOM", "Client"]
    with pikepdf.open(BytesIO(content)) as pdf:
        (client,) = [field for field in pdf.Root.AcroForm.Fields if field.T == "Client"]
        assert str(client.V.Name) == "Alix Essai"
        assert signed.number in str(client.V.Reason)
    assert failures(content, profile="3a") == []


def test_another_reader_finds_both_signatures_valid(signed, proof, tmp_path):
    path = tmp_path / "signee.pdf"
    path.write_bytes(signed.signed_document.content())
    told = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True).stdout  # noqa: S603, S607
    assert told.count("Signature is Valid") == 2
    assert "Total document signed" in told


def test_box_says_whose_certificate_it_is(signed, proof, tmp_path):
    printed = text(signed.signed_document, tmp_path)
    for words in (
        "Alix Essai, Gérance", "pour Atelier d’essai", "heure de Paris", f"Preuve n° {signed.number}",
        "Signé par le service de signature de", "Le certificat est celui de",
    ):  # fmt: skip
        assert words in printed


def test_proof_tells_everything_and_is_sealed(issued, signed, proof, tmp_path):
    assert verify_seals(proof.content()).intact
    assert failures(proof.content(), profile="3a") == []
    printed = text(proof, tmp_path)
    for words in (
        signed.number, "Alix Essai", "Gérance", "alix@example.org", "192.0.2.7",
        "Navigateur d’essai", "bon pour accord", "habilité(e) à engager", "article 1368",
        "j’accepte les conditions générales", "Code de signature envoyé",
        "Code de signature confirmé", "Proposition signée", "UTC", "celui de",
    ):  # fmt: skip
        assert words in printed
    digits = printed.replace(" ", "")
    for digest in (
        issued.document.sha256, signed.signed_document.sha256, signed.terms_sha256,
    ):  # fmt: skip
        assert digest in digits


def test_proof_leaves_out_the_attempts_of_others(issued, begin, confirmed, tmp_path):
    begin(first_name="Dominique", email="autre@example.org")
    printed = text(file_the_signature(sign(confirmed()).pk), tmp_path)
    assert "autre@example.org" not in printed


def test_files_and_letters_are_made_once(issued, signed, proof):
    assert file_the_signature(signed.pk) == proof
    letters = OutgoingMessage.objects.filter(template="proposal_signed").order_by("pk")
    assert [letter.recipient for letter in letters] == [
        "alix@example.org", "camille@example.org", "contact@lexom.example",
    ]  # fmt: skip
    for letter in letters:
        assert [file["sha256"] for file in letter.attachments] == [
            signed.signed_document.sha256, proof.sha256,
        ]  # fmt: skip
    assert "712,80" in letters[0].text


def test_person_who_asked_and_signs_receives_one_letter(confirmed):
    file_the_signature(sign(confirmed(email="Camille@example.org")).pk)
    letters = OutgoingMessage.objects.filter(template="proposal_signed")
    assert letters.count() == 2


def test_files_that_were_forgotten_are_asked_for_again(signed, run_tasks):
    later = signed.recorded_at + PATIENCE * 2
    assert signatures_without_file(later) == [signed.pk]
    run_tasks()
    file_forgotten(later)
    run_tasks()
    assert signatures_without_file(later) == []
    assert IssuedDocument.objects.filter(kind="signature_proof").count() == 1


def test_interrupted_work_goes_on_from_the_signed_file(signed):
    first = sign_the_file(signed)
    file_the_signature(signed.pk)
    assert signed.signed_document == first


def test_all_is_well_after_a_signature(signed, proof):
    assert list(signature_faults()) == []
    assert list(document_faults()) == []


def test_one_changed_byte_of_the_signed_file_is_found(signed, proof):
    sha256 = signed.signed_document.sha256
    content = bytearray(signed.signed_document.content())
    content[len(content) // 2] ^= 1
    path = f"sha256/{sha256[:2]}/{sha256}"
    private_storage().delete(path)
    with private_storage().open(path, "wb") as file:
        file.write(bytes(content))
    (fault,) = document_faults()
    assert "n’est plus celui qui a été émis" in fault


def test_file_that_is_not_the_issued_one_signed_is_found(issued, signed):
    other = replace(render_proposal(issued.facts, issued.terms_version.pdf), specimen=True)
    issue(
        kind="signed_proposal", number=signed.number, title="Essai", file_name="essai.pdf",
        owner=issued, rendered=other, template_version="1", context={},
    )  # fmt: skip
    (fault,) = signature_faults()
    assert "ne commence pas par la proposition émise" in fault


def test_signature_without_its_files_is_found(signed):
    assert list(signature_faults()) == []
    with time_machine.travel(signed.recorded_at + FILE_PATIENCE * 2):
        (fault,) = signature_faults()
    assert "n’a pas été établi" in fault
