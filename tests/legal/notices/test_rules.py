from datetime import date, timedelta
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legal.notices.reminders import mediator_reminders
from legal.notices.rules import (
    PLACEHOLDERS,
    REQUIRED,
    NoticeKind,
    fill,
    form_lines,
    last_days,
    missing_kinds,
    start_fault,
)
from legal.notices.statutory import departs_from_statute, statutory_text

FACTS = {name: f"valeur de {name}" for name in PLACEHOLDERS}
TODAY = date(2026, 11, 24)
names = st.sampled_from(sorted(PLACEHOLDERS))
pieces = st.one_of(
    st.text(max_size=20), names.map("{{{}}}".format), st.sampled_from(["{", "}", "{x}"])
)
values = st.dictionaries(names, st.text(max_size=12))


def test_placeholders_become_the_escaped_facts():
    facts = FACTS | {"nom": "A & B"}

    filled = fill(NoticeKind.HOUSE_RULES, "<p>Règles de {nom}.</p>", facts)

    assert (filled.html, filled.is_complete) == ("<p>Règles de A &amp; B.</p>", True)


@pytest.mark.parametrize(
    ("name", "fact", "html"),
    [
        (
            "telephone",
            "04 65 71 00 10",
            '<a href="tel:0465710010">04\u00a065\u00a071\u00a000\u00a010</a>',
        ),
        ("email", "a@b.example", '<a href="mailto:a@b.example">a@b.example</a>'),
        (
            "mediateur_site",
            "https://m.example/",
            '<a href="https://m.example/">https://m.example/</a>',
        ),
    ],
)
def test_fact_that_can_be_followed_is_a_link(name, fact, html):
    assert fill(NoticeKind.PRIVACY, f"{{{name}}}", FACTS | {name: fact}).html == html


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_each_required_fact_is_reported_even_when_no_word_names_it(kind):
    filled = fill(kind, "<p>Rien.</p>", {})

    assert [item.name for item in filled.missing] == list(REQUIRED[kind])


def test_fact_named_by_the_text_is_required():
    filled = fill(NoticeKind.HOUSE_RULES, "{nda}", {"nom": "LEXOM", "nda": "  "})

    assert [item.name for item in filled.missing] == ["nda"]


@pytest.mark.parametrize(
    "html", ["{inconnu}", "{", "a } b", "{ nom }", "{Nom}", '<a href="{nom}">x</a>', "{{nom}}"]
)
def test_brace_that_names_nothing_is_reported(html):
    assert fill(NoticeKind.HOUSE_RULES, html, FACTS).stray


def test_fact_that_holds_a_brace_is_reported():
    assert fill(NoticeKind.HOUSE_RULES, "{nom}", FACTS | {"nom": "{email}"}).stray == ("{email}",)


@given(st.sampled_from(NoticeKind), st.lists(pieces), values)
def test_complete_text_never_holds_a_brace(kind, typed, facts):
    html = "".join(piece if piece.startswith("{") else escape(piece) for piece in typed)

    filled = fill(kind, html, facts)

    assert not filled.is_complete or not set("{}") & set(filled.html + filled.text)


@given(st.lists(st.dates(), unique=True).map(sorted))
def test_versions_leave_neither_gap_nor_overlap(starts):
    ends = last_days(starts)

    assert len(ends) == len(starts)
    assert ends[-1:] in ((), (None,))
    assert [end + timedelta(days=1) for end in ends[:-1]] == starts[1:]


@pytest.mark.parametrize(
    ("start", "latest", "fault"),
    [
        (TODAY, None, ""),
        (TODAY, TODAY - timedelta(days=1), ""),
        (
            TODAY - timedelta(days=1),
            None,
            "La date d’entrée en vigueur est passée : choisissez le 24/11/2026 ou plus tard.",
        ),
        (
            TODAY,
            TODAY,
            "Une version publiée commence le 24/11/2026 : choisissez un jour suivant.",
        ),
        (
            TODAY,
            TODAY + timedelta(days=9),
            "Une version publiée commence le 03/12/2026 : choisissez un jour suivant.",
        ),
    ],
)
def test_version_begins_neither_in_the_past_nor_before_the_latest(start, latest, fault):
    assert start_fault(start, today=TODAY, latest=latest) == fault


def test_form_leaves_room_after_each_line_to_fill():
    lines = form_lines(statutory_text(NoticeKind.WITHDRAWAL_FORM))

    assert [line.to_fill for line in lines] == [False, False, *[True] * 6, False]
    assert lines[0].text.startswith("(Veuillez compléter")


def test_typography_does_not_depart_from_the_statute():
    text = statutory_text(NoticeKind.WITHDRAWAL_NOTICE)
    typeset = text.replace("'", "’").replace(" ;", "\u202f;").replace("\n", "\n\n")

    assert not departs_from_statute(NoticeKind.WITHDRAWAL_NOTICE, typeset)


@given(st.integers(0, 200))
def test_every_word_of_the_statute_counts(index):
    words = statutory_text(NoticeKind.WITHDRAWAL_NOTICE).split()
    words[index] += "x"

    assert departs_from_statute(NoticeKind.WITHDRAWAL_NOTICE, " ".join(words))


def test_free_text_departs_from_no_statute():
    assert not departs_from_statute(NoticeKind.PRIVACY, "Ce que l’on veut.")


def test_statutory_texts_are_quoted_word_for_word():
    notice = statutory_text(NoticeKind.WITHDRAWAL_NOTICE)
    form = statutory_text(NoticeKind.WITHDRAWAL_FORM)

    assert (
        "dans un délai de quatorze jours.\nLe délai de rétractation expire quatorze jours" in notice
    )
    assert "y compris son contenu ainsi que la date et l'heure de sa soumission." in notice
    assert "un montant proportionnel à ce qui vous a été fourni jusqu'au moment" in notice
    assert form.splitlines()[0] == "MODÈLE DE FORMULAIRE DE RÉTRACTATION"
    assert form.splitlines()[-1] == "(*) Rayez la mention inutile."


def test_missing_kinds_are_those_without_a_text():
    present = [kind for kind in NoticeKind if kind != NoticeKind.PRIVACY]

    assert missing_kinds(present) == (NoticeKind.PRIVACY,)


@pytest.mark.parametrize(
    ("valid_until", "last_checked", "count"),
    [
        (TODAY + timedelta(days=61), TODAY, 0),
        (TODAY + timedelta(days=60), TODAY, 1),
        (TODAY, TODAY, 1),
        (TODAY - timedelta(days=1), TODAY, 1),
        (None, TODAY, 1),
        (TODAY + timedelta(days=99), TODAY - timedelta(days=364), 0),
        (TODAY + timedelta(days=99), TODAY - timedelta(days=365), 1),
        (TODAY + timedelta(days=99), None, 1),
        (None, None, 2),
    ],
)
def test_mediator_is_to_be_checked_in_time(valid_until, last_checked, count):
    reminders = mediator_reminders(
        today=TODAY, name="CNPM", valid_until=valid_until, last_checked=last_checked
    )

    assert len(reminders) == count


def test_absent_mediator_is_the_only_reminder():
    reminders = mediator_reminders(today=TODAY, name="", valid_until=None, last_checked=None)

    assert reminders == ("Aucun médiateur n’est indiqué : la loi impose d’en nommer un.",)
