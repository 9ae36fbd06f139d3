from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from documents.rendering import Attachment, render
from documents.sealing import (
    Appearance,
    SealFailed,
    TimestampUnavailable,
    seal,
    sign,
    verify_seals,
)
from tests.documents.conftest import NOON
from tests.documents.samples import text
from tests.documents.validation import command, failures, text_of

BOXES = (
    '<div id="lexom" style="width: 80mm; height: 40mm"></div>'
    '<div id="client" style="width: 80mm; height: 40mm"></div>'
)
SEAL = Appearance("Scellé par LEXOM", ("le 24 novembre 2026 à 13 h 00",))
AGREED = Appearance("BON POUR ACCORD", ("Zoé Martin, directrice", "Certificat de LEXOM"))


@pytest.fixture(scope="module")
def proposal():
    attachment = Attachment("preuve.xml", b"<preuve/>", "Preuve", NOON)
    return render(
        text("Proposition", 2, BOXES), stylesheet="plain", signable=True, attachments=[attachment]
    )


@pytest.fixture
def sealed(proposal, key):
    return seal(
        proposal.content, key=key, field="LEXOM", box=proposal.boxes["lexom"], appearance=SEAL,
        empty_fields={"Client": proposal.boxes["client"]},
    )  # fmt: skip


@pytest.fixture
def signed(sealed, key):
    return agree(sealed, key)


def agree(content, key, field="Client"):
    return sign(
        content, key=key, field=field, appearance=AGREED, signatory="Zoé Martin",
        reason="Bon pour accord",
    )  # fmt: skip


def metadata(content):
    with pikepdf.open(BytesIO(content)) as pdf:
        return pdf.Root.Metadata.read_bytes(), str(pdf.docinfo["/Producer"])


def test_each_stage_begins_with_the_bytes_of_the_one_before(proposal, sealed, signed):
    assert sealed.startswith(proposal.content)
    assert signed.startswith(sealed)


def test_each_stage_stays_an_archive(sealed, signed):
    assert [failures(content, "3a") for content in (sealed, signed)] == [[], []]


def test_sealing_keeps_metadata_word_for_word(proposal, signed):
    assert metadata(signed) == metadata(proposal.content)


def test_pyhanko_still_rewrites_metadata_where_we_stop_it():
    assert "_update_meta" in vars(BasePdfFileWriter)
    assert IncrementalPdfFileWriter._update_meta is BasePdfFileWriter._update_meta


def test_seals_are_intact_and_trusted(signed, authority):
    report = verify_seals(signed, trusted=[authority])

    said = [(s.field, s.signer, s.timestamped, s.intact, s.trusted) for s in report.seals]
    name = "Cachet LEXOM (développement)"
    assert said == [("LEXOM", name, True, True, True), ("Client", name, True, True, True)]
    assert (report.intact, report.trusted, report.faults) == (True, True, ())


def test_other_software_finds_the_signatures_valid(tmp_path, signed):
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)

    said = command(path, "pdfsig", "-nocert")

    assert said.count("Signature is Valid.") == 2
    assert said.count("ETSI.CAdES.detached") == 2
    assert "No syntax or stream encoding errors found" in command(path, "qpdf", "--check")


def test_boxes_show_who_sealed_and_signed_and_that_it_is_a_specimen(tmp_path, signed):
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)

    shown = text_of(path)[0]

    assert [line in shown for line in (SEAL.title, *AGREED.lines)] == [True] * 3
    assert shown.count("SPÉCIMEN – certificat de développement") == 2


def test_signature_names_the_signatory(signed):
    with pikepdf.open(BytesIO(signed)) as pdf:
        fields = {str(f.T): f.V for f in pdf.Root.AcroForm.Fields}
        named = {name: (str(v.Name), str(v.get("/Reason", ""))) for name, v in fields.items()}

    assert named == {
        "LEXOM": ("Cachet LEXOM (développement)", ""),
        "Client": ("Zoé Martin", "Bon pour accord"),
    }


def test_seal_may_be_invisible_and_without_timestamp(proposal, key):
    content = seal(proposal.content, key=replace(key, local_tsa=b""), field="LEXOM")

    assert [(s.intact, s.timestamped) for s in verify_seals(content).seals] == [(True, False)]
    assert failures(content, "3a") == []


def test_unknown_authority_is_told_but_does_not_break_the_seal(sealed):
    report = verify_seals(sealed)

    assert (report.intact, report.trusted) == (True, False)
    assert report.faults == (
        "Le certificat de « Cachet LEXOM (développement) » n’est pas reconnu ou n’est plus valable.",
        "Le service d’horodatage n’est pas reconnu.",
    )


def test_byte_changed_under_the_seal_is_told(sealed, authority):
    position = sealed.index(b"stream") + 20
    changed = bytes([sealed[position] ^ 1])
    tampered = sealed[:position] + changed + sealed[position + 1 :]

    report = verify_seals(tampered, trusted=[authority])

    assert not report.intact
    assert report.faults == ("Le document a été modifié sous le cachet « LEXOM ».",)


def test_change_added_after_the_seal_is_told(sealed, authority):
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.root["/Lang"] = generic.pdf_string("en")
    writer.update_root()
    output = BytesIO()
    writer.write(output)

    report = verify_seals(output.getvalue(), trusted=[authority])

    assert not report.intact
    assert "Des données ont été ajoutées au fichier après le dernier cachet." in report.faults


def test_document_cut_back_to_its_seal_shows_no_signature(signed, sealed):
    report = verify_seals(signed[: len(sealed)])

    assert (report.intact, report.named("Client")) == (True, ())


@pytest.mark.parametrize("content", [b"", b"texte", b"%PDF-1.7\n%%EOF"])
def test_what_is_not_a_pdf_is_told(content):
    report = verify_seals(content)

    assert (report.intact, report.faults) == (False, ("Ce fichier n’est pas un PDF lisible.",))


def test_cut_file_is_told(sealed):
    assert not verify_seals(sealed[:-300]).intact


def test_document_without_seal_is_told(proposal):
    report = verify_seals(proposal.content)

    assert (report.intact, report.faults) == (False, ("Ce document ne porte aucun cachet.",))


def test_field_is_signed_once(signed, key):
    with pytest.raises(SealFailed, match="Client"):
        agree(signed, key)


def test_unknown_field_is_refused(sealed, key):
    with pytest.raises(SealFailed, match="Témoin"):
        agree(sealed, key, "Témoin")


def test_document_is_certified_once(sealed, key):
    with pytest.raises(SealFailed):
        seal(sealed, key=key, field="Autre")


def test_file_that_is_not_a_pdf_is_not_sealed(key):
    with pytest.raises(SealFailed):
        seal(b"texte", key=key, field="LEXOM")


def test_timestamping_service_that_does_not_answer_is_told(proposal, key):
    unreachable = replace(key, tsa_url="http://127.0.0.1:9/", tsa_timeout=2)

    with pytest.raises(TimestampUnavailable):
        seal(proposal.content, key=unreachable, field="LEXOM")
