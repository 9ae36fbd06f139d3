"""schema.org description of a course and its sessions (Course, CourseInstance, Offer)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from base.organisation import Organisation
from base.structured_data import CONTEXT, breadcrumb, without_empty

if TYPE_CHECKING:
    from courses.catalogue.course import CoursePage
    from courses.catalogue.presentation import SessionOffer

__all__ = ["breadcrumb", "course_structured_data"]


def course_structured_data(
    course: CoursePage, offers: Iterable[SessionOffer], organisation: Organisation, url: str
) -> dict[str, Any]:
    """Prices include VAT: the visitor may be a consumer (law.md P-01)."""
    return without_empty(
        {
            "@context": CONTEXT,
            "@type": "Course",
            "name": course.title,
            "courseCode": course.reference,
            "description": course.listing_summary() or course.title,
            "url": url,
            "inLanguage": "fr",
            "timeRequired": f"PT{course.duration_hours.normalize():f}H"
            if course.duration_hours
            else None,
            "teaches": [str(block.value) for block in course.objectives],
            "coursePrerequisites": course.prerequisites,
            "provider": without_empty(
                {
                    "@type": "Organization",
                    "name": organisation.legal_name,
                    "telephone": organisation.phone,
                    "email": organisation.email,
                }
            ),
            "hasCourseInstance": [course_instance(offer, url) for offer in offers],
        }
    )


def course_instance(offer: SessionOffer, url: str) -> dict[str, Any]:
    session = offer.session
    return without_empty(
        {
            "@type": "CourseInstance",
            "courseMode": "Online" if session.is_remote else "Onsite",
            "startDate": session.starts_on.isoformat(),
            "endDate": session.ends_on.isoformat(),
            "location": place(offer),
            "offers": price_offer(offer, url),
        }
    )


def place(offer: SessionOffer) -> dict[str, Any]:
    venue = offer.session.venue
    if venue is None:
        return {}
    address = {
        "@type": "PostalAddress",
        "streetAddress": venue.street,
        "postalCode": venue.postcode,
        "addressLocality": venue.town,
        "addressCountry": "FR",
    }
    return {"@type": "Place", "name": venue.name, "address": without_empty(address)}


def price_offer(offer: SessionOffer, url: str) -> dict[str, Any]:
    if offer.price is None:
        return {}
    return {
        "@type": "Offer",
        "category": "Paid",
        "price": f"{offer.price.incl_vat:.2f}",
        "priceCurrency": "EUR",
        "availability": f"{CONTEXT}/{'InStock' if offer.is_bookable else 'SoldOut'}",
        "url": f"{url}#sessions",
    }
