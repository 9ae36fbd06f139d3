"""What buyers type, clumsily or on purpose: kept as it can be printed, or refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.orders.forms import UNTICKED_TRAINEE, BuyerForm
from shop.orders.models import Order
from tests.shop.conftest import BUYER

SHORT = ("first_name", "last_name", "email", "phone", "street", "postcode", "town", "country")
TRAINEE = {
    "trainee_first_name": "Alix",
    "trainee_last_name": "Modèle",
    "trainee_email": "alix@example.org",
}
OWN = {
    "trainee_first_name": "CAMILLE",
    "trainee_last_name": "Essai",
    "trainee_email": "Camille@Example.org",
}


def errors(**changes):
    return {name: list(found) for name, found in BuyerForm(BUYER | changes).errors.items()}


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [("FR", "07 000", "07000"), ("BE", "1000", "1000"), ("LU", "l-1855", "L-1855")],
)
def test_postcode_is_kept_without_spaces(country, typed, kept):
    form = BuyerForm(BUYER | {"country": country, "postcode": typed})

    assert form.is_valid()
    assert form.cleaned_data["postcode"] == kept


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("FR", "\u0660\u0667\u0660\u0660\u0660"),
        ("FR", "07\uff10\uff10\uff10"),
        ("BE", "ßßßßßßßßßß"),
        ("DE", "ﬃﬃﬃﬃﬃﬃ"),
    ],
)
def test_postcode_in_other_digits_or_that_grows_in_capitals_is_refused(country, typed):
    assert list(errors(country=country, postcode=typed)) == ["postcode"]


def test_line_breaks_cannot_reach_a_mail_header():
    form = BuyerForm(BUYER | {"first_name": "Camille\nBcc: autre@example.org"})

    assert form.is_valid()
    assert form.cleaned_data["first_name"] == "Camille Bcc: autre@example.org"


def test_invisible_name_is_no_name():
    assert errors(last_name="\u200b") == {"last_name": ["Indiquez votre nom."]}


@pytest.mark.parametrize("name", TRAINEE)
def test_trainee_typed_without_the_box_is_asked_about(name):
    assert errors(**{name: TRAINEE[name]}) == {"other_trainee": [UNTICKED_TRAINEE]}


def test_trainee_typed_with_the_box_is_kept():
    form = BuyerForm(BUYER | TRAINEE | {"other_trainee": "on"})

    assert form.is_valid()
    assert {name: form.cleaned_data[name] for name in TRAINEE} == TRAINEE


def test_buyer_filled_in_again_as_trainee_is_nobody_else():
    assert errors(**OWN) == {}


@pytest.mark.parametrize("token", ["\x00", "x" * 65, "a b", "<script>", "é"])
def test_wrong_key_of_the_waiting_list_is_none(token):
    form = BuyerForm(BUYER | {"attente": token})

    assert form.is_valid()
    assert (form.cleaned_data["attente"], form.waiting_token) == ("", "")


@given(st.dictionaries(st.sampled_from([*BuyerForm.base_fields]), st.text(max_size=300)))
def test_any_text_is_refused_or_fits_its_column(typed):
    form = BuyerForm(BUYER | typed)

    if form.is_valid():
        longest = {name: Order._meta.get_field(name).max_length for name in SHORT}
        too_long = [name for name in SHORT if len(form.cleaned_data[name]) > longest[name]]
        assert too_long == []
    else:
        assert all(form.errors.values())
