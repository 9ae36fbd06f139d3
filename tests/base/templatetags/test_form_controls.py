from django import forms
from django.test.html import parse_html

import pytest

from base.templatetags.form_controls import control


class SampleForm(forms.Form):
    q = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "search"}))
    prix = forms.DecimalField(widget=forms.NumberInput(attrs={"min": "0"}))
    du = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    tri = forms.ChoiceField(choices=[("", "Pertinence"), ("prix", "Prix <croissant>")])


FORMS = {
    "empty": SampleForm(),
    "filled": SampleForm({"q": '"<b>', "prix": "12", "du": "2026-12-01", "tri": "prix"}),
    "invalid": SampleForm({"q": "", "prix": "abc", "du": "demain", "tri": "autre"}),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("name", list(SampleForm.base_fields))
def test_control_is_what_django_draws(form, name):
    assert parse_html(control(form[name])) == parse_html(str(form[name]))
