"""Files of course sheets -> recognised courses. No database."""

from pathlib import Path

from base.importing.reading import UnreadableFile, read_file
from courses.catalogue.importing.recognition import recognise
from courses.catalogue.importing.sheet import RecognisedSheet


def sheet_files(path: Path) -> list[Path]:
    """The file itself, or every file below a folder, without hidden files and Word's locks."""
    if not path.exists():
        raise UnreadableFile(f"« {path} » n’existe pas.")
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.is_file() and not _is_hidden(file))
    if not found:
        raise UnreadableFile(f"Le dossier « {path} » ne contient aucun fichier.")
    return found


def read_course(path: Path) -> RecognisedSheet:
    return course_in(path.name, read_file(path))


def course_in(name: str, lines: list[str]) -> RecognisedSheet:
    sheet = recognise(lines)
    if not sheet.is_course:
        raise UnreadableFile(
            f"« {name} » ne ressemble pas à une fiche de formation : il faut au moins un intitulé, "
            "et des objectifs ou un programme."
        )
    return sheet


def _is_hidden(file: Path) -> bool:
    return file.name.startswith((".", "~$"))
