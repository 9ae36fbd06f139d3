"""The period that a page of figures is about, chosen from a list or typed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from wagtail.admin.widgets import AdminDateInput

from base.clock import present
from shop.backoffice.forms import DATE_ERRORS, DATE_FORMATS
from shop.backoffice.periods import Days, Span, days_of

LONGEST = 366 * 11  # days: ten years are kept, and the current one
EARLIEST = date(2020, 1, 1)
EVERYTHING = "tout"


def period_field(*more: tuple[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Période",
        choices=[*((span.value, span.label) for span in Span), *more],
        error_messages={
            "required": "Choisissez une période.",
            "invalid_choice": "Cette période n’est pas proposée.",
        },
    )


class PeriodForm(forms.Form):
    """``days`` after a successful check."""

    periode = period_field()
    du = forms.DateField(
        label="Du",
        required=False,
        input_formats=DATE_FORMATS,
        widget=AdminDateInput(format="%d/%m/%Y"),
        error_messages=DATE_ERRORS,
    )
    au = forms.DateField(
        label="Au (compris)",
        required=False,
        input_formats=DATE_FORMATS,
        widget=AdminDateInput(format="%d/%m/%Y"),
        error_messages=DATE_ERRORS,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        span = Span(cleaned["periode"])
        if span == Span.FREE:
            self._check(cleaned["du"], cleaned["au"])
            self.days = Days(cleaned["du"], cleaned["au"])
        else:
            self.days = days_of(span, timezone.localdate(present()))
        return cleaned

    def _check(self, first: date | None, last: date | None) -> None:
        if first is None or last is None:
            raise forms.ValidationError("Indiquez les deux dates.")
        if last < first:
            raise forms.ValidationError(
                "La seconde date précède la première : corrigez l’une des deux."
            )
        if first < EARLIEST or (last - first).days > LONGEST:
            raise forms.ValidationError("Cette période est trop longue, ou trop ancienne.")
        if last > days_of(Span.YEAR, timezone.localdate(present())).last:
            raise forms.ValidationError("La période finit au plus tard avec l’année en cours.")


class CohortForm(PeriodForm):
    """``cohort`` after a successful check: None is everything since the beginning."""

    periode = period_field((EVERYTHING, "Depuis le début"))

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("periode") != EVERYTHING:
            return super().clean()
        return self.cleaned_data

    @property
    def cohort(self) -> Days | None:
        return None if self.cleaned_data["periode"] == EVERYTHING else self.days
