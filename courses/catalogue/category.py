from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest

from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageManager
from wagtail.search import index

from base.kept_facts import kept
from base.publishing import PublicPageMixin


class CategoryPage(PublicPageMixin, Page):
    introduction = models.TextField(
        "introduction",
        max_length=400,
        blank=True,
        help_text="Deux ou trois phrases sous le titre : à qui servent ces formations ?",
    )

    objects: ClassVar[PageManager] = PageManager()

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("introduction")]
    promote_panels = PublicPageMixin.promote_panels
    search_fields: ClassVar = [*Page.search_fields, index.SearchField("introduction")]

    parent_page_types: ClassVar = ["courses.CatalogueIndexPage", "courses.CategoryPage"]
    subpage_types: ClassVar = ["courses.CategoryPage", "courses.CoursePage"]
    page_description = "Domaine du catalogue, sur deux niveaux : Marketing > Marketing digital."
    template = "courses/category_page.html"

    class Meta:
        verbose_name = "domaine de formation"
        verbose_name_plural = "domaines de formation"

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Two levels only: a category below a category below the index has no children."""
        is_third_level = isinstance(parent.specific, CategoryPage) and isinstance(
            parent.get_parent().specific, CategoryPage
        )
        return bool(super().can_create_at(parent)) and not is_third_level

    def listing_summary(self) -> str:
        return self.introduction

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from courses.catalogue.listing import catalogue_listing  # it reads this model

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | catalogue_listing(request, within=self)


def published_categories(request: HttpRequest) -> list[CategoryPage]:
    """In the order of the tree; shared with other requests, so only to be read."""
    return kept(
        request, ("categories",), lambda: list(CategoryPage.objects.live().order_by("path"))
    )
