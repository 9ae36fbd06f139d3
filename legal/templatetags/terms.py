from datetime import date, timedelta

from django import template
from django.utils.safestring import SafeString, mark_safe

from legal.terms.text import clean_html

register = template.Library()


@register.filter
def clause(source: str | None) -> SafeString:
    """Rich text of a version: only its paragraphs, lists, emphasis and secure links come out."""
    return mark_safe(clean_html(source or ""))  # noqa: S308  written anew from an allowlist


@register.filter
def day_after(day: date | None) -> date | None:
    """The day on which what ended on ``day`` was replaced."""
    return day + timedelta(days=1) if day else None
