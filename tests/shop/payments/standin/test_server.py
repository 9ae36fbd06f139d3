"""The process: loopback only, its own pages, its memory, and nothing of the site inside."""

import json
import os
import re
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.payments.standin import card_form
from shop.payments.standin.__main__ import main
from shop.payments.standin.cards import CARDS
from shop.payments.standin.rendering import euros
from shop.payments.standin.server import NotLoopbackError, StandIn, control
from tests.shop.payments.standin.conftest import client_of

ROOT = Path(__file__).resolve().parents[4]
OUTSIDE = ["0.0.0.0", "", "192.0.2.1", "example.org", "::"]  # noqa: S104  each must be refused


@pytest.mark.parametrize("host", OUTSIDE)
def test_any_address_but_loopback_is_refused(host):
    with pytest.raises(NotLoopbackError):
        StandIn(host=host)


def test_command_refuses_another_address(capsys):
    assert main(["--host", "0.0.0.0"]) == 2  # noqa: S104
    assert "boucle locale" in capsys.readouterr().err


def test_command_says_when_the_port_is_taken(standin, capsys):
    assert main(["--port", standin.url.rsplit(":", 1)[1]]) == 1
    assert "ne peut pas être ouvert" in capsys.readouterr().err


def test_command_starts_keeps_its_state_and_stops(tmp_path):
    state = tmp_path / "var" / "stripe.sqlite3"
    made = None
    for _ in range(2):
        process = subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "-m", "shop.payments.standin", "--port", "0", "--state", str(state)],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            url = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())[0]
            client = client_of(url)
            made = made or client.v1.customers.create({"email": "lea@exemple.fr"}).id
            assert client.v1.customers.retrieve(made).email == "lea@exemple.fr"
            client._requestor._client.close()
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=15) == 0
            process.stdout.close()


def test_it_imports_nothing_of_the_site():
    code = (
        "import sys; import shop.payments.standin.__main__; import json; "
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"},
    )  # fmt: skip

    own = {"base", "config", "courses", "django", "documents", "legal", "mail", "pages", "users"}
    assert own & set(json.loads(done.stdout)) == set()


def test_name_of_the_outside_is_refused(standin):
    connection = HTTPConnection(standin.url.removeprefix("http://"))
    connection.request("GET", "/_control/", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 421
    connection.close()


def test_switch_cannot_be_turned_by_a_form(standin, visitor):
    assert visitor.post(f"{standin.url}/_control/reset", a="1").status == 415


def test_home_page_says_what_it_is(standin, visitor):
    page = visitor.get(standin.url + "/")

    assert "Ce programme remplace Stripe sur cette machine" in page.text
    assert "Environnement d’essai : aucune carte réelle" in page.text
    assert [card.effect for card in CARDS if card.effect not in page.text] == []
    assert visitor.get(f"{standin.url}/standin.css").status == 200


def test_requests_are_recorded_and_hold_no_card_number(client, saved, charge, standin):
    charge(saved(), key="due-1-try-1")

    requests = standin.control("requests")["data"]

    last = requests[-1]
    assert (last["method"], last["path"], last["status"]) == ("POST", "/v1/payment_intents", 200)
    assert (last["idempotency_key"], last["params"]["amount"]) == ("due-1-try-1", "60000")
    assert re.search(r"\b\d{16}\b", json.dumps(requests)) is None


def test_card_number_typed_on_a_page_is_not_kept(client, standin, visitor, customer, tmp_path):
    session = client.checkout.sessions.create(
        {
            "mode": "setup", "currency": "eur", "customer": customer.id,
            "success_url": "http://127.0.0.1:9/",
        }
    )  # fmt: skip
    visitor.card(session.url)

    rows = standin.machine.store.execute("SELECT body FROM objects")
    assert [body for (body,) in rows if "4242424242424242" in body] == []


def test_control_of_a_process_needs_its_address_only(standin):
    assert control(standin.url)["outcomes"] == []


def test_broken_call_answers_500_and_the_next_is_served(client, standin, capsys, monkeypatch):
    monkeypatch.setattr(standin.machine, "merchant", None)
    session = client.checkout.sessions.create(
        {"mode": "setup", "currency": "eur", "success_url": "http://127.0.0.1:9/"}
    )
    connection = HTTPConnection(standin.url.removeprefix("http://"))
    connection.request("GET", f"/c/pay/{session.id}")

    assert connection.getresponse().status == 500
    connection.close()
    assert "Traceback" in capsys.readouterr().err
    assert client.customers.create({}).id


def test_too_large_a_body_is_refused(standin):
    connection = HTTPConnection(standin.url.removeprefix("http://"))
    connection.request("POST", "/v1/customers", headers={"Content-Length": "2000000"})
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.token)
def test_every_test_card_passes_the_check_of_its_last_digit(card):
    assert card_form.passes_luhn(card.number)


@given(st.sampled_from(CARDS), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_never_passes(card, place, step):
    digit = str((int(card.number[place]) + step) % 10)

    assert not card_form.passes_luhn(card.number[:place] + digit + card.number[place + 1 :])


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0,00 €"), (5, "0,05 €"), (60_000, "600,00 €"), (123_456, "1\u202f234,56 €")],
)
def test_amount_is_written_in_french(cents, text):
    assert euros(cents) == text.replace(" €", "\u00a0€")
