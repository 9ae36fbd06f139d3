from django import forms
from django.template import Context

import pytest

from base.templatetags.active_filters import ActiveFilter, active_filters


class SearchForm(forms.Form):
    q = forms.CharField(label="Rechercher", required=False)
    domaine = forms.ChoiceField(
        label="Domaine", required=False, choices=[("", "Tous"), ("ventes", "– Ventes")]
    )
    prix = forms.DecimalField(label="Budget", required=False)
    du = forms.DateField(label="À partir du", required=False)


@pytest.fixture
def criteria(rf):
    """Active filters of the address ``/formations/?…``."""

    def read(query, *excluded):
        request = rf.get(f"/formations/?{query}")
        form = SearchForm(request.GET)
        form.is_valid()
        return active_filters(Context({"request": request}), form, *excluded)

    return read


def test_only_criterion_is_taken_away_with_the_query_string(criteria):
    assert criteria("q=vente") == [ActiveFilter("Rechercher", "vente", "/formations/")]


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("domaine=ventes", "Ventes"),
        ("prix=1200.50", "1\u202f200,5"),
        ("du=2026-12-01", "1er décembre 2026"),
    ],
)
def test_criterion_is_shown_in_french(criteria, query, value):
    assert [criterion.value for criterion in criteria(query)] == [value]


def test_taking_one_away_keeps_the_others_and_drops_the_page(criteria):
    urls = [criterion.url for criterion in criteria("q=a%26b&prix=500&du=&page=3")]

    assert urls == ["/formations/?prix=500", "/formations/?q=a%26b"]


def test_criterion_that_was_not_understood_is_not_active(criteria):
    assert criteria("prix=abc&domaine=inconnu") == []


def test_excluded_field_is_no_criterion(criteria):
    assert criteria("q=vente&prix=500", "q", "prix") == []


def test_price_of_zero_is_a_criterion(criteria):
    assert [criterion.value for criterion in criteria("prix=0")] == ["0"]
