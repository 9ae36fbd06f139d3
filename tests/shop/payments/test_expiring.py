"""A card that ends too early: its customer gives another one before a debit fails (payments.md 3.5)."""

import re
from datetime import date, datetime, timedelta

import pytest

from base.civil_dates import PARIS
from base.clock import registered_jobs
from base.events import events_of
from shop.models import PaymentMandate
from shop.orders.timeline import timeline
from shop.payments import mandates
from shop.payments.announcing import announce_debits
from shop.payments.charging import charge_what_is_due
from shop.payments.expiring import ask_for_new_card, ask_for_new_cards, expired_cards
from shop.payments.pausing import pause_charging
from shop.payments.rules import NEW_CARD_ASKED
from shop.payments.snapshots import CardFacts
from shop.payments.stopping import stop_charging
from tests.factories.orders import FIRST_CHARGE_AT, PLACED_AT
from tests.shop.payments.conftest import announced, mails, states

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
# The dues of these orders: 1, 15 and 16 December 2026.
ASKED_AT = datetime(2026, 11, 28, 10, tzinfo=PARIS)  # the day before the first announcement


def expiring(mandate, month, year=2026):
    mandate.exp_month, mandate.exp_year = month, year
    mandate.save()
    return mandate


@pytest.fixture
def december(standin, order, save_card):
    """A card that ends in the month of all the dues."""
    return expiring(save_card(order), 12)


def asked():
    return mails("card_expiring").count()


def test_new_card_is_asked_once_on_its_day(order, december):
    ask_for_new_cards(ASKED_AT - timedelta(seconds=1))
    assert asked() == 0

    for moment in (ASKED_AT, ASKED_AT + DAY, ASKED_AT + 30 * DAY):
        ask_for_new_cards(moment)
        ask_for_new_card(december.pk, moment)

    assert [mail.recipient for mail in mails("card_expiring")] == [order.email]
    assert [event.name for event in events_of(order)].count(NEW_CARD_ASKED) == 1
    december.refresh_from_db()
    assert december.renewal_asked_at == ASKED_AT


def test_new_card_is_asked_two_weeks_before_the_expiry(standin, order, save_card):
    """The deposit is paid by the old card, the rest comes after it."""
    expiring(save_card(order), 11)
    order.dues.filter(position=1).update(stopped_at=PLACED_AT)
    day = datetime(2026, 11, 16, 10, tzinfo=PARIS)

    ask_for_new_cards(day - timedelta(seconds=1))
    assert asked() == 0
    ask_for_new_cards(day)
    assert asked() == 1


def test_card_that_lasts_is_not_asked_for(standin, order, save_card):
    expiring(save_card(order), 1, 2027)

    ask_for_new_cards(ASKED_AT + 60 * DAY)

    assert asked() == 0


def test_request_leaves_before_the_announcement_of_the_debit(order, december):
    """Even by a clock that stood still: the job of the requests comes first."""
    names = [job.name for job in registered_jobs()]
    assert names.index("cartes qui expirent") < names.index("débits à annoncer")

    announce_debits(ASKED_AT)
    assert mails("debit_announcement").count() == 0
    ask_for_new_cards(ASKED_AT)
    assert asked() == 1


def test_mail_leads_to_the_page_that_changes_the_card(client, order, december, time_machine):
    ask_for_new_cards(ASKED_AT)
    time_machine.move_to(ASKED_AT)
    text = mails("card_expiring").get().text
    link = re.search(r"/commande/paiement/changer-de-carte/[^\s>]+", text).group()

    page = client.get(link)

    assert page.context["order"] == order
    assert "31 décembre 2026" in text
    assert "Visa •••• 4242" in text
    assert "1er décembre 2026" in text


@pytest.mark.parametrize(
    ("month", "words"), [(11, "après cette date"), (12, "le mois même où elle expire")]
)
def test_mail_says_whether_the_debit_follows_the_expiry(standin, order, save_card, month, words):
    expiring(save_card(order), month)

    ask_for_new_cards(ASKED_AT)

    assert words in mails("card_expiring").get().text


def test_card_is_debited_all_the_same_when_nobody_answers(standin, order, december, deposit):
    ask_for_new_cards(ASKED_AT)
    announced(order)
    standin.move(FIRST_CHARGE_AT)

    charge_what_is_due(FIRST_CHARGE_AT)

    assert states(deposit) == ["succeeded"]


def test_new_card_ends_the_matter(standin, order, december, save_card):
    ask_for_new_cards(ASKED_AT)
    save_card(order, now=ASKED_AT)  # 12/34

    ask_for_new_cards(ASKED_AT + DAY)

    assert asked() == 1
    assert expired_cards(date(2027, 1, 1)) == []


def test_same_card_saved_again_is_not_asked_for_again(standin, order, december, save_card):
    ask_for_new_cards(ASKED_AT)
    expiring(save_card(order, now=ASKED_AT), 12)

    ask_for_new_cards(ASKED_AT + DAY)

    assert asked() == 1


def test_card_renewed_by_its_network_is_asked_for_at_its_own_end(order, december, monkeypatch):
    ask_for_new_cards(ASKED_AT)
    renewed = CardFacts(december.payment_method_id, "cus", "visa", "4343", 12, 2030)
    monkeypatch.setattr(mandates.gateway, "read_card", lambda _: renewed)
    mandates.refresh_card(december.payment_method_id, ASKED_AT)

    december.refresh_from_db()
    assert (december.renewal_asked_at, december.expires_on) == (None, date(2030, 12, 31))


def ask_customer(order):
    order.dues.update(asks_customer="card", asked_at=ASKED_AT)


ENDS = {
    "stopped": lambda order: stop_charging(order=order, actor="client", reason="", now=ASKED_AT),
    "paused": lambda order: pause_charging(order=order, actor="équipe", reason="", now=ASKED_AT),
    "asked otherwise": ask_customer,
    "undated": lambda order: order.dues.update(not_before=None),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_no_card_is_asked_for_what_is_not_going_to_be_debited(order, december, end):
    end(order)

    ask_for_new_cards(ASKED_AT)

    assert asked() == 0
    assert ask_for_new_card(december.pk, ASKED_AT) is False
    assert expired_cards(date(2027, 1, 1)) == []


def test_staff_hear_of_a_card_that_ended_with_a_due_to_come(standin, order, save_card, deposit):
    card = expiring(save_card(order), 11)

    assert expired_cards(date(2026, 11, 30)) == []
    assert expired_cards(date(2026, 12, 1)) == [(card, deposit)]


def test_timeline_shows_the_request(order, december):
    ask_for_new_cards(ASKED_AT)

    steps = {step.title: step.at for step in timeline(order, ASKED_AT)}

    assert steps["Nouvelle carte demandée : la vôtre expire"] == ASKED_AT


def test_job_costs_a_fixed_number_of_questions(order, december, django_assert_num_queries):
    ask_for_new_cards(ASKED_AT)
    with django_assert_num_queries(1):
        ask_for_new_cards(ASKED_AT + DAY)

    PaymentMandate.objects.update(renewal_asked_at=None)
    with django_assert_num_queries(2):
        ask_for_new_cards(ASKED_AT - DAY)
    with django_assert_num_queries(13):
        ask_for_new_cards(ASKED_AT + DAY)
