import codecs
import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.importing.reading import (
    LARGEST_FILE,
    UnreadableFile,
    read_bytes,
    read_file,
)

TEXT = "Objectifs\n- Déjouer l’œil\n"


def archive(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode("cp1252"),
    ],
    ids=["utf-8", "utf-8 with mark", "cp1252", "utf-16", "windows line ends"],
)
def test_read_bytes_reads_the_usual_encodings(content):
    assert read_bytes("fiche.txt", content) == ["Objectifs", "- Déjouer l’œil"]


NOT_WORD = "n’est pas un document Word lisible"
DAMAGED = f"{NOT_WORD} : le fichier est abîmé ou d’une autre nature"
NOT_TEXT = "n’est pas un fichier de texte"
TOO_LONG = "est trop long pour être lu"
OLD_WORD = (
    "est un ancien document Word (.doc) ou un document protégé par un mot de passe : "
    "enregistrez-le au format .docx, sans mot de passe"
)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.txt", b"", "est vide"),
        ("a.txt", b" \n\t\n", "ne contient aucun texte"),
        ("a.txt", b"\x00\x01\x02", NOT_TEXT),
        ("a.txt", b"\x81\x8d\x8f", NOT_TEXT),
        ("a.txt", codecs.BOM_UTF16_LE + b"\x00\xd8a", NOT_TEXT),
        ("a.pdf", b"%PDF-1.7", "n’est ni un texte (.txt) ni un document Word (.docx)"),
        ("a.txt", b"%PDF-1.7", "est un PDF : copiez son texte dans un fichier .txt ou .docx"),
        ("a.txt", b"{\\rtf1}", "est au format RTF : enregistrez-le au format .docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + bytes(8), OLD_WORD),
        ("a.docx", b"du texte", DAMAGED),
        ("a.docx", archive(lu="x"), f"{NOT_WORD} : cette archive ne contient pas de document Word"),
        ("a.docx", archive(word__document_xml="<w:document/>"), DAMAGED),
        (
            "a.docx",
            archive(word__document_xml="x", bombe=bytes(60 * 1024 * 1024)),
            f"{NOT_WORD} : son contenu est démesuré",
        ),
        ("a.txt", b"a\n" * 30_000, TOO_LONG),
        ("a.txt", b"a" * 30_000, TOO_LONG),
        ("a.txt", bytes(LARGEST_FILE + 1), "dépasse 5 Mo : retirez ses images"),
    ],
    ids=[
        *("empty", "blank", "binary", "no encoding", "broken utf-16", "pdf", "pdf as text", "rtf"),
        *("doc", "text as docx", "zip", "broken docx", "zip bomb", "many lines", "long line"),
        "huge",
    ],
)
def test_read_bytes_refuses_with_one_sentence(name, content, problem):
    with pytest.raises(UnreadableFile) as refusal:
        read_bytes(name, content)

    assert str(refusal.value) == f"« {name} » {problem}."


def test_read_file_refuses_a_huge_file_without_reading_it(tmp_path, monkeypatch):
    path = tmp_path / "fiche.txt"
    path.write_bytes(bytes(LARGEST_FILE + 1))
    monkeypatch.setattr(type(path), "read_bytes", lambda self: pytest.fail("was read"))

    with pytest.raises(UnreadableFile, match="dépasse 5 Mo"):
        read_file(path)


def test_read_file_refuses_a_folder_with_one_sentence(tmp_path):
    with pytest.raises(UnreadableFile, match="ne peut pas être lu"):
        read_file(tmp_path)


@given(st.binary(min_size=1, max_size=300), st.sampled_from(["a.txt", "a.docx"]))
def test_read_bytes_never_lets_binary_through(noise, name):
    with pytest.raises(UnreadableFile):
        read_bytes(name, noise + b"\x00")


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.docx"]))
def test_read_bytes_reads_words_or_refuses(content, name):
    lines = ["refusé"]

    with contextlib.suppress(UnreadableFile):
        lines = read_bytes(name, content)

    assert any(character.isalpha() for line in lines for character in line)
