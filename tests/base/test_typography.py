from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.template import Context, Template
from django.utils.safestring import SafeString, mark_safe

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from base.templatetags.typography import paragraphs, typo
from base.typography import (
    counted,
    euros,
    euros_short,
    french_date,
    french_date_range,
    french_duration,
    french_number,
    french_time,
    french_typography,
)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("l'entreprise d'aujourd'hui", "l’entreprise d’aujourd’hui"),
        ("Prêt ? Oui ; partez !", "Prêt\u202f? Oui\u202f; partez\u202f!"),
        ("Prêt? Oui; partez!", "Prêt\u202f? Oui\u202f; partez\u202f!"),
        ("Vraiment ?! (si !)", "Vraiment\u202f?! (si\u202f!)"),
        ("Objectif : vendre", "Objectif\u00a0: vendre"),
        ("Preuve n° 12", "Preuve n°\u00a012"),
        ("Objectif: vendre\nMoyens:", "Objectif\u00a0: vendre\nMoyens\u00a0:"),
        ("dire «bonjour» ou « bonsoir »", "dire «\u00a0bonjour\u00a0» ou «\u00a0bonsoir\u00a0»"),
        ("20 % et 30%", "20\u202f% et 30\u202f%"),
        ("25 000,00 € et 1 250 000 €", "25\u202f000,00\u00a0€ et 1\u202f250\u202f000\u00a0€"),
        ("etc...", "etc…"),
        ("le 1er mars", "le 1er mars"),
    ],
)
def test_french_typography_corrects_what_people_type(typed, printed):
    assert french_typography(typed) == printed


@pytest.mark.parametrize(
    "text",
    [
        "https://exemple.fr/a?b=1;c:d!'e'%20",
        "www.exemple.fr/l'avis?oui",
        "prenom.nom+devis@exemple.fr",
        "de 12:00 à 13:30",
        "SIRET 510 869 274 00066",
        "04 75 64 00 00",
        "en 2026 100 personnes",
        "100%vrai",
        "un:deux",
        "",
    ],
)
def test_french_typography_leaves_addresses_times_and_codes(text):
    assert french_typography(text) == text


def test_french_typography_corrects_around_an_address():
    assert (
        french_typography("C'est ici : https://exemple.fr/a?b ! L'adresse : a@exemple.fr ?")
        == "C’est ici\u00a0: https://exemple.fr/a?b\u202f! L’adresse\u00a0: a@exemple.fr\u202f?"
    )


fragments = st.sampled_from(
    [*"aé1 '«»:;!?%€.,)(-\n\t\u00a0\u202f", "...", "12:00", "www.a", "https://a", "a@b.fr", "100"]
)


@given(st.lists(fragments, max_size=20).map("".join))
@example("«;»:")
@example("1 000 000 :")
def test_french_typography_is_idempotent(text):
    once = french_typography(text)

    assert french_typography(once) == once


@given(st.lists(fragments, max_size=20).map("".join))
def test_french_typography_only_touches_spaces_apostrophes_and_dots(text):
    def essence(value):
        return "".join(value.replace("'", "’").replace("...", "…").split())

    assert essence(french_typography(text)) == essence(text)


@pytest.mark.parametrize(
    ("amount", "long", "short"),
    [
        ("1188", "1\u202f188,00\u00a0€", "1\u202f188\u00a0€"),
        ("1188.5", "1\u202f188,50\u00a0€", "1\u202f188,50\u00a0€"),
        ("0", "0,00\u00a0€", "0\u00a0€"),
        ("0.005", "0,01\u00a0€", "0,01\u00a0€"),
        ("1234567.89", "1\u202f234\u202f567,89\u00a0€", "1\u202f234\u202f567,89\u00a0€"),
        ("-12", "−12,00\u00a0€", "−12\u00a0€"),
    ],
)
def test_euros_prints_cents_and_thousands(amount, long, short):
    assert (euros(Decimal(amount)), euros_short(Decimal(amount))) == (long, short)


@pytest.mark.parametrize(
    ("value", "printed"),
    [("2.0", "2"), ("0.5", "0,5"), ("100", "100"), ("1188.50", "1\u202f188,5"), ("-3", "−3")],
)
def test_french_number_drops_useless_zeros(value, printed):
    assert french_number(Decimal(value)) == printed


def test_french_date_writes_the_first_as_an_ordinal():
    assert french_date(date(2026, 11, 18)) == "18 novembre 2026"
    assert french_date(date(2027, 1, 1)) == "1er janvier 2027"


@pytest.mark.parametrize(
    ("start", "end", "printed"),
    [
        (date(2026, 11, 18), date(2026, 11, 18), "18 novembre 2026"),
        (date(2026, 11, 18), date(2026, 11, 19), "18 et 19 novembre 2026"),
        (date(2026, 11, 30), date(2026, 12, 1), "30 novembre et 1er décembre 2026"),
        (date(2026, 12, 31), date(2027, 1, 1), "31 décembre 2026 et 1er janvier 2027"),
        (date(2026, 11, 18), date(2026, 11, 20), "du 18 au 20 novembre 2026"),
        (date(2026, 11, 30), date(2026, 12, 4), "du 30 novembre au 4 décembre 2026"),
        (date(2026, 12, 30), date(2027, 1, 4), "du 30 décembre 2026 au 4 janvier 2027"),
        (date(2026, 11, 18), date(2027, 11, 18), "du 18 novembre 2026 au 18 novembre 2027"),
    ],
)
def test_french_date_range_repeats_nothing(start, end, printed):
    assert french_date_range(start, end) == printed


@pytest.mark.parametrize(
    ("days", "printed"),
    [
        ("0.5", "½ journée"),
        ("1.0", "1 jour"),
        ("1.5", "1,5 jour"),
        ("2.0", "2 jours"),
        ("10", "10 jours"),
    ],
)
def test_french_duration_agrees_with_the_number(days, printed):
    assert french_duration(Decimal(days)) == printed


@pytest.mark.parametrize(
    ("moment", "printed"),
    [
        (time(9), "9\u00a0h"),
        (time(13, 30), "13\u00a0h\u00a030"),
        (time(0, 5), "0\u00a0h\u00a005"),
    ],
)
def test_french_time_is_never_broken(moment, printed):
    assert french_time(moment) == printed


def test_instants_are_told_in_paris_with_the_first_of_the_month():
    source = "{{ at|french_date }} / {{ at|french_instant }} / {{ at|french_time }}"
    at = datetime(2026, 11, 30, 23, 5, 59, tzinfo=UTC)

    printed = Template(source).render(Context({"at": at}))

    assert printed == (
        "1er décembre 2026 / 1er décembre 2026 à 0\u00a0h\u00a005 / 0\u00a0h\u00a005"
    )


@pytest.mark.parametrize(
    ("number", "printed"),
    [(0, "0 place libre"), (1, "1 place libre"), (2, "2 places libres")],
)
def test_the_plural_starts_at_two(number, printed):
    template = Template("{{ n }} place{{ n|pluralize }} libre{{ n|pluralize }}")

    assert counted(number, "place", "libre") == printed
    assert template.render(Context({"n": number})) == printed


def test_typo_gives_text_that_templates_still_escape():
    printed = typo(mark_safe("<b>l'offre</b>"))

    assert (printed, isinstance(printed, SafeString)) == ("<b>l’offre</b>", False)


def test_paragraphs_marks_up_blocks_and_items():
    text = "Un\nbis\n\n\nDeux :\n- a & b\n-  c\nfin\n-sans espace"

    assert paragraphs(text).splitlines() == [
        "<p>Un<br>bis</p>",
        "<p>Deux :</p>",
        "<ul><li>a &amp; b</li><li>c</li></ul>",
        "<p>fin<br>-sans espace</p>",
    ]


def test_paragraphs_escapes_even_marked_up_text():
    assert paragraphs(mark_safe("- <i>x</i>")) == "<ul><li>&lt;i&gt;x&lt;/i&gt;</li></ul>"


@pytest.mark.parametrize("empty", [None, "", " \n "])
def test_paragraphs_of_nothing_is_nothing(empty):
    assert paragraphs(empty) == ""
