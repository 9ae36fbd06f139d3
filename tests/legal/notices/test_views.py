from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legal.notices.rules import NoticeKind
from tests.factories.legal import fill_settings, published

ROOT = Path(__file__).resolve().parents[3]
ADDRESSES = [
    "/mediation/", "/mentions-legales/", "/confidentialite/", "/accessibilite/",
    "/reglement-interieur/", "/retractation/",
]  # fmt: skip
ARCHIVES = ["/confidentialite/versions/", "/reglement-interieur/versions/"]
ODR = "ec.europa.eu/" + "consumers/odr"


@pytest.fixture
def everything(home):
    fill_settings()
    for kind in NoticeKind:
        published(kind)


def content(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_names_itself_and_its_address(client, everything, address):
    html = content(client, address + "?utm_source=x")

    assert f'<link rel="canonical" href="http://testserver{address}">' in html
    assert html.count("<h1>") == 1
    assert "noindex" not in html


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_answers_before_anything_is_published(client, home, address):
    html = content(client, address)

    assert "{" not in html.split("</head>")[1]
    assert ": </" not in html


@pytest.mark.parametrize("address", [*ADDRESSES, *ARCHIVES, "/confidentialite/versions/1/"])
def test_no_placeholder_and_no_dead_platform_on_a_page(client, everything, address):
    html = content(client, address)

    assert "{" not in html.split("</head>")[1]
    assert ODR not in html


def test_no_source_names_the_closed_platform():
    folders = ("site", "courses", "legal", "shop", "templates", "docs")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    texts = [
        path for path in files if path.suffix in {".py", ".html", ".txt", ".toml", ".md", ".css"}
    ]

    assert [path for path in texts if ODR in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_page_is_only_read(client, home, address, method):
    assert getattr(client, method)(address).status_code == 405


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([*ADDRESSES, *ARCHIVES]),
    st.dictionaries(st.sampled_from(["version", "q", "page", "next"]), st.text(max_size=30)),
)
def test_query_changes_nothing(client, everything, address, query):
    assert client.get(address, query).status_code == 200


@pytest.mark.parametrize("number", [0, 2, 99999999999999999999999])
@pytest.mark.parametrize(
    "address", ["/confidentialite/versions/{}/", "/reglement-interieur/versions/{}.pdf"]
)
def test_version_that_does_not_exist_is_not_found(client, everything, address, number):
    assert client.get(address.format(number)).status_code == 404


def test_page_costs_the_same_few_queries(client, everything, django_assert_num_queries):
    client.get("/retractation/?warm")

    with django_assert_num_queries(5):
        client.get("/retractation/")


def test_legal_notice_states_every_fact_of_the_law(client, everything):
    html = content(client, "/mentions-legales/")

    for fact in (
        "LEXOM", "SAS au capital de 25\u202f000\u00a0€", "155 avenue René Privat, 07000 Privas",
        "510 869 274 00066", "RCS Aubenas 510 869 274", "FR74510869274", "04 65 71 00 10",
        "contact@lexom.example", "La présidence", "Hébergeur", "1 rue de l’Exemple, 75000 Paris",
        "01 99 00 00 10",
    ):  # fmt: skip
        assert fact in html


def test_legal_notice_shows_no_label_without_its_fact(client, home):
    fill_settings(phone="", host_name="", publication_director="", vat_number="")

    html = content(client, "/mentions-legales/")

    for label in ("<dt>Téléphone", "Hébergeur", "Directeur de la publication", "<dt>TVA"):
        assert label not in html


def test_mediator_is_on_every_page(client, everything, catalogue):
    for address in ["/", "/formations/", "/nulle-part/", *ADDRESSES]:
        html = client.get(address).content.decode()
        assert '<a href="https://mediateur.example/">https://mediateur.example/</a>' in html


def test_no_mediator_leaves_no_empty_mention(client, home):
    assert "Médiateur de la consommation" not in content(client, "/")


def test_footer_lists_every_legal_page(client, everything):
    footer = content(client, "/").split("<footer")[1]

    assert [address for address in ADDRESSES if f'href="{address}"' in footer] == ADDRESSES


def test_withdrawal_page_shows_the_right_the_form_and_the_function(client, everything, settings):
    html = content(client, "/retractation/")

    assert "Vous avez le droit de vous rétracter du présent contrat sans donner de motif" in html
    assert "MODÈLE DE FORMULAIRE DE RÉTRACTATION" in html
    assert f'href="{settings.SITE_URL}/renoncer/"' in html
    assert reverse("withdrawal_form_pdf") in html


@pytest.mark.parametrize(
    "address",
    ["/reglement-interieur.pdf", "/retractation/avis.pdf", "/retractation/formulaire.pdf"],
)
def test_document_is_served_as_issued_and_never_rendered(client, everything, run_tasks, address):
    waiting = client.get(address)
    assert (waiting.status_code, waiting["Retry-After"]) == (503, "60")

    run_tasks()
    response = client.get(address)

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-1.7")
    again = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_document_of_an_unpublished_text_is_not_found(client, home):
    response = client.get("/reglement-interieur.pdf")

    assert response.status_code == 404
    assert "Ce texte n’est pas encore publié." in response.content.decode()


def test_versions_follow_one_another_at_midnight_in_paris(client, home):
    fill_settings()
    with time_machine.travel("2026-11-24 12:00+01:00", tick=False):
        first = published(text="<p>Ancien texte.</p>")
        published(text="<p>Nouveau texte.</p>", valid_from=first.valid_from + timedelta(days=7))
    with time_machine.travel("2026-11-30 22:59:59+00:00", tick=False):
        assert "Ancien texte." in content(client, "/confidentialite/")
        assert client.get("/confidentialite/versions/2/").status_code == 404
        assert "Version 2" not in content(client, "/confidentialite/versions/")
    with time_machine.travel("2026-11-30 23:00:00+00:00", tick=False):
        assert "Nouveau texte." in content(client, "/confidentialite/")
        assert "du 24 novembre 2026 au 30 novembre 2026" in content(
            client, "/confidentialite/versions/"
        )
        assert "Ancien texte." in content(client, "/confidentialite/versions/1/")


def test_published_page_is_kept_and_forgotten_with_the_next_version(client, home):
    fill_settings()
    assert "pas encore publié" in content(client, "/confidentialite/")
    with_text = published(text="<p>Un texte neuf.</p>")
    call_command("clearsessions")

    assert with_text.valid_from == timezone.localdate()
    assert "Un texte neuf." in content(client, "/confidentialite/")
