from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageManager

from base.publishing import PublicPageMixin


class ContactReason(StrEnum):
    INFORMATION = "information"
    INDIVIDUAL = "individual"
    COMPANY = "company"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            ContactReason.INFORMATION: "Une question sur une formation",
            ContactReason.INDIVIDUAL: "Je m’inscris à titre personnel",
            ContactReason.COMPANY: "Une proposition pour mon entreprise",
            ContactReason.OTHER: "Autre demande",
        }[self]


class ContactPage(PublicPageMixin, Page):
    introduction = models.TextField(
        "introduction", max_length=400, blank=True, help_text="Au-dessus du formulaire."
    )
    thank_you_text = models.TextField(
        "message de remerciement",
        max_length=400,
        blank=True,
        help_text="Affiché après l’envoi. Dites sous quel délai vous répondez.",
    )

    objects: ClassVar[PageManager] = PageManager()

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("thank_you_text"),
    ]
    promote_panels = PublicPageMixin.promote_panels

    max_count = 1
    parent_page_types: ClassVar = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "Formulaire de contact et coordonnées."

    class Meta:
        verbose_name = "page de contact"
        verbose_name_plural = "pages de contact"

    def listing_summary(self) -> str:
        return self.introduction

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        from pages.contact_views import serve_contact  # it reads this model

        return serve_contact(request, self)


class ContactMessage(models.Model):
    """A message of a visitor: stored first, mailed afterwards, so that no mail failure loses it."""

    reason = models.CharField(
        "motif",
        max_length=20,
        choices=[(reason.value, reason.label) for reason in ContactReason],
    )
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("e-mail")
    phone = models.CharField("téléphone", max_length=30, blank=True)
    company = models.CharField("entreprise", max_length=120, blank=True)
    session = models.ForeignKey(
        "courses.CourseSession",
        verbose_name="session",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    course = models.ForeignKey(
        "courses.CoursePage",
        verbose_name="formation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    message = models.TextField("message")
    created_at = models.DateTimeField("reçu le", default=timezone.now, editable=False)
    handled_at = models.DateTimeField("traité le", null=True, blank=True)
    handled_by = models.ForeignKey(
        "users.User",
        verbose_name="traité par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = "message reçu"
        verbose_name_plural = "messages reçus"
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} – {ContactReason(self.reason).label}"
