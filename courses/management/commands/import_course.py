import json
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from base.importing.reading import UnreadableFile
from base.typography import french_typography
from courses.catalogue.importing.drafting import Draft, DraftRefused, draft_course
from courses.catalogue.importing.files import read_course, sheet_files
from courses.catalogue.importing.report import json_report, text_report
from courses.catalogue.importing.sheet import RecognisedSheet


@dataclass(frozen=True)
class _Import:
    """What became of one file; ``draft`` is None in a dry run."""

    file: Path
    sheet: RecognisedSheet | None = None
    draft: Draft | None = None
    error: str = ""

    @property
    def status(self) -> str:
        if self.error:
            return "failed"
        return self.draft.outcome if self.draft else "recognised"


class Command(BaseCommand):
    help = (
        "Lit une fiche de formation (.txt ou .docx), ou un dossier de fiches, et en fait des "
        "brouillons du catalogue. Rien n’est publié."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="CHEMIN", help="Fichier ou dossier.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Montre ce qui est reconnu, n’écrit rien."
        )
        parser.add_argument("--json", action="store_true", help="Rapport complet en JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        path, is_dry_run = options["path"], options["dry_run"]
        try:
            files = sheet_files(path)
        except UnreadableFile as error:
            imports = [_Import(path, error=str(error))]
        else:
            imports = [_import(file, is_dry_run=is_dry_run) for file in files]
        if options["json"]:
            self._print_json(imports, as_list=path.is_dir())
        else:
            self._print_text(imports)
        failed = sum(1 for done in imports if done.error)
        if failed:
            raise CommandError(f"Fiches en échec : {failed} sur {len(imports)}.")

    def _print_json(self, imports: list[_Import], *, as_list: bool) -> None:
        reports = [_as_json(done) for done in imports]
        content = reports if as_list else reports[0]
        self.stdout.write(json.dumps(content, ensure_ascii=False, indent=2))

    def _print_text(self, imports: list[_Import]) -> None:
        for done in imports:
            for line in _as_text(done):
                self.stdout.write(french_typography(line))


def _import(file: Path, *, is_dry_run: bool) -> _Import:
    try:
        sheet = read_course(file)
        return _Import(file, sheet, None if is_dry_run else draft_course(sheet=sheet))
    except (UnreadableFile, DraftRefused) as error:
        return _Import(file, error=str(error))
    except ValidationError as error:
        return _Import(file, error=f"« {file.name} » est refusé : {' '.join(error.messages)}")
    except DatabaseError as error:
        return _Import(file, error=f"« {file.name} » n’a pas pu être enregistré : {error}")


def _as_json(done: _Import) -> dict[str, Any]:
    return {
        "file": str(done.file),
        "status": done.status,
        "error": done.error or None,
        "page": asdict(done.draft) if done.draft else None,
        **(json_report(done.sheet) if done.sheet else {}),
    }


def _as_text(done: _Import) -> list[str]:
    if done.sheet is None:
        return [f"{done.file} : échec", f"  {done.error}"]
    told = done.draft.outcome.label if done.draft else "reconnue, rien n’est enregistré"
    lines = [f"{done.file} : {told}"]
    if done.draft:
        lines.append(f"  {done.draft.title} → {done.draft.edit_url}")
        lines += [f"  Catégorie créée : {title}" for title in done.draft.created_categories]
    return [*lines, *text_report(done.sheet)]
