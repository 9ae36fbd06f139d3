from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.http import HttpRequest

from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable, Site

from base.identifiers import (
    spaced_iban,
    spaced_siret,
    validate_bic,
    validate_iban,
    validate_nda_number,
    validate_siret,
    validate_vat_number,
)
from base.kept_facts import kept
from base.published import site_of
from base.vat import VatPosition, VatRegime


@dataclass(frozen=True)
class MandatoryFact:
    """A fact without which a legal text or a sale is not allowed."""

    field: str
    label: str
    law: str


# law.md N-01 (LCEN art. 1-1 and 19) and N-03: what must be known, and why.
MANDATORY_FACTS = (
    MandatoryFact("legal_name", "dénomination sociale", "N-01"),
    MandatoryFact("legal_form", "forme juridique", "N-01"),
    MandatoryFact("capital", "capital social", "N-01"),
    MandatoryFact("street", "adresse du siège", "N-01"),
    MandatoryFact("siret", "numéro SIRET", "N-01"),
    MandatoryFact("rcs_city", "ville du RCS", "N-01"),
    MandatoryFact("vat_number", "numéro de TVA", "N-01"),
    MandatoryFact("phone", "téléphone", "N-01"),
    MandatoryFact("email", "adresse e-mail générale", "N-01"),
    MandatoryFact("publication_director", "directeur de la publication", "N-01"),
    MandatoryFact("host_name", "nom de l’hébergeur", "N-01"),
    MandatoryFact("host_address", "adresse de l’hébergeur", "N-01"),
    MandatoryFact("host_phone", "téléphone de l’hébergeur", "N-01"),
    MandatoryFact("nda_number", "numéro de déclaration d’activité", "T-04"),
    MandatoryFact("nda_region", "région de la déclaration d’activité", "T-04"),
    MandatoryFact("trainee_contact", "responsable des relations avec les stagiaires", "T-09"),
    MandatoryFact("disability_contact", "contact handicap", "T-14"),
    MandatoryFact("dpo_email", "adresse du délégué à la protection des données", "G-03"),
)


@register_setting(icon="home", order=1)
class Organisation(BaseSiteSetting, ClusterableModel):
    """Every fact about the company, in one place: pages, documents and invoices read it here."""

    legal_name = models.CharField("dénomination sociale", max_length=100, blank=True)
    legal_form = models.CharField(
        "forme juridique", max_length=40, blank=True, help_text="Par exemple « SAS »."
    )
    capital = models.DecimalField(
        "capital social (€)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    siret = models.CharField(
        "numéro SIRET du siège",
        max_length=20,
        blank=True,
        validators=[validate_siret],
        help_text="14 chiffres, espaces admis. La clé de contrôle est vérifiée.",
    )
    rcs_city = models.CharField("ville du RCS", max_length=60, blank=True)
    naf_code = models.CharField("code NAF", max_length=10, blank=True)
    vat_number = models.CharField(
        "numéro de TVA intracommunautaire",
        max_length=20,
        blank=True,
        validators=[validate_vat_number],
    )
    street = models.CharField("adresse du siège", max_length=150, blank=True)
    postcode = models.CharField("code postal", max_length=10, blank=True)
    town = models.CharField("ville", max_length=80, blank=True)

    phone = models.CharField(
        "téléphone",
        max_length=20,
        blank=True,
        help_text="Affiché en pied de page et sur chaque contrat : la loi impose un numéro joignable.",
    )
    email = models.EmailField(
        "adresse e-mail générale",
        blank=True,
        help_text="Affichée aux visiteurs ; reçoit aussi les messages du formulaire de contact.",
    )
    trainee_contact = models.CharField(
        "responsable des relations avec les stagiaires",
        max_length=200,
        blank=True,
        help_text="Fonction, téléphone et e-mail (Code du travail, art. L6353-8).",
    )
    disability_contact = models.CharField(
        "contact handicap",
        max_length=200,
        blank=True,
        help_text="Affiché sur chaque fiche de formation, à la rubrique Accessibilité.",
    )
    dpo_email = models.EmailField("délégué à la protection des données", blank=True)

    publication_director = models.CharField(
        "directeur de la publication", max_length=120, blank=True
    )
    host_name = models.CharField("hébergeur", max_length=120, blank=True)
    host_address = models.CharField("adresse de l’hébergeur", max_length=200, blank=True)
    host_phone = models.CharField("téléphone de l’hébergeur", max_length=20, blank=True)

    nda_number = models.CharField(
        "numéro de déclaration d’activité (NDA)",
        max_length=20,
        blank=True,
        validators=[validate_nda_number],
        help_text="11 chiffres, attribué par le préfet de région.",
    )
    nda_region = models.CharField(
        "région d’enregistrement",
        max_length=60,
        blank=True,
        help_text="Par exemple « Auvergne-Rhône-Alpes ».",
    )
    qualiopi_certificate = models.CharField(
        "certificat Qualiopi",
        max_length=120,
        blank=True,
        help_text="Numéro et organisme certificateur. Laisser vide sans certification.",
    )
    qualiopi_categories = models.CharField(
        "catégories d’actions certifiées",
        max_length=200,
        blank=True,
        help_text="Mention obligatoire à côté du logo, par exemple « actions de formation ».",
    )
    insurance = models.CharField(
        "assurance professionnelle",
        max_length=200,
        blank=True,
        help_text="Assureur et couverture géographique.",
    )
    vat_regime = models.CharField(
        "régime de TVA",
        max_length=20,
        choices=[(regime.value, regime.label) for regime in VatRegime],
        default=VatRegime.STANDARD.value,
        help_text="L’exonération demande l’attestation de la DREETS (formulaire 3511).",
    )
    vat_exempt_from = models.DateField(
        "exonération en vigueur depuis le",
        null=True,
        blank=True,
        help_text="Date de réception de la demande d’attestation. Les prix changent ce jour-là.",
    )

    # For companies' pages only: no natural person is shown an account before the first day on
    # which money may be asked of them (law.md T-06, invariant I1).
    iban = models.CharField(
        "IBAN",
        max_length=42,
        blank=True,
        validators=[validate_iban],
        help_text=(
            "Compte qui reçoit les virements des entreprises ; un particulier ne le voit jamais. "
            "Espaces admis. La clé de contrôle est vérifiée."
        ),
    )
    bic = models.CharField("BIC", max_length=11, blank=True, validators=[validate_bic])
    account_holder = models.CharField(
        "titulaire du compte",
        max_length=70,
        blank=True,
        help_text="Vide : la dénomination sociale.",
    )

    panels: ClassVar = [
        HelpPanel(template="base/admin/organisation_help.html"),
        MultiFieldPanel(
            [
                FieldRowPanel(["legal_name", "legal_form", "capital"]),
                FieldRowPanel(["siret", "rcs_city"]),
                FieldRowPanel(["naf_code", "vat_number"]),
                "street",
                FieldRowPanel(["postcode", "town"]),
            ],
            heading="Qui est l’entreprise ?",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(["phone", "email"]),
                "trainee_contact",
                "disability_contact",
                "dpo_email",
            ],
            heading="Comment nous joindre ?",
        ),
        MultiFieldPanel(
            ["publication_director", FieldRowPanel(["host_name", "host_phone"]), "host_address"],
            heading="Qui publie et héberge le site ?",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(["nda_number", "nda_region"]),
                FieldRowPanel(["qualiopi_certificate", "qualiopi_categories"]),
                "insurance",
                FieldRowPanel(["vat_regime", "vat_exempt_from"]),
            ],
            heading="Quels agréments et quelle fiscalité ?",
        ),
        MultiFieldPanel(
            [FieldRowPanel(["iban", "bic"]), "account_holder"],
            heading="Sur quel compte les entreprises paient-elles ?",
        ),
        InlinePanel("brands", heading="Quelles sont les marques du groupe ?", label="Marque"),
    ]

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisation"

    def __str__(self) -> str:
        return self.legal_name or "Organisation"

    @classmethod
    def for_request(cls, request: HttpRequest) -> "Organisation":
        site = site_of(request)
        organisation: Organisation = kept(
            request, ("organisation", site.pk), lambda: cls.for_site(site)
        )
        return organisation

    @classmethod
    def current(cls) -> "Organisation":
        """The facts of the default site, for code that runs outside a request."""
        organisation: Organisation = cls.for_site(Site.objects.get(is_default_site=True))
        return organisation

    @property
    def missing_facts(self) -> list[MandatoryFact]:
        return [fact for fact in MANDATORY_FACTS if not getattr(self, fact.field)]

    @property
    def vat_position(self) -> VatPosition:
        return VatPosition(VatRegime(self.vat_regime), self.vat_exempt_from)

    @property
    def spaced_siret(self) -> str:
        return spaced_siret(self.siret)

    @property
    def spaced_iban(self) -> str:
        return spaced_iban(self.iban)

    @property
    def takes_transfers(self) -> bool:
        """A company can be told where to send its money."""
        return bool(self.iban and self.bic)

    @property
    def holder_of_account(self) -> str:
        return self.account_holder or self.legal_name

    @property
    def postal_address(self) -> str:
        return ", ".join(filter(None, [self.street, f"{self.postcode} {self.town}".strip()]))

    @property
    def nda_mention(self) -> str:
        """Only wording allowed in advertising: C. trav. L6352-12, law.md T-04."""
        if not self.nda_number:
            return ""
        return (
            f"Enregistrée sous le numéro {self.nda_number}. "
            "Cet enregistrement ne vaut pas agrément de l’État."
        )


class Brand(Orderable):
    organisation = ParentalKey(Organisation, on_delete=models.CASCADE, related_name="brands")
    name = models.CharField("nom", max_length=60)
    description = models.CharField("activité", max_length=120, blank=True)
    logo = models.ForeignKey(
        "base.CustomImage",
        verbose_name="logo",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    url = models.URLField("site", blank=True)

    panels: ClassVar = [FieldPanel("name"), FieldPanel("description"), FieldPanel("logo"), "url"]

    class Meta(Orderable.Meta):
        verbose_name = "marque du groupe"
        verbose_name_plural = "marques du groupe"

    def __str__(self) -> str:
        return self.name
