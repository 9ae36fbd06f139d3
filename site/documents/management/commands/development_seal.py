from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from documents.sealing.development import write_keys


class Command(BaseCommand):
    help = "Crée les clés de cachet du poste de développement ; leurs documents sont des spécimens."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--siren", default="", help="SIREN inscrit dans les certificats")

    def handle(self, *args: Any, siren: str, **options: Any) -> None:
        folder = Path(settings.SEAL_FOLDER)
        if write_keys(folder, siren=siren, now=timezone.now()):
            self.stdout.write(f"Clés de développement écrites dans {folder}.")
        else:
            self.stdout.write(f"Les clés de développement sont déjà dans {folder}.")
