"""Files -> recognised terms. No database."""

from pathlib import Path

from base.importing.reading import UnreadableFile, read_bytes, read_file
from legal.terms.importing.recognition import RecognisedTerms, recognise


def read_terms(path: Path) -> RecognisedTerms:
    if not path.exists():
        raise UnreadableFile(f"« {path} » n’existe pas.")
    return terms_in(path.name, read_file(path))


def uploaded_terms(name: str, content: bytes) -> RecognisedTerms:
    return terms_in(name, read_bytes(name, content))


def terms_in(name: str, lines: list[str]) -> RecognisedTerms:
    recognised = recognise(lines)
    if not recognised.is_terms:
        raise UnreadableFile(
            f"« {name} » ne contient pas de conditions générales : il faut des titres numérotés "
            "en chiffres romains (I., II.…)."
        )
    return recognised
