import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.withdrawal.rules import withdrawal_period

EXAMPLE = "2026-12-08T12:00+01:00"


class Command(BaseCommand):
    help = (
        "Affiche le dernier jour de rétractation d’un contrat conclu à distance et le premier jour "
        "d’encaissement, sans le délai postal."
    )
    requires_system_checks = ()  # a calculation: neither database nor templates

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "instant",
            help=f"instant ISO 8601 de la conclusion avec son fuseau, par exemple {EXAMPLE}, "
            "ou un tiret pour en lire un par ligne sur l’entrée standard",
        )
        parser.add_argument(
            "--postcode",
            default="",
            help="code postal du consommateur, qui ajoute les jours fériés d’Alsace-Moselle ou d’outre-mer",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["instant"] == "-":
            self.print_lines(sys.stdin, options["postcode"])
            return
        try:
            self.stdout.write(deadline(options["instant"], options["postcode"]))
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error

    def print_lines(self, lines: Iterable[str], postcode: str) -> None:
        refused = 0
        for line in lines:
            try:
                answer = deadline(line.strip(), postcode)
            except ValueError as error:
                refused += 1
                answer = f"error={error}"
            self.stdout.write(answer)
        if refused:
            raise CommandError(f"Instants refusés : {refused}.", returncode=1)


def deadline(text: str, postcode: str) -> str:
    """The legal days for a contract concluded, and its information given, at this instant.

    Raises ``ValueError`` with a message for the operator.
    """
    instant = read_instant(text)
    try:
        period = withdrawal_period(instant, information_given_at=instant, postcode=postcode)
    except OverflowError as error:
        raise ValueError("Instant hors du calendrier.") from error
    return f"last_day={period.last_day} first_charge_day={period.first_charge_day}"


def read_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"Instant illisible, attendu par exemple {EXAMPLE}.") from error
    if instant.utcoffset() is None:
        raise ValueError(f"Fuseau horaire manquant, attendu par exemple {EXAMPLE}.")
    return instant
