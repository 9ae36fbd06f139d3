from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager

from base.blocks import BodyBlock, StepBlock
from base.kept_facts import kept
from base.organisation import Brand, Organisation
from base.publishing import PublicPageMixin
from base.structured_data import CONTEXT, without_empty
from courses.catalogue.category import published_categories
from courses.models import CategoryPage, CoursePage, CourseSession

UPCOMING_SESSIONS = 5


class StrengthBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", max_length=60)
    text = blocks.CharBlock(label="Texte", max_length=220)

    class Meta:
        label = "Point fort"
        icon = "success"
        label_format = "{title}"
        description = "Une raison de choisir LEXOM."


class HomePage(PublicPageMixin, Page):
    hero_title = models.CharField(
        "accroche", max_length=120, blank=True, help_text="Le grand titre de la page d’accueil."
    )
    hero_text = models.TextField("texte d’accroche", max_length=400, blank=True)
    strengths = StreamField(
        [("strength", StrengthBlock())], verbose_name="points forts", blank=True, max_num=4
    )
    individual_steps = StreamField(
        [("step", StepBlock())], verbose_name="parcours d’un particulier", blank=True, max_num=5
    )
    company_steps = StreamField(
        [("step", StepBlock())], verbose_name="parcours d’une entreprise", blank=True, max_num=5
    )
    body = StreamField(BodyBlock(), verbose_name="suite de la page", blank=True)

    objects: ClassVar[PageManager] = PageManager()

    content_panels: ClassVar = [
        *Page.content_panels,
        MultiFieldPanel(["hero_title", "hero_text"], heading="Que voit-on en arrivant ?"),
        MultiFieldPanel(["strengths"], heading="Pourquoi nous choisir ?"),
        MultiFieldPanel(["individual_steps", "company_steps"], heading="Comment ça se passe ?"),
        FieldPanel("body"),
    ]
    promote_panels = PublicPageMixin.promote_panels

    max_count = 1
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = [
        "courses.CatalogueIndexPage",
        "pages.StandardPage",
        "pages.ContactPage",
    ]
    page_description = "La page d’accueil du site."

    class Meta:
        verbose_name = "accueil"
        verbose_name_plural = "accueils"

    def listing_summary(self) -> str:
        return self.hero_text

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        organisation, today = Organisation.for_request(request), timezone.localdate()
        return context | {
            "organisation": organisation,
            "brands": kept(request, ("brands", organisation.pk), lambda: brands(organisation)),
            "domains": kept(request, ("domains",), lambda: course_domains(request)),
            "sessions": kept(request, ("next sessions", today), lambda: next_sessions(today)),
            "structured_data": [organisation_data(organisation, self.get_full_url(request) or "")],
        }


def brands(organisation: Organisation) -> list[Brand]:
    return list(organisation.brands.select_related("logo"))


def course_domains(request: HttpRequest) -> list[tuple[CategoryPage, int]]:
    """Top-level categories with their number of published courses."""
    categories = published_categories(request)
    if not categories:
        return []
    paths = list(CoursePage.objects.live().values_list("path", flat=True))
    top = min(category.depth for category in categories)
    return [
        (category, sum(path.startswith(category.path) for path in paths))
        for category in categories
        if category.depth == top
    ]


def next_sessions(today: date) -> list[CourseSession]:
    sessions = CourseSession.objects.upcoming(today).filter(course__live=True)
    return list(
        sessions.select_related("course", "venue").order_by("starts_on")[:UPCOMING_SESSIONS]
    )


def organisation_data(organisation: Organisation, url: str) -> dict[str, Any]:
    return without_empty(
        {
            "@context": CONTEXT,
            "@type": "EducationalOrganization",
            "name": organisation.legal_name or "LEXOM",
            "url": url,
            "telephone": organisation.phone,
            "email": organisation.email,
            "vatID": organisation.vat_number,
            "address": without_empty(
                {
                    "@type": "PostalAddress",
                    "streetAddress": organisation.street,
                    "postalCode": organisation.postcode,
                    "addressLocality": organisation.town,
                    "addressCountry": "FR",
                }
            ),
        }
    )
