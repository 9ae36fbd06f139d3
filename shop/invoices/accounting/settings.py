from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from wagtail.admin.panels import FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

from shop.invoices.accounting.fec import Accounts

ACCOUNT = RegexValidator(
    r"^[1-8]\d{2}[0-9A-Z]{0,12}\Z",
    "Un compte commence par trois chiffres du plan comptable, sans espace.",
)
JOURNAL = RegexValidator(r"^[0-9A-Z]{2,5}\Z", "De deux à cinq lettres majuscules ou chiffres.")


def _account(label: str, default: str) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=15, default=default, validators=[ACCOUNT])


def _journal(label: str, default: str) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=5, default=default, validators=[JOURNAL])


@register_setting(icon="list-ul", order=30)
class AccountingSettings(BaseSiteSetting):
    """Accounts of the exported entries; the accountant decides them, an indemnity's too (law.md I-07)."""

    client = _account("clients", "411000")
    deposit = _account("acomptes reçus sur commandes", "419100")
    training = _account("ventes de formations", "706000")
    indemnity = _account("indemnités", "708000")
    vat = _account("TVA collectée", "445710")
    bank = _account("banque", "512000")
    stripe = _account("Stripe", "467000")
    sales_journal = _journal("journal des ventes", "VE")
    bank_journal = _journal("journal de banque", "BQ")

    panels: ClassVar = [
        HelpPanel(
            "Ces comptes servent aux exports à venir ; un export déjà remis au comptable ne "
            "change pas."
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(["client", "deposit"]),
                FieldRowPanel(["training", "indemnity"]),
                FieldRowPanel(["vat", "sales_journal"]),
            ],
            heading="Ventes",
        ),
        MultiFieldPanel(
            [FieldRowPanel(["bank", "stripe"]), FieldRowPanel(["bank_journal"])],
            heading="Règlements",
        ),
    ]

    class Meta:
        verbose_name = "comptabilité"
        verbose_name_plural = "comptabilité"

    def __str__(self) -> str:
        return "Comptabilité"

    @classmethod
    def current(cls) -> "AccountingSettings":
        settings: AccountingSettings = cls.for_site(Site.objects.get(is_default_site=True))
        return settings

    @property
    def accounts(self) -> Accounts:
        return Accounts(
            client=self.client,
            deposit=self.deposit,
            training=self.training,
            indemnity=self.indemnity,
            vat=self.vat,
            bank=self.bank,
            stripe=self.stripe,
            sales_journal=self.sales_journal,
            bank_journal=self.bank_journal,
        )
