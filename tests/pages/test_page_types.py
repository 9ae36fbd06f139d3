"""Conventions that hold for every type of page, now and later."""

from django.template.loader import get_template

from wagtail.models import Page, get_page_models

import pytest

PAGE_TYPES = [model for model in get_page_models() if model is not Page]
SAME_WORD_IN_FRENCH = {"introduction", "programme"}


@pytest.fixture(params=PAGE_TYPES, ids=lambda model: model.__name__)
def page_type(request):
    return request.param


def test_page_type_says_where_it_may_live(page_type):
    assert "parent_page_types" in vars(page_type)
    assert "subpage_types" in vars(page_type)


def test_page_type_speaks_french(page_type):
    assert page_type._meta.verbose_name[0].islower()
    assert page_type._meta.verbose_name != page_type.__name__.lower()
    assert page_type.page_description.endswith((".", "…"))


def test_page_type_has_a_template(page_type):
    assert get_template(page_type.template).origin.name.endswith(page_type.template)


def test_every_own_field_is_named_in_french(page_type):
    inherited = {field.name for field in Page._meta.get_fields()}
    own = [
        field
        for field in page_type._meta.get_fields()
        if field.concrete and field.name not in inherited and not field.name.endswith("_ptr")
    ]

    unnamed = {field.name for field in own if field.verbose_name == field.name.replace("_", " ")}

    assert unnamed <= SAME_WORD_IN_FRENCH
