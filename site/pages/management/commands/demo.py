from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from courses.models import CoursePage
from pages.demo import content, legal_texts, people, sessions, terms
from pages.demo.reading import read_answers, read_courses, read_legal, read_site
from pages.models import HomePage
from users.demo_access import current_demo_code


class Command(BaseCommand):
    help = "Remplit un site vide d’un catalogue de démonstration et d’un compte par rôle."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--code", action="store_true", help="affiche seulement le code à usage unique du moment"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["code"]:
            self.stdout.write(current_demo_code(people.SECRET))
            return
        if CoursePage.objects.exists():
            self.stdout.write("Le catalogue n’est pas vide : rien n’est ajouté.")
        else:
            self.load()
            call_command("update_index", verbosity=0)
        self.print_accounts()

    @transaction.atomic
    def load(self) -> None:
        site, today = read_site(), timezone.localdate()
        home = HomePage.objects.get()
        content.fill_organisation(site["organisation"], site["brands"])
        legal_texts.publish_all(read_legal(), today=today)
        content.fill_home(home, site["home"])
        content.fill_contact(site["contact"])
        content.add_answers(read_answers())
        content.add_standard_pages(home, site["pages"])
        categories = content.add_categories(site["categories"])
        venues = sessions.add_venues(site["venues"])
        trainers = sessions.add_trainers(site["trainers"])
        for data in read_courses():
            domain, category = data["category"]
            course = content.add_course(categories[category], data)
            for session in data.get("sessions", []):
                sessions.add_session(
                    course, session, today=today, venues=venues, trainer=trainers[domain]
                )
        people.add_accounts()
        terms.add_terms()
        self.stdout.write(f"{CoursePage.objects.count()} formations de démonstration.")

    def print_accounts(self) -> None:
        self.stdout.write("\nComptes de démonstration (mot de passe : " + people.PASSWORD + ")")
        for email, role in people.ACCOUNTS.items():
            self.stdout.write(f"  {email:<32}{role or 'tous les droits'}")
        self.stdout.write(
            f"Second facteur des comptes qui en demandent un : clé {people.SECRET},\n"
            "ou `python manage.py demo --code` pour le code du moment.\n"
        )
