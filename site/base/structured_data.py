"""Builders of schema.org dictionaries. Pure; nothing here that the page does not show."""

from collections.abc import Iterable
from typing import Any

CONTEXT = "https://schema.org"


def breadcrumb(links: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(links, start=1)
        ],
    }


def without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
