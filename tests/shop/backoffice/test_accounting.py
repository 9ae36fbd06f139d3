"""« Comptabilité » and « Mentions des factures »: periods, files, and wording that has begun."""

from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

from django.urls import reverse
from django.utils import timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.backoffice.accounting_views import EXPORTS
from shop.backoffice.periods import Days, Span, days_of
from shop.invoices.actions import invoice_payment
from shop.models import InvoiceMention
from tests.factories.legal import fill_settings
from users.roles import Role

PAGE = "/gestion/comptabilite/"


@pytest.mark.parametrize(
    ("span", "today", "expected"),
    [
        (Span.THIS_MONTH, date(2028, 2, 10), Days(date(2028, 2, 1), date(2028, 2, 29))),
        (Span.LAST_MONTH, date(2027, 1, 31), Days(date(2026, 12, 1), date(2026, 12, 31))),
        (Span.QUARTER, date(2026, 11, 25), Days(date(2026, 10, 1), date(2026, 12, 31))),
        (Span.QUARTER, date(2026, 3, 31), Days(date(2026, 1, 1), date(2026, 3, 31))),
        (Span.YEAR, date(2026, 11, 25), Days(date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_periods_are_whole(span, today, expected):
    assert days_of(span, today) == expected


@pytest.fixture
def accountant(home, staff):
    fill_settings()
    return staff(Role.ACCOUNTING)


@pytest.fixture
def invoice(owed, pay, accountant):
    attempt = pay(owed.dues.first())
    return invoice_payment(attempt_id=attempt.pk, now=attempt.finished_at)


def content_of(response):
    return b"".join(response.streaming_content)


def test_page_shows_the_sales_of_the_month_by_day_and_rate(invoice, accountant):
    response = accountant.get(PAGE)
    content = response.content.decode()

    assert response.status_code == 200
    assert f"{invoice.issued_on:%d/%m/%Y}" in content
    assert "297,00\u00a0€" in content
    assert "59,40\u00a0€" in content
    assert "20\u202f%" in content


@pytest.mark.parametrize("key", EXPORTS)
def test_every_link_of_the_page_downloads_a_file(invoice, accountant, run_tasks, key):
    run_tasks()
    links = {export.key: url for export, url in accountant.get(PAGE).context["exports"]}
    response = accountant.get(links[key])

    assert response.streaming
    assert "attachment" in response["Content-Disposition"]
    assert response["Content-Type"] == EXPORTS[key].content_type
    content = content_of(response)
    if key == "factures":
        assert f"{invoice.number}.pdf" in ZipFile(BytesIO(content)).namelist()
    elif key in {"journal-csv", "ecritures-ventes"}:
        assert invoice.number in content.decode()
    elif key == "journal-xlsx":
        assert content.startswith(b"PK")


def test_other_period_leaves_the_invoice_out(invoice, accountant):
    before = invoice.issued_on - timedelta(days=1)
    query = {"periode": "dates", "du": f"{before:%d/%m/%Y}", "au": f"{before:%d/%m/%Y}"}
    assert "Aucune vente taxée" in accountant.get(PAGE, query).content.decode()
    url = reverse("accounting:export", args=["journal-csv"])
    assert invoice.number not in content_of(accountant.get(url, query)).decode()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"periode": "dates"}, "Indiquez les deux dates."),
        ({"periode": "dates", "du": "02/01/2026", "au": "01/01/2026"}, "précède la première"),
        ({"periode": "dates", "du": "01/01/1900", "au": "01/01/2026"}, "trop ancienne"),
        ({"periode": "dates", "du": "31/12/9999", "au": "31/12/9999"}, "l’année en cours"),
        ({"periode": "dates", "du": "hier", "au": "01/01/2026"}, "Écrivez la date ainsi"),
        ({"periode": "toujours"}, "pas proposée"),
    ],
)
def test_period_that_makes_no_sense_is_asked_again(accountant, query, message):
    response = accountant.get(PAGE, query)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert accountant.get(reverse("accounting:export", args=["registre"]), query).status_code == 302


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.dictionaries(st.sampled_from(["periode", "du", "au"]), st.text(max_size=30)))
def test_no_question_breaks_the_page(accountant, query):
    assert accountant.get(PAGE, query).status_code in {200, 422}


def test_unknown_export_is_not_found(accountant):
    address = reverse("accounting:export", args=["tout"])
    assert accountant.get(address, {"periode": "mois"}).status_code == 404


@pytest.mark.parametrize("role", [Role.SALES, Role.EDITING, Role.PUBLISHING])
def test_others_take_nothing_away(home, staff, role):
    client = staff(role)
    for address in [PAGE, *(reverse("accounting:export", args=[key]) for key in EXPORTS)]:
        assert client.get(address, {"periode": "mois"}).status_code == 302
    assert PAGE not in client.get("/gestion/").content.decode()


def test_page_leads_to_the_numbers_of_accounts(accountant):
    url = accountant.get(PAGE).context["accounts_url"]
    assert accountant.get(url, follow=True).status_code == 200


# --- Mentions


def post_mention(accountant, url, mention=None, **changes):
    values = {
        "kind": "penalty",
        "text": "Pénalités",
        "code": "",
        "valid_from": f"{timezone.localdate() + timedelta(days=9):%Y-%m-%d}",
    }
    if mention:
        values |= {
            "kind": mention.kind, "text": mention.text, "code": mention.code,
            "valid_from": f"{mention.valid_from:%Y-%m-%d}",
        }  # fmt: skip
    return accountant.post(url, values | changes)


def test_mention_is_added_for_a_coming_day(accountant):
    assert post_mention(accountant, reverse("invoicemention:add")).status_code == 302
    assert InvoiceMention.objects.filter(kind="penalty").count() == 2


def test_mention_that_has_begun_is_neither_deleted_nor_moved(accountant):
    mention = InvoiceMention.objects.get(kind="penalty")
    accountant.post(reverse("invoicemention:delete", args=[mention.pk]))
    edit = reverse("invoicemention:edit", args=[mention.pk])
    moved = f"{timezone.localdate() + timedelta(days=9):%Y-%m-%d}"

    response = post_mention(accountant, edit, mention, valid_from=moved)

    assert "déjà en vigueur" in response.content.decode()
    mention.refresh_from_db()
    assert mention.valid_from < timezone.localdate()
    assert post_mention(accountant, edit, mention, text="Corrigé").status_code == 302


def test_coming_mention_may_be_deleted(accountant):
    post_mention(accountant, reverse("invoicemention:add"))
    coming = InvoiceMention.objects.order_by("-valid_from").first()
    accountant.post(reverse("invoicemention:delete", args=[coming.pk]))
    assert not InvoiceMention.objects.filter(pk=coming.pk).exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"code": "VATEX-FR-CGI261-4"}, "Seule l’exonération"),
        ({"kind": "exemption"}, "Indiquez le code VATEX"),
    ],
)
def test_code_goes_with_the_exemption_only(accountant, changes, message):
    response = post_mention(accountant, reverse("invoicemention:add"), **changes)
    assert message in response.content.decode()


@pytest.mark.parametrize("role", [Role.SALES, Role.EDITING, Role.PUBLISHING])
def test_others_do_not_write_mentions(home, staff, role):
    client = staff(role)
    assert client.get(reverse("invoicemention:add")).status_code == 302
    assert client.get(reverse("invoicemention:index")).status_code == 302
