from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Literal

from django import template
from django.template import defaultfilters
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from base import typography

register = template.Library()

LineKind = Literal["item", "text", "blank"]


@register.filter
def typo(text: str | None) -> str:
    """For plain text only: marked-up text comes out escaped, never half-corrected."""
    return typography.french_typography(str(text)) if text else ""


@register.filter
def euros(amount: Decimal | None) -> str:
    return "" if amount is None else typography.euros(amount)


@register.filter
def euros_short(amount: Decimal | None) -> str:
    return "" if amount is None else typography.euros_short(amount)


@register.filter
def french_number(value: Decimal | int | None) -> str:
    return "" if value is None else typography.french_number(value)


@register.filter
def french_date(day: date | None) -> str:
    """An instant counts for its date in Paris."""
    if isinstance(day, datetime):
        day = timezone.localdate(day)
    return "" if day is None else typography.french_date(day)


@register.filter(expects_localtime=True)
def french_time(moment: time | datetime) -> str:
    return typography.french_time(moment.time() if isinstance(moment, datetime) else moment)


@register.filter
def french_instant(moment: datetime | None) -> str:
    """In Paris, to the minute."""
    return "" if moment is None else typography.french_instant(timezone.localtime(moment))


@register.filter
def pluralize(value: object, endings: str = "s") -> str:
    """Django's, except that nothing takes the singular in French: « 0 place »."""
    return defaultfilters.pluralize(1 if value == 0 else value, endings)


@register.filter
def french_duration(days: Decimal | None) -> str:
    return "" if days is None else typography.french_duration(days)


@register.filter
def paragraphs(text: str | None) -> SafeString:
    """Plain text as ``<p>`` and ``<ul>``: a blank line parts paragraphs, "- " opens an item."""
    lines = [line.strip() for line in (text or "").splitlines()]
    blocks = (
        _list(group) if kind == "item" else _paragraph(group)
        for kind, group in groupby(lines, key=_kind)
        if kind != "blank"
    )
    return mark_safe("\n".join(blocks))  # noqa: S308  every block comes from format_html


def _kind(line: str) -> LineKind:
    if not line:
        return "blank"
    return "item" if line.startswith("- ") else "text"


def _list(lines: Iterator[str]) -> SafeString:
    items = ((line.removeprefix("- ").lstrip(),) for line in lines)
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", items))


def _paragraph(lines: Iterator[str]) -> SafeString:
    body = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))
    return format_html("<p>{}</p>", body)
