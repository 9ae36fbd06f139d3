from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from wagtail.admin.panels import FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

from shop.complaints.rules import (
    DEFAULT_ANSWER_DAYS,
    DEFAULT_UNRESOLVED_DAYS,
    MOST_ANSWER_DAYS,
    MOST_UNRESOLVED_DAYS,
)
from shop.payments.rules import NOTICE_DAYS
from shop.proposals.agreement.rules import DEFAULT_NAMING_DAYS
from shop.withdrawal.rules import DEFAULT_POSTAL_GRACE_DAYS, DEFAULT_SAFETY_DAYS


@register_setting(icon="cogs", order=20)
class SalesSettings(BaseSiteSetting):
    """What LEXOM may choose about selling; the law leaves the rest no choice."""

    postal_grace_days = models.PositiveSmallIntegerField(
        "délai postal, en jours ouvrés",
        default=DEFAULT_POSTAL_GRACE_DAYS,
        validators=[MaxValueValidator(20)],
        help_text="Retarde le premier prélèvement : une lettre de rétractation postée le dernier "
        "jour a le temps d’arriver.",
    )
    safety_days = models.PositiveSmallIntegerField(
        "marge avant le début d’une session, en jours",
        default=DEFAULT_SAFETY_DAYS,
        validators=[MaxValueValidator(60)],
        help_text="Une session qui commence plus tôt n’est pas vendue en ligne à un particulier.",
    )
    allow_early_start = models.BooleanField(
        "vendre les sessions qui commencent dans le délai de rétractation",
        default=False,
        help_text="Le client doit alors en faire la demande expresse. Rien n’est prélevé plus tôt.",
    )
    notice_days = models.PositiveSmallIntegerField(
        "annonce d’un prélèvement, en jours avant",
        default=NOTICE_DAYS,
        validators=[MaxValueValidator(30)],
        help_text="L’e-mail indique le montant, la date et la carte.",
    )

    naming_days = models.PositiveSmallIntegerField(
        "liste des participants, en jours avant le début",
        default=DEFAULT_NAMING_DAYS,
        validators=[MaxValueValidator(30)],
        help_text="Dernier jour, inclus, où une entreprise change elle-même ses participants.",
    )

    complaint_answer_days = models.PositiveSmallIntegerField(
        "réponse à une réclamation, en jours",
        default=DEFAULT_ANSWER_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_ANSWER_DAYS)],
        help_text="Annoncée dans l’accusé de réception. Compté à partir de la réception.",
    )
    complaint_unresolved_days = models.PositiveSmallIntegerField(
        "réclamation restée sans solution, en jours",
        default=DEFAULT_UNRESOLVED_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_UNRESOLVED_DAYS)],
        help_text="Un particulier reçoit alors l’avis de médiation, même sans réponse de notre part.",
    )

    panels: ClassVar = [
        HelpPanel(
            "Ces réglages valent pour les commandes à venir. Les dates d’une commande passée "
            "ne changent plus."
        ),
        MultiFieldPanel(
            [FieldRowPanel(["postal_grace_days", "notice_days"])], heading="Quand prélever ?"
        ),
        MultiFieldPanel(["safety_days", "allow_early_start"], heading="Que vendre en ligne ?"),
        MultiFieldPanel(["naming_days"], heading="Jusqu’à quand une entreprise change-t-elle ?"),
        MultiFieldPanel(
            [FieldRowPanel(["complaint_answer_days", "complaint_unresolved_days"])],
            heading="Quand répondre à une réclamation ?",
        ),
    ]

    class Meta:
        verbose_name = "vente en ligne"
        verbose_name_plural = "vente en ligne"

    def __str__(self) -> str:
        return "Vente en ligne"

    @classmethod
    def current(cls) -> "SalesSettings":
        settings: SalesSettings = cls.for_site(Site.objects.get(is_default_site=True))
        return settings
