from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.integrity import faults


class Command(BaseCommand):
    help = "Vérifie les preuves : journal, documents, suites de numéros ; une ligne par anomalie."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for name, fault in faults():
            count += 1
            self.stdout.write(f"{name} : {fault}")
        if count:
            raise CommandError(f"{count} anomalie(s).", returncode=1)
        self.stdout.write("Aucune anomalie.")
