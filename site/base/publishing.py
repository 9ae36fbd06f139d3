from typing import ClassVar

from django.db import models
from django.http import HttpRequest

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult


class PublicPageMixin(models.Model):
    """What every public page shares: how it shows up in search engines and shared links."""

    social_image = models.ForeignKey(
        "base.CustomImage",
        verbose_name="image de partage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Affichée quand la page est partagée. À défaut, le logo.",
    )

    promote_panels: ClassVar = [
        MultiFieldPanel(
            [
                "slug",
                FieldPanel(
                    "seo_title",
                    help_text="Titre dans les moteurs de recherche, 60 caractères au plus. "
                    "À défaut, le titre de la page.",
                ),
                FieldPanel(
                    "search_description",
                    help_text="Deux phrases sous le titre dans les moteurs de recherche, "
                    "155 caractères au plus.",
                ),
                "social_image",
                FieldPanel(
                    "show_in_menus",
                    help_text="Coché : la page figure dans le menu en tête de chaque page.",
                ),
            ],
            heading="Comment la page apparaît-elle ailleurs ?",
        )
    ]

    class Meta:
        abstract = True

    def route(self: "Page", request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Wagtail walks down the tree, at two queries a level; most addresses are a page's own."""
        below = page_at(self, path_components) if path_components else None
        if below:
            return below.route(request, [])
        return Page.route(self, request, path_components)

    def get_view_restrictions(self: "Page") -> models.QuerySet[PageViewRestriction]:
        """Wagtail reads the ancestors first, even where nothing at all is restricted."""
        if not PageViewRestriction.objects.exists():
            return PageViewRestriction.objects.none()
        return Page.get_view_restrictions(self)

    def listing_summary(self) -> str:
        """Sentence that stands for the page in meta data when no description was typed."""
        return ""

    def meta_title(self: "Page") -> str:
        return self.seo_title or self.title

    def meta_description(self: "Page") -> str:
        return self.search_description or self.listing_summary()


def page_at(start: Page, path_components: list[str]) -> Page | None:
    address = f"{start.url_path}{'/'.join(path_components)}/"
    # The slug has an index, the address has none.
    return Page.objects.filter(slug=path_components[-1], url_path=address).specific().first()
