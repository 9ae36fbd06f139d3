from typing import Any

from django import forms
from django.utils import timezone

from wagtail.admin.forms import WagtailAdminModelForm

from legal.rates.actions import past_changes, save_rates
from legal.rates.models import HalfYearRate


class HalfYearRateForm(WagtailAdminModelForm):
    """Changing a half-year that has begun takes a second look."""

    confirmed = forms.BooleanField(
        label="Je confirme la correction d’un semestre commencé",
        required=False,
        help_text="À cocher seulement pour corriger une valeur déjà en usage : des pénalités ont pu "
        "être calculées avec elle. La correction est inscrite au journal.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance
        if stored.pk is None or stored.half_year.first_day > timezone.localdate():
            del self.fields["confirmed"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.errors and not cleaned.get("confirmed") and self._changes_the_past(cleaned):
            self.add_error(
                "confirmed",
                "Ce semestre a commencé : cochez cette case pour confirmer la correction.",
            )
        return cleaned

    def _changes_the_past(self, cleaned: dict[str, Any]) -> bool:
        fields = {name: value for name, value in cleaned.items() if name != "confirmed"}
        row = HalfYearRate(pk=self.instance.pk, **fields)
        return bool(past_changes(row, today=timezone.localdate()))

    def save(self, commit: bool = True) -> HalfYearRate:
        row: HalfYearRate = super().save(commit=False)
        if commit:
            save_rates(
                row=row,
                actor=str(self.for_user),
                today=timezone.localdate(),
                confirmed=self.cleaned_data.get("confirmed", False),
            )
        return row
