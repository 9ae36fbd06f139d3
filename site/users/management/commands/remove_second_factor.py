from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from users.actions import remove_second_factor
from users.models import User


class Command(BaseCommand):
    help = "Retire le second facteur d’un compte dont le titulaire a perdu téléphone, clé et codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(options["email"])
        except User.DoesNotExist as error:
            raise CommandError("Aucun compte n’a cette adresse e-mail.") from error
        removed = remove_second_factor(user=user)
        self.stdout.write(f"{user.email} : {removed} moyen(s) de confirmation retiré(s).")
