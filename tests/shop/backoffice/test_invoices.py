"""The pages of invoices: what staff see, find, sum up and take away."""

import csv
from datetime import timedelta
from decimal import Decimal as D
from io import BytesIO

from django.urls import reverse

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from documents.issued import IssuedDocument
from shop.backoffice.viewsets import InvoiceViewSet
from shop.invoices.actions import credit_payment, invoice_order, invoice_payment
from shop.invoices.content import to_json
from shop.invoices.duplicates import DUPLICATE_KIND
from shop.invoices.models import Invoice
from shop.models import Refund
from tests.factories.legal import fill_settings
from users.roles import Role

LIST = "/gestion/factures/"


@pytest.fixture
def sold(make_order, pay, staff):
    """An order paid for in part, its training over: two deposits, the final invoice, a credit note."""
    fill_settings()
    staff(Role.ACCOUNTING)
    order = make_order(last_name="=Modèle")
    deposit = pay(order.dues.get(position=1))
    invoice_payment(attempt_id=deposit.pk, now=deposit.finished_at)
    Refund.objects.create(
        attempt=deposit, amount=D("100.00"), reason="Geste", actor="Comptabilité",
        idempotency_key="essai", created_at=deposit.finished_at,
    )  # fmt: skip
    credit_payment(attempt_id=deposit.pk, now=deposit.finished_at)
    invoice_order(order_id=order.pk, now=after(order))
    return order


def after(order):
    return order.first_charge_at.replace(
        year=order.ends_on.year, month=order.ends_on.month, day=order.ends_on.day
    ) + timedelta(days=1)


def numbers(client, **query):
    return [row.number for row in client.get(LIST, query).context["object_list"]]


def of_kind(kind):
    return Invoice.objects.get(kind=kind)


def test_list_shows_signed_amounts_and_what_remains(sold, client):
    content = client.get(LIST).content.decode()

    assert "−100,00\u00a0€" in content
    assert "reste 831,60\u00a0€" in content
    assert reverse("order:inspect", args=[sold.pk]) in content


def test_totals_deduct_credit_notes_and_count_a_deposit_once(sold, client):
    totals = client.get(LIST).context["totals"]

    assert [cells[2] for _, cells in totals["lines"]] == [
        "1\u202f544,40\u00a0€", "100,00\u00a0€", "356,40\u00a0€",
    ]  # fmt: skip
    assert totals["net"] == ["906,67\u00a0€", "181,33\u00a0€", "1\u202f088,00\u00a0€"]
    assert totals["remaining"] == "831,60\u00a0€"


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({"kind": "credit"}, ["credit"]),
        ({"kind": ["deposit", "final"]}, ["final", "deposit"]),
        ({"audience": "consumer"}, ["final", "credit", "deposit"]),
        ({"audience": "company"}, []),
        ({"unpaid": "oui"}, ["final"]),
        ({"rate": "0.200"}, ["final", "credit", "deposit"]),
        ({"q": "modèle"}, ["final", "credit", "deposit"]),
        ({"q": "inconnu"}, []),
        ({"q": "AV-"}, ["credit"]),
    ],
)
def test_filters_and_search(sold, client, query, kinds):
    assert [row.kind for row in client.get(LIST, query).context["object_list"]] == kinds


def test_totals_are_those_of_the_rows_found(sold, client):
    totals = client.get(LIST, {"kind": "credit"}).context["totals"]
    assert totals["net"][2] == "−100,00\u00a0€"
    assert client.get(LIST, {"q": of_kind("final").number}).context["totals"]["net"][2] == (
        "831,60\u00a0€"
    )


def test_search_finds_an_order_however_its_reference_is_typed(sold, client):
    typed = sold.reference.removeprefix("LX-").replace("-", " ").lower()
    assert len(numbers(client, q=typed)) == 3
    assert len(numbers(client, q=sold.reference)) == 3


def test_period_keeps_its_days(sold, client):
    day = of_kind("final").issued_on
    assert numbers(client, issued_on_from=day, issued_on_to=day) == [of_kind("final").number]
    assert numbers(client, issued_on_to=day - timedelta(days=1)) == [
        of_kind("credit").number,
        of_kind("deposit").number,
    ]


def test_paid_invoice_is_not_among_the_unpaid(sold, client, pay):
    for due in sold.dues.filter(position__gt=1):
        pay(due)
    assert numbers(client, unpaid="oui") == []
    assert "reste" not in client.get(LIST).content.decode().split("<tbody>")[-1]


def copies(invoice, count):
    """As many rows as a busy year, without issuing each."""
    rows = [
        Invoice(
            kind="deposit", audience="consumer", series="F", year=invoice.year,
            sequence=1000 + place, number=f"F-{invoice.year}-{1000 + place:05d}",
            issued_on=invoice.issued_on, issued_at=invoice.issued_at, due_on=invoice.due_on,
            order=invoice.order, buyer_name=invoice.buyer_name, excl_vat=invoice.excl_vat,
            vat=invoice.vat, incl_vat=invoice.incl_vat, payable=0,
            content=to_json(invoice.facts), actor="essai",
        )
        for place in range(count)
    ]  # fmt: skip
    Invoice.objects.bulk_create(rows)


@pytest.mark.parametrize("rows", [0, 20, 10_000])
def test_list_costs_the_same_whatever_its_length(sold, client, django_assert_num_queries, rows):
    copies(of_kind("deposit"), rows)
    client.get(LIST)

    with django_assert_num_queries(21):
        assert client.get(LIST).context["items_count"] == rows + 3


def test_totals_of_many_rows_are_exact_to_the_cent(sold, client):
    deposit = of_kind("deposit")
    copies(deposit, 3000)
    totals = client.get(LIST, {"kind": "deposit"}).context["totals"]
    assert totals["net"][2] == "1\u202f069\u202f556,40\u00a0€"


def test_csv_export_is_signed_and_runs_no_formula(sold, client):
    content = client.get(LIST, {"export": "csv"}).getvalue().decode()
    rows = {row["Nature"]: row for row in csv.DictReader(content.splitlines())}

    assert rows["avoir"]["Total TTC (€)"] == "-100.00"
    assert rows["avoir"]["Facture corrigée"] == of_kind("deposit").number
    assert rows["facture"]["Reste à payer (€)"] == "831.60"
    assert rows["facture"]["Commande ou proposition"] == sold.reference
    assert "Camille =Modèle" in content


def test_xlsx_export_has_a_line_an_invoice(sold, client):
    response = client.get(LIST, {"export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    assert sheet.max_row == 4


@pytest.mark.parametrize("kind", ["deposit", "final", "credit"])
def test_page_says_all_that_is_printed(sold, client, run_tasks, kind):
    run_tasks()
    invoice = of_kind(kind)
    response = client.get(reverse("invoice:inspect", args=[invoice.pk]))
    content = response.content.decode()

    for line in invoice.facts.lines:
        assert line.description.split(" «")[0] in content
    assert invoice.facts.buyer.address.street in content
    assert reverse("issueddocument:download", args=[invoice.document.pk]) in content
    assert [message.event_key for message in response.context["messages_sent"]] == [
        f"invoice-{invoice.number}"
    ]
    assert any("émis" in event.name for event, _ in response.context["events"])


def test_pages_link_what_they_deduct_and_correct(sold, client):
    final, deposit, credit = map(of_kind, ["final", "deposit", "credit"])

    def links(invoice):
        content = client.get(reverse("invoice:inspect", args=[invoice.pk])).content.decode()
        return {
            other.kind
            for other in (final, deposit, credit)
            if f'href="{reverse("invoice:inspect", args=[other.pk])}"' in content
            and other != invoice
        }

    assert links(final) == {"deposit"}
    assert links(deposit) == {"final", "credit"}
    assert links(credit) == {"deposit"}


def until_none_is_left(run_tasks):
    while run_tasks():
        pass


def test_duplicate_is_asked_for_made_once_and_downloaded(sold, client, run_tasks):
    until_none_is_left(run_tasks)
    invoice = of_kind("deposit")
    page = reverse("invoice:inspect", args=[invoice.pk])
    url = reverse("invoice:duplicate", args=[invoice.pk])

    assert client.get(url).status_code == 200
    assert run_tasks() == 0  # looking asks for nothing
    for _ in range(2):
        assert client.post(url).status_code == 302
    until_none_is_left(run_tasks)
    assert client.post(url).status_code == 302

    duplicate = IssuedDocument.objects.get(kind=DUPLICATE_KIND)
    assert duplicate.number == invoice.number
    assert duplicate.sha256 != invoice.document.sha256
    assert run_tasks() == 0
    assert (
        duplicate.file_name
        in client.get(reverse("issueddocument:download", args=[duplicate.pk])).headers[
            "Content-Disposition"
        ]
    )
    assert (
        reverse("issueddocument:download", args=[duplicate.pk]) in client.get(page).content.decode()
    )


def test_customer_never_finds_the_duplicate(sold, client, run_tasks):
    client.post(reverse("invoice:duplicate", args=[of_kind("deposit").pk]))
    run_tasks()
    assert "duplicata" not in client.get(sold.get_absolute_url()).content.decode().lower()


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.SALES, [200, 200, 200]),
        (Role.EDITING, [302, 302, 302]),
        (Role.PUBLISHING, [302, 302, 302]),
    ],
)
def test_others_read_invoices_or_do_not(sold, client, staff, role, statuses):
    client.logout()
    client, invoice = staff(role), of_kind("deposit")
    addresses = [
        LIST,
        reverse("invoice:inspect", args=[invoice.pk]),
        reverse("invoice:duplicate", args=[invoice.pk]),
    ]
    assert [client.get(address).status_code for address in addresses] == statuses


@pytest.mark.parametrize("verb", ["new", "edit/1", "delete/1", "copy/1", "multiple/delete"])
def test_nothing_is_added_changed_or_deleted(home, staff, verb):
    assert staff(Role.ACCOUNTING).get(f"{LIST}{verb}/").status_code == 404


def test_unknown_invoice_is_not_found(home, staff):
    client = staff(Role.ACCOUNTING)
    for name in ("inspect", *(view.url_name for view in InvoiceViewSet.actions.values())):
        assert client.get(reverse(f"invoice:{name}", args=[987654])).status_code == 404


def test_invoice_without_a_file_says_so(sold, client):
    content = client.get(reverse("invoice:inspect", args=[of_kind("final").pk])).content.decode()
    assert "en cours de mise en page" in content


KEYS = [
    "q",
    "kind",
    "rate",
    "unpaid",
    "audience",
    "issued_on_from",
    "issued_on_to",
    "p",
    "ordering",
]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.dictionaries(st.sampled_from(KEYS), st.text(max_size=40) | st.integers().map(str)))
def test_no_question_breaks_the_list(reader, query):
    assert reader.get(LIST, query).status_code in {200, 404}


@pytest.fixture
def reader(home, staff):
    return staff(Role.SALES)
