"""The criteria of a search form that the visitor may take away one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms, template
from django.http import HttpRequest
from django.template.context import Context

from base.typography import french_date, french_number

register = template.Library()


@dataclass(frozen=True)
class ActiveFilter:
    """``url`` is the same search without this criterion."""

    label: str
    value: str
    url: str


@register.simple_tag(takes_context=True)
def active_filters(context: Context, form: forms.Form, *excluded: str) -> list[ActiveFilter]:
    """Understood criteria of a bound form, without the fields named in ``excluded``."""
    request: HttpRequest = context["request"]
    return [
        ActiveFilter(str(field.label), shown_value(field, value), address_without(request, name))
        for name, field, value in chosen_values(form)
        if name not in excluded
    ]


def chosen_values(form: forms.Form) -> Iterator[tuple[str, forms.Field, Any]]:
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value not in (None, ""):
            yield name, field, value


def shown_value(field: forms.Field, value: Any) -> str:
    if isinstance(value, date):
        return french_date(value)
    if isinstance(value, Decimal):
        return french_number(value)
    if isinstance(field.widget, forms.Select):
        labels = {key: str(label) for key, label in field.widget.choices}
        return labels[value].lstrip("– ")  # sub-choices are indented with dashes
    return str(value)


def address_without(request: HttpRequest, name: str) -> str:
    """The current address without one criterion, empty ones and the page number."""
    parameters = request.GET.copy()
    for key in [key for key, value in request.GET.items() if not value or key in (name, "page")]:
        del parameters[key]
    return f"{request.path}?{parameters.urlencode()}" if parameters else request.path
