"""From one day to another in the lists of the back-office."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.forms import ValidationError

from wagtail.admin.filters import DateRangePickerWidget

import django_filters
from django_filters.fields import DateRangeField

EARLIEST = date(1900, 1, 1)


class DaysField(DateRangeField):
    def compress(self, data_list: list[date | None]) -> Any:
        """The first days of the calendar have no instant in UTC: the database would refuse them."""
        if any(day and day < EARLIEST for day in data_list):
            raise ValidationError("Cette date est trop ancienne.")
        return super().compress(data_list)


class DaysFilter(django_filters.DateFromToRangeFilter):
    field_class = DaysField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=DateRangePickerWidget, **kwargs)
