from typing import ClassVar

from django.db import models

from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index

from base.blocks import BodyBlock
from base.publishing import PublicPageMixin


class StandardPage(PublicPageMixin, Page):
    introduction = models.TextField(
        "introduction", max_length=400, blank=True, help_text="Une ou deux phrases sous le titre."
    )
    body = StreamField(BodyBlock(), verbose_name="contenu", blank=True)

    objects: ClassVar[PageManager] = PageManager()

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]
    promote_panels = PublicPageMixin.promote_panels
    search_fields: ClassVar = [
        *Page.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]

    parent_page_types: ClassVar = ["pages.HomePage", "pages.StandardPage"]
    subpage_types: ClassVar = ["pages.StandardPage"]
    page_description = "Page de texte : présentation, financement, accessibilité…"

    class Meta:
        verbose_name = "page de texte"
        verbose_name_plural = "pages de texte"

    def listing_summary(self) -> str:
        return self.introduction
