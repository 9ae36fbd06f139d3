"""SIGKILL between every two steps of a charge: nothing is lost, nobody pays twice (invariant I8)."""

from datetime import timedelta

import pytest

from tests.factories.orders import FIRST_CHARGE_AT
from tests.mail.workers import WorkerDatabase
from tests.mortal import Nursery
from tests.shop.payments.conftest import announced, mails, states
from tests.shop.payments.workers import Charger

# On the database of production.
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = FIRST_CHARGE_AT
SOON = NOW + timedelta(minutes=1)
TOMORROW = NOW + timedelta(hours=25)


@pytest.fixture(scope="module")
def nursery(django_db_setup, stripe_server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("charger")
    database = WorkerDatabase(folder)
    with Nursery(
        folder,
        DATABASE_URL=database.url,
        STRIPE_API_BASE=stripe_server.url,
        SITE_URL="http://testserver",
    ) as running:
        yield running, database


@pytest.fixture
def charger(nursery, standin, order, save_card):
    save_card(order)
    announced(order)
    standin.move(NOW)
    return Charger(*nursery)


@pytest.mark.parametrize(
    ("place", "left", "at_stripe"),
    [
        ("shop.payments.charging.active_mandate", [], 0),
        ("shop.payments.charging.new_attempt", [], 0),  # inside the transaction that is lost
        ("shop.payments.charging.claim", ["sending"], 0),
        ("shop.payments.gateway.charge_card", ["sending"], 35640),
        ("shop.payments.charging.keep_intent", ["sending"], 35640),
        ("shop.payments.syncing._read", ["sending"], 35640),
        ("shop.payments.charging.sync_payment", ["succeeded"], 35640),
    ],
)
@pytest.mark.parametrize("later", [SOON, TOMORROW], ids=["soon", "after the key died"])
def test_killed_charge_is_finished_once(standin, charger, deposit, place, left, at_stripe, later):
    charger.run(NOW, kill_after=place)
    assert states(deposit) == left
    assert standin.charged() == at_stripe

    standin.move(later)
    charger.run(later)

    assert states(deposit)[-1] == "succeeded"
    assert states(deposit).count("succeeded") == 1
    assert standin.charged() == 35640
    assert mails("payment_receipt").count() == 1
