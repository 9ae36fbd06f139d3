"""The legal pages that a search engine may list: those that have a text today."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from wagtail.contrib.sitemaps import Sitemap

from legal.notices.in_force import notices_in_force
from legal.notices.rules import NoticeKind
from legal.terms.queries import terms_in_force
from legal.terms.rules import Audience

PAGES = {
    NoticeKind.WITHDRAWAL_NOTICE: "withdrawal_right",
    NoticeKind.HOUSE_RULES: "house_rules",
    NoticeKind.LEGAL_NOTICE: "legal_notice",
    NoticeKind.PRIVACY: "privacy",
    NoticeKind.ACCESSIBILITY: "accessibility",
    NoticeKind.MEDIATION: "mediation",
}


class LegalPages(Sitemap):
    def items(self) -> list[str]:
        today = timezone.localdate()
        published = notices_in_force(today)
        terms = ["terms"] if terms_in_force(Audience.CONSUMER, today) else []
        return [*terms, *(name for kind, name in PAGES.items() if kind in published)]

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        """Under the site's own address, as the pages name themselves."""
        root = self.get_wagtail_site().root_url
        return [
            {"location": root + reverse(name)} for name in self.paginator.page(page).object_list
        ]
