from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest

from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageManager

from base.publishing import PublicPageMixin


class CatalogueIndexPage(PublicPageMixin, Page):
    introduction = models.TextField(
        "introduction",
        max_length=400,
        blank=True,
        help_text="Deux phrases au-dessus de la recherche.",
    )

    objects: ClassVar[PageManager] = PageManager()

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("introduction")]
    promote_panels = PublicPageMixin.promote_panels

    max_count = 1
    parent_page_types: ClassVar = ["pages.HomePage"]
    subpage_types: ClassVar = ["courses.CategoryPage"]
    page_description = "Le catalogue : recherche, filtres et liste des formations."
    template = "courses/catalogue_index_page.html"

    class Meta:
        verbose_name = "catalogue"
        verbose_name_plural = "catalogues"

    def listing_summary(self) -> str:
        return self.introduction

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from courses.catalogue.listing import catalogue_listing  # it reads this model

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | catalogue_listing(request, within=self)
