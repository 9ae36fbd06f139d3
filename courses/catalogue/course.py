from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index

from base.publishing import PublicPageMixin
from base.vat import Price, VatCategory, VatPosition
from courses.catalogue import panels
from courses.catalogue.blocks import HalfDayBlock, IndicatorBlock, ObjectiveBlock
from courses.catalogue.completeness import REQUIRED_FACTS, RequiredFact, missing_facts
from courses.catalogue.programme import ProgrammeHalfDay, number_modules
from courses.catalogue.queries import CourseQuerySet
from courses.catalogue.search_words import without_accents


class CoursePage(PublicPageMixin, Page):
    """One course of the catalogue. Facts are typed fields; an incomplete course cannot be sold."""

    reference = models.CharField(  # noqa: DJ001  two drafts without a reference must not clash
        "référence",
        max_length=20,
        unique=True,
        null=True,
        help_text="Unique, par exemple « MRK-OPE-02 ». Figure sur les contrats et les factures.",
    )
    summary = models.TextField(
        "résumé",
        max_length=300,
        blank=True,
        help_text="Une ou deux phrases dans les listes : ce que la formation permet de faire.",
    )
    cover_image = models.ForeignKey(
        "base.CustomImage",
        verbose_name="photo",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Facultative, en tête de la page.",
    )
    duration_days = models.DecimalField(
        "durée en jours",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="0,5 pour une demi-journée.",
    )
    duration_hours = models.DecimalField(
        "durée en heures",
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Le plus souvent 7 heures par jour.",
    )
    group_size_min = models.PositiveSmallIntegerField("effectif minimum", null=True, blank=True)
    group_size_max = models.PositiveSmallIntegerField(
        "effectif maximum",
        null=True,
        blank=True,
        help_text="L’effectif est une mention obligatoire du contrat (art. L6353-4).",
    )

    objectives = StreamField(
        [("objective", ObjectiveBlock(max_length=300))], verbose_name="objectifs", blank=True
    )
    programme = StreamField([("half_day", HalfDayBlock())], verbose_name="programme", blank=True)
    prerequisites = models.TextField(
        "prérequis", blank=True, help_text="« Aucun » si la formation est ouverte à tous."
    )
    audience = models.TextField("public visé", blank=True)
    teaching_methods = models.TextField("méthodes pédagogiques", blank=True)
    means = models.TextField("moyens pédagogiques et techniques", blank=True)
    evaluation_methods = models.TextField("modalités d’évaluation", blank=True)
    certificate = models.TextField(
        "sanction de la formation",
        blank=True,
        help_text="Ce que le stagiaire reçoit à la fin, par exemple une attestation.",
    )
    trainer_qualification = models.TextField(
        "titres et références des formateurs",
        blank=True,
        help_text="Mention obligatoire du contrat (Code du travail, art. L6353-4).",
    )
    access_terms = models.TextField(
        "modalités d’accès", blank=True, help_text="Comment s’inscrire, entretien, test…"
    )
    access_delay = models.CharField(
        "délai d’accès",
        max_length=300,
        blank=True,
        help_text="Temps entre l’inscription et l’entrée en formation (Qualiopi).",
    )
    accessibility_statement = models.TextField(
        "accessibilité aux personnes handicapées", blank=True
    )

    inter_price_excl_vat = models.DecimalField(
        "prix inter par personne HT (€)",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Les particuliers voient le prix TTC, les entreprises le prix HT.",
    )
    intra_price_excl_vat = models.DecimalField(
        "prix intra par jour HT (€)",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Pour un groupe d’une même entreprise. Vide : « sur devis ».",
    )
    vat_category = models.CharField(
        "nature pour la TVA",
        max_length=10,
        default=VatCategory.TRAINING.value,
        choices=[(category.value, category.label) for category in VatCategory],
    )

    indicators = StreamField(
        [("indicator", IndicatorBlock())], verbose_name="indicateurs de résultats", blank=True
    )
    content_updated_on = models.DateField(
        "contenu mis à jour le",
        null=True,
        blank=True,
        help_text="Date affichée au visiteur : dernière révision du contenu.",
    )
    certification_title = models.CharField("intitulé exact", max_length=200, blank=True)
    rncp_code = models.CharField("code RNCP ou RS", max_length=20, blank=True)
    certifier = models.CharField("certificateur", max_length=120, blank=True)
    certification_registered_on = models.DateField("enregistrée le", null=True, blank=True)

    objects: ClassVar[PageManager] = PageManager.from_queryset(CourseQuerySet)()

    content_panels = panels.CONTENT
    practical_panels = panels.PRACTICAL
    promote_panels = PublicPageMixin.promote_panels
    edit_handler = panels.course_edit_handler(promote_panels)

    search_fields: ClassVar = [
        *Page.search_fields,
        index.AutocompleteField("search_words"),
    ]

    parent_page_types: ClassVar = ["courses.CategoryPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "Fiche d’une formation : contenu, prix, sessions, programme en PDF."
    template = "courses/course_page.html"

    class Meta:
        verbose_name = "formation"
        verbose_name_plural = "formations"

    def listing_summary(self) -> str:
        return self.summary

    def search_words(self) -> str:
        """What the catalogue search looks into, without accents so that typing needs none."""
        modules = [module.title for half_day in self.half_days for module in half_day.modules]
        objectives = [str(block.value) for block in self.objectives]
        words = [self.title, self.reference or "", self.summary, *objectives, *modules]
        return without_accents(" ".join(words))

    @property
    def facts(self) -> dict[str, object]:
        values = {fact.field: getattr(self, fact.field) for fact in REQUIRED_FACTS}
        return values | {
            "objectives": [block.value for block in self.objectives if block.value],
            "programme": [half_day for half_day in self.half_days if half_day.modules],
        }

    @property
    def missing_facts(self) -> list[RequiredFact]:
        return missing_facts(self.facts)

    @property
    def is_complete(self) -> bool:
        return not self.missing_facts

    @property
    def half_days(self) -> list[ProgrammeHalfDay]:
        return number_modules(block.value for block in self.programme)

    def price(self, vat: VatPosition, today: date) -> Price | None:
        """List price per person of a sale made on the Paris date ``today``, or None if unknown."""
        return vat.price(self.inter_price_excl_vat, self.vat_category, today)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from courses.catalogue.presentation import course_context  # it reads this model

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | course_context(self, request, timezone.localdate())

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        return [
            {
                "location": self.get_full_url(request),
                "lastmod": self.last_published_at or self.latest_revision_created_at,
            }
        ]
