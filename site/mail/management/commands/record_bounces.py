from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mail.actions import MessageRefused, mark_bounced
from mail.bounces import mail_files, read_bounce
from mail.models import OutgoingMessage

ACTOR = "avis de non-remise"


class Command(BaseCommand):
    help = "Lit les avis de non-remise d’un dossier (.eml ou Maildir) ; répétable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DOSSIER")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"Le dossier {folder} n’existe pas.")
        lines = [line for path in mail_files(folder) if (line := record_file(path))]
        for line in lines:
            self.stdout.write(line)
        self.stdout.write(f"{len(lines)} avis nouveau(x).")


def record_file(path: Path) -> str:
    """A line for what the file taught, nothing when it was known or says nothing of ours."""
    bounce = read_bounce(path.read_bytes())
    message = bounce and OutgoingMessage.objects.filter(message_id=bounce.message_id).first()
    if not bounce or not message:
        return ""
    try:
        is_new = mark_bounced(message=message, reason=bounce.reason, actor=ACTOR)
    except MessageRefused as refusal:
        return f"{path.name} : {refusal}"
    return f"{path.name} : {message.recipient} – {bounce.reason}" if is_new else ""
