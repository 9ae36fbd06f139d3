import csv
from datetime import timedelta
from io import BytesIO

from django.urls import reverse
from django.utils import timezone

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from mail.rules import State
from shop.backoffice.facts import action_of, for_staff, orders_with_facts
from shop.models import Due, Refund
from shop.orders.confirmation import CONFIRMATION
from shop.withdrawal.actions import declare
from tests.factories.courses import CourseSessionFactory
from tests.factories.mail import OutgoingMessageFactory
from users.roles import Role

LIST = "/gestion/commandes/"


def listed(client, **query):
    return [row.reference for row in client.get(LIST, query).context["object_list"]]


def test_search_finds_a_reference_however_it_is_typed(make_order, staff):
    wanted, _ = make_order(), make_order()
    client = staff(Role.SALES)
    typed = wanted.reference.removeprefix("LX-").replace("-", " ").lower()

    assert listed(client, q=wanted.reference) == [wanted.reference]
    assert listed(client, q=typed) == [wanted.reference]


def test_search_finds_a_name_in_any_order_and_an_address(make_order, staff):
    wanted = make_order(first_name="Inès", last_name="Modèle", email="ines@exemple.fr")
    make_order()
    client = staff(Role.SALES)

    assert listed(client, q="modèle inès") == [wanted.reference]
    assert listed(client, q="ines@") == [wanted.reference]
    assert listed(client, q="inès inconnue") == []


def test_filters_keep_a_state_a_session_a_course_and_days(make_order, staff, at):
    session = CourseSessionFactory(starts_on=at.date() + timedelta(days=60), seats_taken=1)
    late = make_order(session=session)
    ended = make_order(state="cancelled", ended_at=at)
    client = staff(Role.SALES)

    assert listed(client, state="cancelled") == [ended.reference]
    assert listed(client, session=session.pk) == [late.reference]
    assert listed(client, course=session.course_id) == [late.reference]
    assert listed(client, starts_on_from=str(session.starts_on)) == [late.reference]
    assert len(listed(client, state=["active", "cancelled"])) == 2


@pytest.fixture
def every_case(make_order, pay, at):
    """One order for each thing that may be waited for."""

    def refund(order, state, days):
        Refund.objects.create(
            attempt=pay(order.dues.first()),
            amount=1,
            state=state,
            reason="essai",
            actor="essai",
            due_by=timezone.localdate() + timedelta(days=days),
            idempotency_key=f"refund-{order.pk}",
        )

    make_order()
    asked, awaited, unread = (make_order() for _ in range(3))
    frozen = make_order(first_name="Inès", last_name="Modèle")
    Due.objects.filter(pk=asked.dues.first().pk).update(asks_staff="Joindre le client")
    Due.objects.filter(pk=awaited.dues.first().pk).update(
        asks_customer="card", asked_at=timezone.now()
    )
    declare(
        name=frozen.full_name, email=frozen.email, contract="ma formation", comment="",
        form_key="c" * 32, now=at,
    )  # fmt: skip
    for order in (unread, make_order(state="withdrawn", ended_at=at)):
        OutgoingMessageFactory(
            template=CONFIRMATION, state=State.BOUNCED,
            owner_type="shop.order", owner_id=str(order.pk),
        )  # fmt: skip
    refund(make_order(), "pending", 3)
    refund(make_order(), "pending", 12)
    refund(make_order(), "failed", 3)
    for state in ("withdrawn", "active"):
        pay(make_order(state=state).dues.first(), channel="transfer")


def test_filter_keeps_exactly_the_orders_whose_next_action_is_for_staff(every_case):
    now = timezone.now()
    wanted = {o.pk for o in orders_with_facts() if action_of(o, now).is_for_staff}

    kept = for_staff(orders_with_facts(), timezone.localdate(now))

    assert len(wanted) == 5
    assert {order.pk for order in kept} == wanted


def test_filter_is_offered_on_the_page(every_case, staff):
    assert len(listed(staff(Role.SALES), to_do="oui")) == 5


@pytest.mark.parametrize("rows", [1, 3, 20])
def test_list_costs_the_same_whatever_its_length(
    make_order, staff, django_assert_num_queries, rows
):
    client = staff(Role.SALES)
    client.get(LIST)
    for _ in range(rows):
        make_order()

    with django_assert_num_queries(20):
        assert len(client.get(LIST).context["object_list"]) == rows


def test_csv_export_says_what_the_list_says(make_order, staff):
    order = make_order(last_name="=1+1", phone="+33 4 65 71 00 10")
    client = staff(Role.ACCOUNTING)

    content = client.get(LIST, {"export": "csv"}).getvalue().decode()
    row = next(iter(csv.DictReader(content.splitlines())))

    assert row["Référence"] == order.reference
    assert row["Client"] == "Camille =1+1"
    assert row["Téléphone"] == "+33 4 65 71 00 10"
    assert row["État"] == "en cours"
    assert row["Prochaine action"].startswith("Acompte")
    assert row["Payé"] == "0"


def test_csv_export_runs_no_formula(make_order, staff):
    make_order(first_name="=HYPERLINK(1)")

    content = staff(Role.SALES).get(LIST, {"export": "csv"}).getvalue().decode()

    assert "'=HYPERLINK(1) Exemple" in content


def test_xlsx_export_has_a_line_an_order_and_no_formula(make_order, staff):
    make_order(first_name="=1+1")
    response = staff(Role.SALES).get(LIST, {"export": "xlsx"})

    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]

    assert (sheet.max_row, {cell.data_type for cell in cells} & {"f"}) == (2, set())


@pytest.mark.parametrize("part", ["retractations", "paiements"])
def test_other_lists_are_exported(owed, staff, part):
    client = staff(Role.ACCOUNTING)

    for kind in ("csv", "xlsx"):
        assert client.get(f"/gestion/{part}/", {"export": kind}).status_code == 200


def test_payments_are_listed_by_situation(every_case, staff):
    client = staff(Role.ACCOUNTING)

    def questions(situation):
        rows = client.get("/gestion/paiements/", {"situation": situation}).context["object_list"]
        return [(row.asks_staff, row.asks_customer) for row in rows]

    assert questions("staff") == [("Joindre le client", "")]
    assert questions("customer") == [("", "card")]
    assert len(questions("refund")) == 1
    assert questions("disputed") == []


@pytest.mark.parametrize("rows", [1, 12])
def test_other_lists_cost_the_same_whatever_their_length(
    make_order, staff, at, django_assert_num_queries, rows
):
    client = staff(Role.ACCOUNTING)
    addresses = {"due:index": 16, "withdrawaldeclaration:index": 18}
    for name in addresses:
        client.get(reverse(name))
    for number in range(rows):
        order = make_order(first_name=f"Client{number}")
        declare(
            name=order.full_name, email=order.email, contract=order.reference, comment="",
            form_key=f"{number:032}", now=at,
        )  # fmt: skip

    for name, queries in addresses.items():
        with django_assert_num_queries(queries):
            client.get(reverse(name))


ANYTHING = st.text(max_size=40) | st.integers().map(str)
KEYS = [
    "q", "state", "to_do", "session", "course", "placed_at_from", "starts_on_to", "p", "ordering",
    "situation", "outcome", "channel", "received_at_from", "due_on_to",
]  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    part=st.sampled_from(["commandes", "retractations", "paiements"]),
    query=st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=4),
)
@example(part="commandes", query={"course": str(2**63), "session": str(2**63)})
def test_no_question_breaks_a_list(owed, staff_client, part, query):
    assert staff_client.get(f"/gestion/{part}/", query).status_code in {200, 404}


@pytest.fixture
def staff_client(staff):
    return staff(Role.SALES)


@pytest.mark.parametrize("name", ["order", "invoice", "due", "withdrawaldeclaration"])
@pytest.mark.parametrize(
    "query",
    [
        {"q": "a " * 2000},
        {"placed_at_from": "0001-01-01", "received_at_from": "0001-01-01"},
        {"placed_at_to": "9999-12-31", "received_at_to": "9999-12-31"},
        {"due_on_from": "0001-01-01", "issued_on_from": "0001-01-01"},
    ],
)
def test_extreme_question_breaks_no_list(make_order, staff, name, query):
    make_order()
    assert staff(Role.ACCOUNTING).get(reverse(f"{name}:index"), query).status_code == 200
