import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from base.clock import run_due

PAUSE_SECONDS = 30


class Command(BaseCommand):
    help = "Exécute ce qui est à faire à cette heure, toutes les trente secondes ou une seule fois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="une seule fois")
        parser.add_argument("--now", help="instant ISO 8601 à simuler (refusé en production)")

    def handle(self, *args: Any, **options: Any) -> None:
        now = self.simulated(options["now"])
        while True:
            for name in run_due(now or timezone.now()):
                self.stdout.write(f"{timezone.localtime():%H:%M:%S} {name}")
            if options["once"] or now:
                return
            time.sleep(PAUSE_SECONDS)
            close_old_connections()  # one that broke meanwhile would fail for ever

    def simulated(self, text: str | None) -> datetime | None:
        if text is None:
            return None
        if not settings.CLOCK_MAY_BE_MOVED:
            raise CommandError("L’heure ne peut pas être simulée en production.")
        now = parse_datetime(text)
        if now is None or timezone.is_naive(now):
            raise CommandError(
                "Instant attendu avec son fuseau, par exemple 2026-12-08T12:00+01:00."
            )
        return now
