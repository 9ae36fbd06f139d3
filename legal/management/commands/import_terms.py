import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from base.importing.reading import UnreadableFile
from base.typography import french_typography
from legal.terms.importing.drafting import Draft, draft_imported
from legal.terms.importing.files import read_terms
from legal.terms.importing.recognition import RecognisedTerms
from legal.terms.importing.report import json_report, text_report


class Command(BaseCommand):
    help = (
        "Lit des conditions générales de vente (.txt ou .docx), seules ou à la suite d’une fiche "
        "de formation, et en fait un brouillon. Rien n’est publié."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FICHIER")
        parser.add_argument(
            "--dry-run", action="store_true", help="Montre ce qui est reconnu, n’écrit rien."
        )
        parser.add_argument("--json", action="store_true", help="Rapport complet en JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["path"]
        try:
            recognised = read_terms(path)
            draft = None if options["dry_run"] else self._draft(path.name, recognised)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"« {path.name} » n’a pas pu être enregistré : {error}") from error
        if options["json"]:
            self._print_json(path, recognised, draft)
        else:
            self._print_text(path, recognised, draft)

    def _draft(self, name: str, recognised: RecognisedTerms) -> Draft:
        return draft_imported(name=name, recognised=recognised)

    def _print_json(self, path: Path, recognised: RecognisedTerms, draft: Draft | None) -> None:
        report = {
            "file": str(path),
            "status": draft.outcome.value if draft else "recognised",
            "number": draft.version.number if draft else None,
            **json_report(recognised),
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))

    def _print_text(self, path: Path, recognised: RecognisedTerms, draft: Draft | None) -> None:
        told = f"CGV {draft.version.number}, {draft.outcome.label}" if draft else "lecture seule"
        for line in (f"{path} : {told}", *text_report(recognised)):
            self.stdout.write(french_typography(line))
