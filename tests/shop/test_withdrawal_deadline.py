from io import StringIO

from django.core.management import call_command, execute_from_command_line
from django.core.management.base import CommandError

import pytest

UNREADABLE = "Instant illisible, attendu par exemple 2026-12-08T12:00+01:00."
NO_ZONE = "Fuseau horaire manquant, attendu par exemple 2026-12-08T12:00+01:00."
UNKNOWN_YEAR = "Jours fériés connus de 2008 à 2100 seulement."


def output_of(*arguments):
    stdout = StringIO()
    call_command("withdrawal_deadline", *arguments, stdout=stdout)
    return stdout.getvalue()


def test_command_prints_the_legal_days():
    assert output_of("2026-07-31T22:30:00Z") == (
        "last_day=2026-08-17 first_charge_day=2026-08-18\n"
    )


def test_command_adds_the_holidays_of_the_postcode():
    instant = "2026-03-20T10:00+01:00"

    assert output_of(instant) == "last_day=2026-04-03 first_charge_day=2026-04-04\n"
    assert output_of(instant, "--postcode", "67000") == (
        "last_day=2026-04-07 first_charge_day=2026-04-08\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("demain", UNREADABLE),
        ("2026-02-30T10:00Z", UNREADABLE),
        ("", UNREADABLE),
        ("2026-03-20T10:00", NO_ZONE),
        ("2026-03-20", NO_ZONE),
        ("2101-01-10T10:00Z", UNKNOWN_YEAR),
        ("2007-01-10T10:00Z", UNKNOWN_YEAR),
        ("9999-12-31T23:59-12:00", "Instant hors du calendrier."),
        ("0001-01-01T00:00+12:00", "Instant hors du calendrier."),
    ],
)
def test_command_refuses_what_is_no_instant(text, message):
    with pytest.raises(CommandError) as refusal:
        output_of(text)

    assert (str(refusal.value), refusal.value.returncode) == (message, 2)


def test_refusal_goes_to_standard_error_with_code_2(capsys):
    with pytest.raises(SystemExit) as exit_:
        execute_from_command_line(["manage.py", "withdrawal_deadline", "demain"])

    output = capsys.readouterr()
    assert exit_.value.code == 2
    assert (output.out, output.err.strip()) == ("", f"CommandError: {UNREADABLE}")


def test_command_answers_each_line_of_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("2026-07-31T21:59:59Z\r\n2026-07-31T22:30Z"))

    assert output_of("-") == (
        "last_day=2026-08-14 first_charge_day=2026-08-15\n"
        "last_day=2026-08-17 first_charge_day=2026-08-18\n"
    )


def test_postcode_applies_to_each_line(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("2026-03-20T10:00+01:00\n2028-12-11T10:00+01:00\n"))

    assert output_of("-", "--postcode", "57000") == (
        "last_day=2026-04-07 first_charge_day=2026-04-08\n"
        "last_day=2028-12-27 first_charge_day=2028-12-28\n"
    )


def test_refused_lines_keep_their_place_and_end_in_code_1(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", StringIO("demain\n\n2026-07-31T22:30Z\n2026-07-31T22:30\n"))

    with pytest.raises(SystemExit) as exit_:
        execute_from_command_line(["manage.py", "withdrawal_deadline", "-"])

    output = capsys.readouterr()
    assert exit_.value.code == 1
    assert output.out.splitlines() == [
        f"error={UNREADABLE}",
        f"error={UNREADABLE}",
        "last_day=2026-08-17 first_charge_day=2026-08-18",
        f"error={NO_ZONE}",
    ]
    assert output.err.strip() == "CommandError: Instants refusés : 3."


def test_no_line_gives_no_output(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO(""))

    assert output_of("-") == ""
