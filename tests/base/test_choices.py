from django import forms
from django.core.exceptions import ValidationError

import pytest

from base.choices import RowField
from courses.models import CoursePage, CourseSession

pytestmark = pytest.mark.django_db
TOO_LARGE = [str(2**63), "9" * 40, "9" * 5000]


class RowsField(RowField, forms.ModelMultipleChoiceField):
    pass


@pytest.mark.parametrize("key", TOO_LARGE)
def test_key_that_no_row_can_have_is_a_wrong_choice(key):
    for field, value in (
        (RowField(CoursePage.objects.all()), key),
        (RowsField(CourseSession.objects.all()), [key]),
        (RowsField(CourseSession.objects.all()), key),
    ):
        with pytest.raises(ValidationError):
            field.clean(value)


def test_empty_choice_stays_one():
    assert RowField(CoursePage.objects.all(), required=False).clean("") is None
    assert not RowsField(CourseSession.objects.all(), required=False).clean([])
