from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

import pytest

from base.clock import JobRun
from base.events import events_of
from base.typography import french_date
from legal.models import HalfYearRate
from mail.rules import State
from shop.backoffice.to_do import parts_to_do
from shop.models import Attempt, Due, PaymentMandate, Refund, StripeComparison
from shop.orders.confirmation import CONFIRMATION
from shop.withdrawal.actions import declare, record_by_staff
from tests.factories.courses import CourseSessionFactory
from tests.factories.mail import OutgoingMessageFactory
from tests.factories.users import UserFactory
from users.roles import Role

PAGE = "/gestion/a-faire/"


@pytest.fixture
def tasks(db):
    """The tasks of one part, as somebody without legal duties finds them."""

    def tasks(key):
        parts = {part.key: part.tasks for part in parts_to_do(UserFactory(), timezone.now())}
        return parts.get(key, ())

    return tasks


def test_nothing_to_do_when_all_is_well(owed, db):
    assert parts_to_do(UserFactory(), timezone.now()) == []


def test_unmatched_declaration_waits_until_the_second_working_day(owed, tasks, at):
    declare(
        name=owed.full_name, email=owed.email, contract="ma formation", comment="",
        form_key="e" * 32, now=at - timedelta(days=10),
    )  # fmt: skip

    (task,) = tasks("declarations")

    assert "à rapprocher d’une commande (1 gelée)" in task.text
    assert (task.is_urgent, task.by < at.date()) == (True, True)


def test_late_declaration_says_so(owed, tasks, at):
    record_by_staff(
        channel="post", name=owed.full_name, email="", contract=owed.reference, comment="",
        sent_at=at - timedelta(hours=2), received_at=at, actor="essai",
    )  # fmt: skip

    (task,) = tasks("declarations")

    assert (task.text.endswith("envoyée après le délai calculé"), task.is_urgent) == (True, False)


def test_confirmation_that_came_back_is_told(owed, tasks):
    OutgoingMessageFactory(
        template=CONFIRMATION, state=State.FAILED, owner_type="shop.order", owner_id=str(owed.pk)
    )

    assert [task.url for task in tasks("confirmations")] == [f"/gestion/commandes/{owed.pk}/"]


@pytest.mark.parametrize(("days_left", "is_urgent"), [(5, False), (4, True), (0, True), (-1, True)])
def test_refund_turns_red_on_the_tenth_day(owed, tasks, pay, at, days_left, is_urgent):
    Refund.objects.create(
        attempt=pay(owed.dues.first()), amount=Decimal(10), state="pending", reason="essai",
        actor="essai", idempotency_key="essai",
        due_by=timezone.localdate() + timedelta(days=days_left),
    )  # fmt: skip

    assert [task.is_urgent for task in tasks("refunds")] == [is_urgent]


def test_refund_that_was_redone_sets_no_deadline_any_more(owed, tasks, pay, at):
    due = owed.dues.first()
    attempt = pay(due)
    for number, state in enumerate(("failed", "succeeded")):
        Refund.objects.create(
            attempt=attempt, amount=Decimal(10), state=state, reason="essai", actor="essai",
            idempotency_key=f"essai-{number}", due_by=at.date() + timedelta(days=1),
        )  # fmt: skip
    Due.objects.filter(pk=due.pk).update(asks_staff="Remboursement échoué.")

    assert [(task.by, task.is_urgent) for task in tasks("payments")] == [(None, False)]


def test_dispute_tells_its_own_deadline(owed, tasks, pay, at):
    due = owed.dues.first()
    Attempt.objects.filter(pk=pay(due).pk).update(
        dispute_state="needs_response", dispute_due_by=at + timedelta(days=9)
    )
    Due.objects.filter(pk=due.pk).update(asks_staff="Paiement contesté.")

    (task,) = tasks("payments")

    assert (task.by, task.is_urgent) == (at.date() + timedelta(days=9), False)


def test_customer_who_is_awaited_is_listed_until_the_due_is_paid(owed, tasks, pay):
    due = owed.dues.first()
    Due.objects.filter(pk=due.pk).update(asks_customer="card", asked_at=timezone.now())
    assert len(tasks("customers")) == 1

    pay(due)

    assert tasks("customers") == ()


def test_customer_who_was_reminded_is_listed_with_the_day(owed, tasks, at):
    Due.objects.filter(pk=owed.dues.first().pk).update(
        asks_customer="card", asked_at=at - timedelta(days=12), reminders=2, reminded_at=at
    )

    (task,) = tasks("customers")

    assert f", 2 rappels, le dernier le {french_date(at.date())}" in task.text


@pytest.fixture
def card(owed):
    def card(day):
        return PaymentMandate.objects.create(
            order=owed, number=1, state="active", text="", text_sha256="", brand="visa",
            last4="4242", accepted_at=owed.placed_at, exp_month=day.month, exp_year=day.year,
        )  # fmt: skip

    return card


def test_card_that_expired_with_a_due_to_come_is_urgent(owed, tasks, card, at):
    card(at.date().replace(day=1) - timedelta(days=1))

    (task,) = tasks("cards")

    assert "Visa •••• 4242, expirée, pas encore remplacée" in task.text
    assert (task.url, task.is_urgent) == (f"/gestion/commandes/{owed.pk}/", True)


def test_card_that_expired_with_nothing_to_pay_is_not_listed(owed, tasks, card, at):
    card(at.date().replace(day=1) - timedelta(days=1))
    Due.objects.update(stopped_at=at)

    assert tasks("cards") == ()


def test_card_that_still_lasts_is_not_listed(owed, tasks, card, at):
    card(at.date())

    assert tasks("cards") == ()


@pytest.fixture
def week(db):
    return StripeComparison.objects.create(
        week_start=date(2026, 11, 30), charged_here=0, charged_there=50, refunded_here=0,
        refunded_there=0, gaps=[f"Paiement pi_{n} : inconnu chez nous." for n in range(5)],
    )  # fmt: skip


def test_gaps_with_stripe_are_named_to_whoever_may_settle_them(home, staff, week):
    page = staff(Role.ACCOUNTING).get(PAGE).content.decode()

    assert "Semaine du 30/11/2026 au 06/12/2026" in page
    assert "pi_2" in page
    assert "pi_3" not in page
    assert "Et 2 de plus." in page
    assert "Écarts avec Stripe" not in staff(Role.SALES).get(PAGE).content.decode()


def test_gaps_are_settled_with_a_reason(home, staff, week, post):
    client = staff(Role.ACCOUNTING)
    page = client.get(reverse("to_do:gaps", args=[week.pk])).content.decode()
    assert "50,00" in page
    assert "pi_4" in page
    assert post(client, "to_do:gaps", week.pk, reason="").status_code == 422

    assert post(client, "to_do:gaps", week.pk, reason="Vente au comptoir").status_code == 302

    assert "Écarts avec Stripe" not in client.get(PAGE).content.decode()
    (event,) = events_of(week)
    assert event.data == {"reason": "Vente au comptoir"}


def test_week_that_agrees_is_not_listed(home, staff, week):
    StripeComparison.objects.update(gaps=[])

    assert "Écarts avec Stripe" not in staff(Role.ACCOUNTING).get(PAGE).content.decode()


@pytest.mark.parametrize("role", [Role.SALES, Role.EDITING, Role.PUBLISHING])
def test_gaps_are_closed_to_the_other_roles(home, staff, week, role):
    assert staff(role).get(reverse("to_do:gaps", args=[week.pk])).status_code != 200


def test_transfer_of_an_ended_order_is_to_be_given_back(make_order, tasks, pay, at):
    ended = make_order(state="withdrawn", ended_at=at)
    pay(ended.dues.first(), channel="transfer")

    (task,) = tasks("refunds")

    assert (task.text.endswith("à rendre par virement"), task.is_urgent) == (True, True)


@pytest.mark.parametrize(("days", "listed"), [(1, 1), (7, 1), (8, 0)])
def test_session_below_its_minimum_is_listed_a_week_before(home, tasks, at, days, listed):
    CourseSessionFactory(
        starts_on=at.date() + timedelta(days=days), seats_taken=1, minimum_to_run=3
    )

    assert len(tasks("sessions")) == listed


def test_page_says_that_nothing_is_to_be_done_and_that_the_clock_never_ran(home, staff):
    content = staff(Role.SALES).get(PAGE).content.decode()

    assert "Rien à faire." in content
    assert "L’horloge n’a jamais tourné." in content


@pytest.mark.parametrize(("minutes", "silent"), [(9, False), (11, True)])
def test_clock_that_stands_still_is_told(home, staff, minutes, silent):
    JobRun.objects.create(name="essai", latest_run_at=timezone.now() - timedelta(minutes=minutes))

    content = staff(Role.SALES).get(PAGE).content.decode()

    assert ("L’horloge n’a pas tourné depuis le" in content) is silent


def test_half_year_without_rates_is_told_to_whoever_enters_them(home, staff):
    accounting = staff(Role.ACCOUNTING)
    HalfYearRate.objects.all().delete()

    content = accounting.get(PAGE).content.decode()

    assert "Taux à renseigner" in content


def test_home_page_counts(owed, staff):
    Due.objects.filter(pk=owed.dues.first().pk).update(asks_staff="Joindre le client.")

    content = staff(Role.SALES).get("/gestion/").content.decode()

    assert "Paiements à traiter&nbsp;: 1" in content


def test_home_page_of_editors_knows_nothing_of_the_shop(owed, staff):
    assert "À faire aujourd’hui" not in staff(Role.EDITING).get("/gestion/").content.decode()


@pytest.mark.parametrize("orders", [1, 8])
def test_page_costs_the_same_whatever_its_length(
    make_order, staff, django_assert_num_queries, orders
):
    client = staff(Role.SALES)
    client.get(PAGE)
    for _ in range(orders):
        Due.objects.filter(pk=make_order().dues.first().pk).update(asks_staff="Joindre")

    with django_assert_num_queries(45):
        client.get(PAGE)
