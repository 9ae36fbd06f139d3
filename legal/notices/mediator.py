from __future__ import annotations

from typing import ClassVar

from django.db import models

from wagtail.admin.panels import FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site


@register_setting(icon="group", order=2)
class Mediator(BaseSiteSetting):
    """The consumer mediator with whom the company signed (C. conso. L612-1, L616-1; law.md M-01, M-05)."""

    name = models.CharField("nom du médiateur", max_length=120, blank=True)
    website = models.URLField(
        "site du médiateur",
        blank=True,
        help_text="Affiché en pied de chaque page, comme la loi l’exige.",
    )
    street = models.CharField("adresse postale", max_length=150, blank=True)
    postcode = models.CharField("code postal", max_length=10, blank=True)
    town = models.CharField("ville", max_length=80, blank=True)
    agreement_valid_until = models.DateField(
        "convention valable jusqu’au",
        null=True,
        blank=True,
        help_text="Seul un médiateur avec qui une convention est signée peut être nommé. "
        "Un rappel s’affiche 60 jours avant cette date.",
    )
    last_checked_on = models.DateField(
        "vérifié le",
        null=True,
        blank=True,
        help_text="Jour où l’adresse et le site ont été relus. Un rappel s’affiche après un an.",
    )

    panels: ClassVar = [
        MultiFieldPanel(
            ["name", "website", "street", FieldRowPanel(["postcode", "town"])],
            heading="Qui est le médiateur ?",
        ),
        MultiFieldPanel(
            [FieldRowPanel(["agreement_valid_until", "last_checked_on"])],
            heading="Jusqu’à quand est-ce sûr ?",
        ),
    ]

    class Meta:
        verbose_name = "médiateur de la consommation"
        verbose_name_plural = "médiateur de la consommation"

    def __str__(self) -> str:
        return self.name or "Médiateur de la consommation"

    @classmethod
    def current(cls) -> Mediator:
        """The facts of the default site, for code that runs outside a request."""
        mediator: Mediator = cls.for_site(Site.objects.get(is_default_site=True))
        return mediator

    @property
    def postal_address(self) -> str:
        return ", ".join(filter(None, [self.street, f"{self.postcode} {self.town}".strip()]))
