from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Case, DecimalField, Exists, F, Min, OuterRef, Q, Value, When

from wagtail.query import PageQuerySet

from base.vat import VatCategory, VatPosition
from courses.sessions.rules import PUBLIC_STATES

if TYPE_CHECKING:
    from courses.sessions.models import SessionQuerySet


class CourseQuerySet(PageQuerySet):
    """Vocabulary of the catalogue; every listing takes the Paris date as an argument."""

    def closest_first(self, query: str) -> CourseQuerySet:
        """Courses that name the words of a search in their title or reference before the others.

        The search engine's own rank costs a look-up per row: seconds with thousands of courses.
        """
        named = Q(title__icontains=query) | Q(reference__icontains=query)
        return self.order_by(Case(When(named, then=0), default=1), "title", "pk")

    def having_session(self, sessions: SessionQuerySet) -> CourseQuerySet:
        return self.filter(Exists(sessions.filter(course=OuterRef("pk"))))

    def with_next_session_on(self, today: date) -> CourseQuerySet:
        upcoming = Q(sessions__state__in=PUBLIC_STATES, sessions__starts_on__gt=today)
        return self.annotate(next_session_on=Min("sessions__starts_on", filter=upcoming))

    def costing_at_most(self, incl_vat: Decimal, vat: VatPosition, today: date) -> CourseQuerySet:
        """Courses whose price for an individual is at most ``incl_vat`` euros, tax included."""
        factor = Case(
            *[
                When(vat_category=category, then=Value(1 + vat.rate(category, today)))
                for category in VatCategory
            ],
            output_field=DecimalField(max_digits=4, decimal_places=2),
        )
        return self.annotate(
            price_incl_vat=F("inter_price_excl_vat") * factor,
        ).filter(price_incl_vat__lte=incl_vat)
