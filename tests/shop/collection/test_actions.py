"""From the day after the day to pay to the last reminder (law.md L-01, L-07; CGV 3.2)."""

from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse

import pytest

from base.events import Event
from base.typography import euros
from mail.models import OutgoingMessage
from shop.collection.actions import (
    CollectionRefused,
    follow_case,
    hold_case,
    open_case,
    resume_case,
    waive_penalties,
)
from shop.collection.integrity import collection_faults
from shop.collection.jobs import follow_unpaid
from shop.collection.reading import amounts_of, debts_of, known_rates, unpaid_of
from shop.collection.rules import Hold
from shop.models import CollectionCase, CollectionReminder
from shop.payments.charging import charge_what_is_due
from shop.payments.reminding import remind_customers
from tests.factories.orders import OrderFactory, paris
from tests.shop.collection.conftest import DUE, WHO, at, fresh

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def levels():
    return list(CollectionReminder.objects.order_by("level").values_list("level", "sent_on"))


def reminders_mailed():
    return OutgoingMessage.objects.filter(template="collection_reminder").order_by("pk")


def live(move, first, last):
    """The clock passes each day at noon."""
    while first <= last:
        follow_unpaid(move(first))
        first += DAY


def test_cgv_3_2_invoice_is_late_the_day_after_it_was_to_be_paid(invoice, move):
    follow_unpaid(move(DUE))
    assert not CollectionCase.objects.exists()

    follow_unpaid(at(DUE + DAY, 9))
    assert not CollectionCase.objects.exists()
    follow_unpaid(move(DUE + DAY))

    case = fresh(CollectionCase.objects.get())
    assert unpaid_of(debts_of(case)) == 3000
    assert open_case(invoice=invoice, now=at(DUE + DAY)) == case


def test_reminders_leave_by_level_each_once(invoice, move):
    live(move, DUE, DUE + timedelta(days=40))

    assert levels() == [(1, DUE + DAY), (2, DUE + 8 * DAY), (3, DUE + 15 * DAY)]
    subjects = list(reminders_mailed().values_list("subject", flat=True))
    starts = ("Rappel", f"Facture {invoice.number} impayée", "Dernier rappel avant mise en demeure")
    assert all(map(str.startswith, subjects, starts))
    first, second, _ = reminders_mailed()
    assert euros(Decimal(3000)) in first.text
    assert "forfaitaire" not in first.text
    assert "forfaitaire de 40" in second.text


def test_reminder_leads_to_where_its_reader_pays(client, invoice, move):
    live(move, DUE + DAY, DUE + DAY)

    text = reminders_mailed().get().text
    address = reverse("proposal_payment", args=[invoice.proposal.token])
    assert address in text
    page = client.get(address).content.decode()
    assert f"facture {invoice.number}" in page


def test_reminders_of_payments_give_way(invoice, move):
    charge_what_is_due(at(DUE, 14))
    live(move, DUE + DAY, DUE + 20 * DAY)
    remind_customers(at(DUE + 20 * DAY, 14))

    assert not OutgoingMessage.objects.filter(template="company_payment_reminder").exists()


def test_clock_that_stood_still_sends_one_level_at_a_time(invoice, move):
    late = DUE + 60 * DAY
    live(move, late, late + 13 * DAY)

    assert levels() == [(1, late), (2, late + 7 * DAY)]


def test_payment_stops_the_reminders(case, move, pay):
    follow_unpaid(move(DUE + DAY))
    pay(DUE + 3 * DAY, 900, 2100)
    live(move, DUE + 4 * DAY, DUE + 30 * DAY)

    assert [level for level, _ in levels()] == [1]
    assert fresh(case).settled_at == at(DUE + 4 * DAY)


def test_partial_payment_reminds_of_the_rest(case, move, pay):
    pay(DUE + 3 * DAY, 900, 100)
    live(move, DUE + 4 * DAY, DUE + 8 * DAY)

    assert CollectionReminder.objects.latest("pk").amount == 2000


@pytest.mark.parametrize("hold", list(Hold))
def test_nothing_leaves_while_staff_hold_it(case, move, hold):
    now = at(DUE + DAY)
    hold_case(case_id=case.pk, hold=hold, reason="Litige sur le nombre", actor=WHO, now=now)
    with pytest.raises(CollectionRefused, match="déjà en attente"):
        hold_case(case_id=case.pk, hold=hold, reason="encore", actor=WHO, now=now)
    live(move, DUE + DAY, DUE + 30 * DAY)
    assert levels() == []

    resume_case(case_id=case.pk, reason="Litige réglé", actor=WHO, now=at(DUE + 31 * DAY))
    with pytest.raises(CollectionRefused, match="pas en attente"):
        resume_case(case_id=case.pk, reason="Litige réglé", actor=WHO, now=at(DUE + 31 * DAY))
    live(move, DUE + 31 * DAY, DUE + 31 * DAY)
    assert [level for level, _ in levels()] == [1]


def test_amounts_to_date_count_interest_and_the_forty_euros(case, move):
    table = known_rates()
    amounts = amounts_of(case, date(2026, 8, 20), table)

    assert (amounts.unpaid, amounts.interest, amounts.recovery) == (
        Decimal(3000), Decimal("65.91"), Decimal(40),
    )  # fmt: skip
    unknown = amounts_of(case, date(2027, 1, 2), table)
    assert (unknown.unpaid, unknown.interest) == (3000, 0)
    assert "1er semestre 2027" in unknown.problem


def test_penalties_may_be_given_up(case):
    waive_penalties(case_id=case.pk, reason="Geste", actor=WHO, now=at(DUE + DAY))
    with pytest.raises(CollectionRefused, match="déjà abandonnées"):
        waive_penalties(case_id=case.pk, reason="Geste", actor=WHO, now=at(DUE + DAY))

    amounts = amounts_of(fresh(case), date(2026, 8, 20), known_rates())
    assert amounts.total == 3000
    assert Event.objects.get(name="Pénalités abandonnées").data["reason"] == "Geste"


def test_part_of_a_fund_is_no_debt_of_the_client_until_it_is_asked_for(case):
    """CGV 3.3: the fund has a month after the training."""
    balance = case.invoice.proposal.dues.get(kind="balance")
    balance.kind, balance.not_before = "funded", None
    balance.due_on = date(2026, 7, 13)
    balance.save()
    assert [debt.amount for debt in debts_of(fresh(case))] == [900]

    balance.not_before = at(date(2026, 7, 20))
    balance.save()
    assert [(debt.amount, debt.due_on) for debt in debts_of(fresh(case))] == [
        (900, DUE), (2100, date(2026, 7, 20)),
    ]  # fmt: skip


def test_l_07_consumer_is_never_reminded_from_here(home, move):
    from shop.invoices.actions import invoice_order
    from shop.invoices.mentions import set_up_mentions
    from tests.factories.legal import fill_settings

    fill_settings()
    set_up_mentions()
    order = OrderFactory(
        with_dues=True, placed_at=paris(date(2026, 4, 1)), charges_from=paris(date(2026, 4, 20)),
        starts_on=date(2026, 6, 10), first_charge_day=date(2026, 4, 20),
    )  # fmt: skip
    invoice = invoice_order(order_id=order.pk, now=move(DUE))

    live(move, invoice.due_on + DAY, invoice.due_on + 30 * DAY)

    case = fresh(CollectionCase.objects.get())
    assert not case.is_professional
    assert levels() == []
    assert not reminders_mailed().exists()
    amounts = amounts_of(case, invoice.due_on + 30 * DAY, known_rates())
    assert (amounts.interest, amounts.recovery) == (0, 0)
    assert list(collection_faults()) == []


def test_case_that_is_followed_twice_writes_once(case, move):
    now = move(DUE + DAY)
    follow_case(case_id=case.pk, now=now)
    follow_case(case_id=case.pk, now=now)

    assert [level for level, _ in levels()] == [1]
