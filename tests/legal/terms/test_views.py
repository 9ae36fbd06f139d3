import re
from datetime import UTC, datetime, timedelta

from django.contrib.staticfiles import finders
from django.utils import timezone

import pytest
import time_machine
from django_tasks import default_task_backend
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.private_files import private_storage
from legal.terms.actions import revoke_terms
from legal.terms.rules import Audience
from legal.terms.tasks import issue_terms_pdf
from tests.factories.terms import approved, approver, draft, submitted, terms_text, with_pdf

EVE = datetime(2026, 6, 14, 21, 59, tzinfo=UTC)  # 23:59 in Paris
PDF = b"%PDF-1.7 essai"


def html(response):
    return response.content.decode()


@pytest.fixture
def two_versions(home):
    """30 days then 45 days of validity; the second replaces the first today."""
    past = timezone.now() - timedelta(days=40)
    until_today = (timezone.localdate() - timezone.localdate(past)).days
    first = with_pdf(approved(terms_text("<p>Valable 30 jours.</p>"), now=past))
    second = approved(terms_text("<p>Valable 45 jours.</p>"), now=past, starts_in=until_today)
    first.refresh_from_db()
    return first, with_pdf(second, PDF + b"2")


def test_page_without_any_version_says_so(client, home):
    response = client.get("/cgv/")

    assert response.status_code == 200
    assert "Aucune version n’est en vigueur aujourd’hui." in html(response)


def test_page_shows_the_version_in_force_with_its_contents(client, home):
    version = approved(terms_text("<p>Valable 30 jours.</p>"))

    text = html(client.get("/cgv/"))

    assert f"Version {version.number}," in text
    assert re.findall(r'<h[23] id="([^"]+)"', text) == [
        "sommaire", "titre-i", "titre-ii", "article-2-1",
    ]  # fmt: skip
    assert re.findall(r'href="#([^"]+)"', text) == [
        "contenu", "titre-i", "titre-ii", "article-2-1",
    ]  # fmt: skip
    assert "Pour les entreprises" not in text


def test_page_changes_at_midnight_in_paris(client, home):
    with time_machine.travel(EVE, tick=False):
        version = approved(starts_in=1)
        before = [client.get(url).status_code for url in ("/cgv/", version.get_absolute_url())]
        text = html(client.get("/cgv/"))
    with time_machine.travel(EVE + timedelta(minutes=1), tick=False):
        after = [client.get(url).status_code for url in ("/cgv/", version.get_absolute_url())]

    assert (before, after) == ([200, 404], [200, 200])
    assert "Aucune version n’est en vigueur" in text


def test_companies_have_their_own_page_when_their_terms_differ(client, home):
    consumers = approved(terms_text("<p>Particuliers.</p>"), audience=Audience.CONSUMER)
    companies = approved(terms_text("<p>Sociétés.</p>"), audience=Audience.COMPANY)

    pages = [html(client.get(url)) for url in ("/cgv/", "/cgv/?pour=entreprises", "/cgv/?pour=x")]

    shown = [re.search(r"Version (\d{4}-\d+),", page)[1] for page in pages]
    assert shown == [consumers.number, companies.number, consumers.number]
    assert all('href="/cgv/?pour=entreprises"' in page for page in pages)


def test_replaced_version_stays_readable_and_says_when_it_was_replaced(client, two_versions):
    first, second = two_versions

    text = html(client.get(first.get_absolute_url()))

    assert "Valable 30 jours." in text
    assert "Version remplacée le" in text
    assert f"/cgv/comparer/?de={first.number}&amp;a={second.number}" in text
    assert '<meta name="robots" content="noindex">' in text
    assert "Version remplacée le" not in html(client.get(second.get_absolute_url()))


def test_archives_list_public_versions_the_latest_first(
    client, two_versions, django_assert_num_queries
):
    first, second = two_versions
    draft()
    client.get("/cgv/archives/")  # warms what is read once a process

    with django_assert_num_queries(4):
        text = html(client.get("/cgv/archives/"))

    assert re.findall(r">Version (\d{4}-\d+)<", text) == [second.number, first.number]


def test_archives_without_any_version_say_so(client, home):
    response = client.get("/cgv/archives/")

    assert response.status_code == 200
    assert "Aucune version n’a encore été publiée." in html(response)


def test_what_is_not_public_is_not_found_anywhere(client, home):
    hidden = [draft(), submitted(), approved(starts_in=5)]
    revoked = hidden[-1]
    revoke_terms(version=revoked, user=approver(), reason="Erreur")
    hidden.append(with_pdf(approved(starts_in=6)))

    for version in hidden:
        for url in (version.get_absolute_url(), version.pdf_url):
            assert client.get(url).status_code == 404
        for url in ("/cgv/", "/cgv/archives/", "/cgv/comparer/"):
            assert version.number not in html(client.get(url))
        comparison = html(client.get(f"/cgv/comparer/?de={version.number}&a={version.number}"))
        assert "n’existe pas" in comparison


def test_pdf_is_the_stored_bytes_with_their_etag(client, two_versions):
    first, _ = two_versions

    response = client.get(first.pdf_url)
    again = client.get(first.pdf_url, headers={"If-None-Match": response["ETag"]})

    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["ETag"] == f'"{first.pdf.sha256}"'
    assert again.status_code == 304


def test_pdf_not_yet_issued_is_announced_and_asked_for_once(client, home, run_tasks):
    version = approved()
    default_task_backend.clear()

    responses = [client.get(version.pdf_url) for _ in range(2)]

    assert [(r.status_code, r["Retry-After"]) for r in responses] == [(503, "10")] * 2
    asked = [r.args for r in default_task_backend.results if r.task is issue_terms_pdf]
    assert asked == [[version.pk]]
    run_tasks()
    assert client.get(version.pdf_url).status_code == 200


def test_pdf_whose_file_was_lost_is_told_without_an_error(client, two_versions):
    first, _ = two_versions
    digest = first.pdf.sha256
    private_storage().delete(f"sha256/{digest[:2]}/{digest}")

    assert client.get(first.pdf_url).status_code == 503


def test_comparison_shows_the_words(client, two_versions):
    first, second = two_versions

    text = html(client.get(f"/cgv/comparer/?de={first.number}&a={second.number}"))

    assert "Valable <del>30</del><ins>45</ins> jours." in text
    assert 'id="article-2-1"' in text


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("de={0}&a={0}", "Choisissez deux versions différentes."),
        ("de={0}&a=2019-9", "l’une de celles demandées n’existe pas"),
        ("de=&a={1}", "l’une de celles demandées n’existe pas"),
    ],
)
def test_comparison_explains_a_wrong_choice(client, two_versions, query, problem):
    numbers = [version.number for version in two_versions]

    response = client.get("/cgv/comparer/?" + query.format(*numbers))

    assert response.status_code == 200
    assert problem in html(response)


@pytest.mark.parametrize(
    "path",
    ["/cgv/2026-1/x/", "/cgv/2026-99/", "/cgv/9999-999.pdf", "/cgv/2026-1.PDF", "/cgv/brouillon/",
     "/cgv/20261/", "/cgv/２０２６-1/", "/cgv/%00/", "/cgv/2026-1%2F/"],
)  # fmt: skip
def test_wrong_address_is_not_found(client, two_versions, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/cgv/", "/cgv/archives/", "/cgv/comparer/"])
def test_pages_are_only_read(client, home, path):
    assert client.post(path).status_code == 405


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture],
          deadline=None)  # fmt: skip
@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_no_query_breaks_a_page(client, two_versions, before, after, audience):
    for url, query in (
        ("/cgv/comparer/", {"de": before, "a": after}),
        ("/cgv/", {"pour": audience}),
    ):
        assert client.get(url, query).status_code == 200


def test_footer_leads_to_the_terms(client, home):
    assert '<a href="/cgv/" aria-current="page">Conditions générales de vente</a>' in html(
        client.get("/cgv/")
    )
    assert finders.find("base/terms.css")
