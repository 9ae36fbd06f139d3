"""A file of the outside world -> lines of text, or one clear sentence in French. Pure."""

import codecs
from pathlib import Path

from base.importing.word import MalformedDocument, word_lines

LARGEST_FILE = 5 * 1024 * 1024
_MOST_LINES = 20_000
_LONGEST_LINE = 20_000
_ZIP = b"PK\x03\x04"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FOREIGN = {
    b"%PDF": "est un PDF : copiez son texte dans un fichier .txt ou .docx",
    b"\xd0\xcf\x11\xe0": (
        "est un ancien document Word (.doc) ou un document protégé par un mot de passe : "
        "enregistrez-le au format .docx, sans mot de passe"
    ),
    b"{\\rtf": "est au format RTF : enregistrez-le au format .docx",
}
_TEXT_CONTROLS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x85")
_SUFFIXES = frozenset({".txt", ".text", ".md", ".docx", ""})


class UnreadableFile(Exception):
    """The message is one French sentence for the person who chose the file."""


def read_file(path: Path) -> list[str]:
    try:
        size = path.stat().st_size
        _refuse_size(path.name, size)
        return read_bytes(path.name, path.read_bytes())
    except OSError as error:
        raise UnreadableFile(f"« {path.name} » ne peut pas être lu : {error.strerror}.") from error


def read_bytes(name: str, content: bytes) -> list[str]:
    """Lines of a text (UTF-8, UTF-16 with its mark, Windows-1252) or of a Word document."""
    _refuse_size(name, len(content))
    if Path(name).suffix.lower() not in _SUFFIXES:
        raise UnreadableFile(f"« {name} » n’est ni un texte (.txt) ni un document Word (.docx).")
    for signature, problem in _FOREIGN.items():
        if content.startswith(signature):
            raise UnreadableFile(f"« {name} » {problem}.")
    lines = _word(name, content) if _is_word(name, content) else _text(name, content)
    _refuse_shape(name, lines)
    return lines


def _refuse_size(name: str, size: int) -> None:
    if size == 0:
        raise UnreadableFile(f"« {name} » est vide.")
    if size > LARGEST_FILE:
        raise UnreadableFile(f"« {name} » dépasse 5 Mo : retirez ses images.")


def _refuse_shape(name: str, lines: list[str]) -> None:
    if not any(character.isalpha() for line in lines for character in line):
        raise UnreadableFile(f"« {name} » ne contient aucun texte.")
    if len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
        raise UnreadableFile(f"« {name} » est trop long pour être lu.")


def _is_word(name: str, content: bytes) -> bool:
    return content.startswith(_ZIP) or name.lower().endswith(".docx")


def _word(name: str, content: bytes) -> list[str]:
    try:
        return word_lines(content)
    except MalformedDocument as error:
        raise UnreadableFile(f"« {name} » n’est pas un document Word lisible : {error}.") from error


def _text(name: str, content: bytes) -> list[str]:
    text = _decode(content)
    if text is None or any(not _is_text(character) for character in text):
        raise UnreadableFile(f"« {name} » n’est pas un fichier de texte.")
    return text.splitlines()


def _decode(content: bytes) -> str | None:
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _is_text(character: str) -> bool:
    return character in _TEXT_CONTROLS or not (character < " " or "\x7f" <= character <= "\x9f")
