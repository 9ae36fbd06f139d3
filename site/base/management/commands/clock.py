import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from base.clock import present, run_due

PAUSE_SECONDS = 30


class Command(BaseCommand):
    help = "Exécute ce qui est à faire à cette heure, toutes les trente secondes ou une seule fois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="une seule fois")
        parser.add_argument("--now", help="instant ISO 8601 à simuler (refusé en production)")

    def handle(self, *args: Any, **options: Any) -> None:
        now, ahead = self.simulated(options["now"]), timedelta(0)
        while True:
            real = timezone.now()
            # From the instant to which a trial site was moved, time goes on as anywhere else.
            ahead = max(ahead, self.lead(real))
            for name in run_due(now or real + ahead):
                self.stdout.write(f"{timezone.localtime():%H:%M:%S} {name}")
            if options["once"] or now:
                return
            time.sleep(PAUSE_SECONDS)
            close_old_connections()  # one that broke meanwhile would fail for ever

    def lead(self, real: datetime) -> timedelta:
        """How far the clock of a trial site was moved; nothing elsewhere, or before the first read."""
        try:
            return present(real) - real
        except DatabaseError:  # each job tells it, and the next turn asks again
            return timedelta(0)

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
