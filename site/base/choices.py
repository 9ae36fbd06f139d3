"""Choices among rows, whatever a form or an address says of their keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

LONGEST_KEY = 18  # digits; SQLite keeps no larger whole number and raises OverflowError over it


class RowField(forms.ModelChoiceField[Any]):
    """A key that no row can have is a wrong choice. Of a list of rows, it comes first among the bases.

    Django sees to it for whole numbers alone, not for keys that lead to another table or for lists.
    """

    def clean(self, value: Any) -> Any:
        keys = value if isinstance(value, (list, tuple)) else [value]
        if wrong := next((key for key in keys if len(str(key)) > LONGEST_KEY), None):
            raise ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": wrong, "pk": wrong},
            )
        return super().clean(value)
