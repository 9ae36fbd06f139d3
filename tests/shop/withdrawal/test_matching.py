"""Ending a contract asks for certainty, holding back a debit only for a doubt (law.md F-10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.withdrawal.matching import (
    Candidate,
    Declared,
    cited_references,
    designated,
    is_partial,
    may_concern,
    same_name,
    similar_names,
)

ORDER = Candidate(
    pk=1,
    reference="LX-7K3M-Q2RT",
    names=("Aline Béranger", "Paul Béranger"),
    emails=("aline@exemple.fr", "paul@exemple.fr"),
)
OTHER = Candidate(
    pk=2, reference="LX-2222-3333", names=("Zoé Ott", "Zoé Ott"), emails=("z@x.fr", "z@x.fr")
)


def declared(contract, *, name="Personne", email="inconnue@exemple.fr"):
    return Declared(name=name, email=email, contract=contract)


@pytest.mark.parametrize(
    "text",
    [
        "LX-7K3M-Q2RT",
        "lx 7k3m q2rt",
        "7K3MQ2RT",
        " 7k3m-q2rt\n",
        "Commande LX‑7K3M‑Q2RT : Tableur, du 11/01/2027",
        "ma commande no LX7K3MQ2RT.",
        "\uff2c\uff38-7K3M-Q2RT",
    ],
)
def test_reference_is_read_however_it_is_typed(text):
    assert cited_references(text) == {"LX-7K3M-Q2RT"}


@pytest.mark.parametrize(
    "text", ["", "LX-7K3M", "LX-7K3M-Q2R", "XLX-7K3M-Q2RT", "LX-7K3M-Q2RT9", "Excel le 3 mars"]
)
def test_text_without_a_reference_cites_none(text):
    assert cited_references(text) == frozenset()


@pytest.mark.parametrize(
    "who",
    [
        {"email": "ALINE@exemple.fr"},
        {"name": "beranger ALINE"},
        {"name": "Mme Aline Béranger"},
    ],
)
def test_reference_with_the_buyer_designates_the_order(who):
    assert designated(declared("LX-7K3M-Q2RT", **who), [ORDER, OTHER]) == [ORDER]


@pytest.mark.parametrize(
    "who", [{}, {"email": "paul@exemple.fr"}, {"name": "Paul Béranger"}, {"name": "Aline"}]
)
def test_reference_without_the_buyer_designates_nothing(who):
    assert designated(declared("LX-7K3M-Q2RT", **who), [ORDER]) == []


def test_buyer_without_a_reference_designates_nothing():
    assert designated(declared("Tableur", email="aline@exemple.fr"), [ORDER]) == []


def test_reference_next_to_an_unknown_one_designates_nothing():
    text = "LX-7K3M-Q2RT et LX-8888-9999"
    assert designated(declared(text, email="aline@exemple.fr"), [ORDER]) == []


def test_two_orders_of_one_buyer_are_both_designated():
    second = Candidate(pk=3, reference="LX-4444-5555", names=ORDER.names, emails=ORDER.emails)
    text = "LX-7K3M-Q2RT et LX-4444-5555"
    assert designated(declared(text, email="aline@exemple.fr"), [ORDER, second]) == [ORDER, second]


@pytest.mark.parametrize(
    "text",
    [
        "LX-7K3M-Q2RT, le premier jour seulement",
        "LX-7K3M-Q2RT pour l’un des stagiaires",
        "une partie de LX-7K3M-Q2RT",
        "LX-7K3M-Q2RT, excepté la matinée",
    ],
)
def test_part_of_a_contract_is_left_to_a_person(text):
    """W-09: a part may be identified."""
    assert is_partial(text)
    assert designated(declared(text, email="aline@exemple.fr"), [ORDER]) == []


@pytest.mark.parametrize("text", ["LX-7K3M-Q2RT", "Participation à la formation", "Départ à Lyon"])
def test_whole_contract_is_not_taken_for_a_part(text):
    assert not is_partial(text)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Aline Béranger", "BERANGER Aline", True),
        ("Aline Béranger", "M. Aline Beranger", True),
        ("Aline Béranger", "Aline Marie Béranger", True),
        ("Aline Béranger", "Aline Bérangé", True),
        ("Aline Béranger", "Aline Berengar", False),
        ("Aline Béranger", "Aline Beramger", True),
        ("Aline Béranger", "Alien Béranger", True),
        ("Aline Béranger", "Béranger", True),
        ("Aline Béranger", "Bérangers", False),
        ("Aline Béranger", "Paul Béranger", False),
        ("Aline Béranger", "", False),
        ("Jean-Luc d’Arnaud", "jean luc darnaud", True),
        ("Jean-Luc d’Arnaud", "Arnaud Jean Luc", True),
        ("李 明", "明 李", True),
    ],
)
def test_similar_names(one, other, expected):
    assert similar_names(one, other) is expected
    assert similar_names(other, one) is expected


def test_same_name_has_no_slip():
    assert same_name("Aline Béranger", "béranger aline")
    assert not same_name("Aline Béranger", "Aline Beramger")
    assert not same_name("", "")


@pytest.mark.parametrize(
    ("contract", "who"),
    [
        ("Tableur", {"email": " Aline@Exemple.fr"}),
        ("Tableur", {"email": "paul@exemple.fr"}),
        ("Tableur", {"name": "Beramger Aline"}),
        ("Tableur", {"name": "Paul Béranger"}),
        ("LX-7K3M-Q2RT", {}),
    ],
)
def test_doubt_is_enough_to_concern_an_order(contract, who):
    assert may_concern(declared(contract, **who), ORDER)


def test_stranger_concerns_no_order():
    assert not may_concern(declared("LX-2222-3333", name="Zoé Ott", email="z@x.fr"), ORDER)


def test_empty_address_is_nobody_s():
    anonymous = Candidate(pk=4, reference="LX-9999-9999", names=("A B", "A B"), emails=("", ""))
    assert not may_concern(declared("Tableur", email=""), anonymous)


@given(st.text(), st.text(), st.text())
def test_any_text_is_compared_without_failing(name, email, contract):
    typed = Declared(name=name, email=email, contract=contract)
    chosen = designated(typed, [ORDER, OTHER])
    assert all(may_concern(typed, candidate) for candidate in chosen)


@given(st.text(), st.text())
def test_similarity_has_no_direction(one, other):
    assert similar_names(one, other) is similar_names(other, one)


@given(st.text(max_size=60))
def test_name_is_similar_to_itself_in_any_case(name):
    assert similar_names(name, name) is bool(name.strip() and same_name(name, name))


def test_very_long_name_is_compared_quickly():
    assert not similar_names("ab " * 300_000, "Aline Béranger")
