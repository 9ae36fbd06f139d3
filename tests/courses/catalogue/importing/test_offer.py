from decimal import Decimal

import pytest

from base.importing.lines import parse_lines
from courses.catalogue.importing.offer import Prices, read_indicators, read_prices
from courses.catalogue.importing.sheet import Indicator


@pytest.mark.parametrize(
    ("text", "inter", "intra"),
    [
        ("Tarif : 1 200 € HT", "1200.00", None),
        ("Tarif HT : 990,5 €", "990.50", None),
        ("Tarif : 990 euros hors taxes", "990.00", None),
        ("Tarif intra : 2 500 € HT / jour", None, "2500.00"),
    ],
)
def test_read_prices_reads_amounts_without_vat(text, inter, intra):
    expected = Prices(inter and Decimal(inter), intra and Decimal(intra))

    assert read_prices([text]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Tarif : 1 200 € TTC",
        "Tarif : 1 200 €",
        "Tarif : 1 200 € HT, soit 1 440 € HT avec repas",
        "Tarif intra : 2 500 € HT",
        "Tarif : sur devis",
    ],
)
def test_read_prices_leaves_doubtful_amounts_to_the_editor(text):
    assert read_prices([text]) == Prices(unread=(text,))


@pytest.mark.parametrize(
    ("text", "indicator"),
    [
        ("Satisfaction : 96 % (2025)", Indicator("Satisfaction", "96 %", "2025")),
        ("Satisfaction : 4,5/5", Indicator("Satisfaction", "4,5/5")),
        ("92 % de réussite en 2025", Indicator("Réussite", "92 %", "2025")),
    ],
)
def test_read_indicators_reads_label_value_and_period(text, indicator):
    assert read_indicators(parse_lines([text])) == ([indicator], [])


def test_read_indicators_returns_the_lines_without_a_figure():
    lines = parse_lines(["Satisfaction : excellente"])

    assert read_indicators(lines) == ([], lines)
