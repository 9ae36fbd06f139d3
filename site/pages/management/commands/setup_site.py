from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from legal.rates.actions import set_up_rates
from legal.rates.published import PUBLISHED_RATES
from pages.installation.groups import set_up_groups
from pages.installation.tree import set_up_tree
from pages.installation.workflow import set_up_workflow
from shop.invoices.mentions import set_up_mentions


class Command(BaseCommand):
    help = "Groupes, permissions, circuit de publication et pages indispensables (sans risque, répétable)."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        home = set_up_tree()
        root = home.get_parent()
        set_up_groups(root)
        set_up_workflow(root)
        set_up_rates(PUBLISHED_RATES)
        set_up_mentions()
        self.stdout.write("Le site est en place : groupes, permissions, circuit, pages.")
