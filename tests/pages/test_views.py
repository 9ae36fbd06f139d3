import json
from datetime import timedelta

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

import pytest

from base.clock import JobRun
from legal.notices.rules import NoticeKind
from pages.views import access_refused, server_error
from tests.factories.courses import CoursePageFactory, CourseSessionFactory
from tests.factories.legal import fill_settings, published
from tests.factories.pages import CategoryPageFactory, StandardPageFactory
from tests.factories.terms import approved, terms_text


@pytest.fixture
def category(catalogue):
    return CategoryPageFactory(parent=catalogue, title="Marketing", slug="marketing")


def test_home_page_shows_domains_and_next_sessions(client, home, category):
    course = CoursePageFactory(parent=category, title="Plan marketing")
    CourseSessionFactory(course=course)

    response = client.get("/")

    assert response.context["domains"] == [(category, 1)]
    assert [session.course for session in response.context["sessions"]] == [course]


def test_home_page_of_an_empty_site_renders(client, home):
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_home_page_costs_the_same_queries(client, home, category, count, django_assert_num_queries):
    for course in CoursePageFactory.create_batch(count, parent=category):
        CourseSessionFactory(course=course)
    client.get("/")

    with django_assert_num_queries(10):
        client.get("/")


def test_unknown_address_is_a_french_404(client, home):
    response = client.get("/nulle-part/")

    content = response.content.decode()
    assert response.status_code == 404
    assert 'lang="fr"' in content


def test_404_of_the_catalogue_says_what_is_missing(client, catalogue):
    response = client.get("/formations/?page=99")

    assert response.status_code == 404
    assert "Cette page du catalogue n’existe pas." in response.content.decode()


def test_500_page_needs_neither_database_nor_context(rf, monkeypatch):
    def no_cursor(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", no_cursor)

    response = server_error(rf.get("/panne/"))

    assert response.status_code == 500
    assert 'lang="fr"' in response.content.decode()


def test_robots_file_points_to_the_sitemap_and_hides_the_back_office(client, home):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert "Disallow: /gestion/" in lines
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"


def test_sitemap_lists_live_pages_only(client, home, category):
    CoursePageFactory(parent=category, title="Publiée", slug="publiee")
    CoursePageFactory(parent=category, title="Brouillon", slug="brouillon", live=False)

    content = client.get("/sitemap.xml").content.decode()

    assert "http://testserver/formations/marketing/publiee/" in content
    assert "brouillon" not in content


def test_sitemap_lists_the_legal_pages_that_have_a_text(client, home):
    fill_settings()
    published(NoticeKind.MEDIATION)
    approved(terms_text("<p>Texte.</p>"))

    content = client.get("/sitemap.xml").content.decode()

    listed = [
        address
        for address in ("/cgv/", "/mediation/", "/mentions-legales/", "/retractation/")
        if f"<loc>http://testserver{address}</loc>" in content
    ]
    assert listed == ["/cgv/", "/mediation/"]
    assert "http://testserver/</loc>" in content


def test_health_is_green_when_database_and_cache_answer(client, db):
    response = client.get("/sante/")

    assert (response.status_code, response.json()["etat"]) == (200, "ok")


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(None, "jamais lancée"), (9, "ok"), (11, "arrêtée"), (-9, "ok"), (-11, "arrêtée")],
)
def test_health_tells_whether_the_clock_runs_and_stays_green(client, db, settings, minutes, state):
    settings.CLOCK_MAY_BE_MOVED = False
    if minutes:
        latest = timezone.now() - timedelta(minutes=minutes)
        JobRun.objects.create(name="essai", latest_run_at=latest)

    response = client.get("/sante/")

    assert (response.status_code, response.json()["horloge"]) == (200, state)


def test_health_is_red_when_the_cache_loses_what_it_is_given(client, db, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda *args: None)

    response = client.get("/sante/")

    assert (response.status_code, response.json()["cache"]) == (503, False)


def test_health_is_red_without_database(client, db, monkeypatch):
    def no_cursor(*args, **kwargs):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", no_cursor)
        response = client.get("/sante/")

    assert (response.status_code, response.json()["base"]) == (503, False)


def test_every_public_answer_carries_the_strict_policy(client, home):
    policy = client.get("/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_back_office_alone_has_a_relaxed_policy(client, home):
    assert "'unsafe-inline'" in client.get("/gestion/")["Content-Security-Policy"]
    assert "unsafe" not in client.get("/compte/connexion/")["Content-Security-Policy"]


def test_back_office_sends_visitors_to_the_accounts(client, home):
    response = client.get("/gestion/")

    assert response["Location"].startswith(reverse("account_login"))


def test_standard_page_renders_every_block(client, home):
    body = [
        ("heading", "Notre histoire"),
        ("text", "<p>Depuis <b>Privas</b>.</p>"),
        ("callout", {"title": "À savoir", "text": "<p>Important.</p>"}),
        ("question", {"question": "Où ?", "answer": "<p>Ici.</p>"}),
    ]
    StandardPageFactory(parent=home, title="À propos", slug="a-propos", body=body)

    content = client.get("/a-propos/").content.decode()

    for text in ("Notre histoire", "<b>Privas</b>", "À savoir", "Important.", "Où ?", "Ici."):
        assert text in content.replace("\u202f", " ")


def test_feed_lists_new_sessions(client, home, category):
    course = CoursePageFactory(parent=category, title="Plan marketing")
    session = CourseSessionFactory(course=course)
    CourseSessionFactory(course=course, state="cancelled")

    content = client.get("/sessions/flux.xml").content.decode()

    assert content.count("<item>") == 1
    assert f"#session-{session.pk}" in content


def test_structured_data_of_the_home_page_is_valid_json(client, home):
    data = client.get("/").context["structured_data"]

    assert json.loads(json.dumps(data))[0]["@type"] == "EducationalOrganization"


@pytest.mark.parametrize("host", ["ailleurs.example", "a:b", ""])
def test_request_for_another_host_is_a_french_400(client, home, host):
    response = client.get("/", headers={"Host": host})

    assert response.status_code == 400
    assert 'lang="fr"' in response.content.decode()


def test_oversized_form_is_a_french_400(client, contact_page):
    response = client.post("/contact/", {"message": "x" * 3_000_000})

    assert response.status_code == 400
    assert 'lang="fr"' in response.content.decode()


def test_refused_access_is_a_french_403(rf):
    response = access_refused(rf.get("/"), PermissionDenied())

    assert response.status_code == 403
    assert 'lang="fr"' in response.content.decode()


@pytest.mark.parametrize("address", ["/%00/", "/formations/%00/programme.pdf", "/gestion/%00/"])
def test_address_with_a_nul_character_is_a_404(client, catalogue, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("charset", ["base64", "idna", "utf-7", "unicode_escape", "utf-16"])
def test_form_in_another_charset_is_a_french_400(client, catalogue, charset):
    client.raise_request_exception = False
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n+2AA- \\ud800\r\n--x--\r\n'
    content_type = f"multipart/form-data; boundary=x; charset={charset}"
    response = client.generic("POST", "/reclamation/", body, content_type)
    assert response.status_code == 400
    assert 'lang="fr"' in response.content.decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "none-of-them"])
def test_form_in_utf_8_is_read(client, catalogue, charset):
    body, content_type = b"--x--\r\n", f"multipart/form-data; boundary=x; charset={charset}"
    assert client.generic("POST", "/reclamation/", body, content_type).status_code == 422


def test_library_documents_are_served_by_their_view_only(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for folder in ("images", "original_images", "documents"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("contenu")
    addresses = ["images/a.txt", "original_images/a.txt", "documents/a.txt", "/documents/a.txt"]

    answers = [client.get(f"/media/{address}") for address in addresses]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 404]
    for answer in answers:
        answer.close()


def test_health_is_red_when_the_cache_cannot_be_written(client, db, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("disque plein")

    with monkeypatch.context() as patch:
        patch.setattr(cache, "set", full)
        response = client.get("/sante/")

    assert (response.status_code, response.json()["cache"]) == (503, False)


def test_two_monitors_at_once_do_not_disturb_each_other(client, db, monkeypatch):
    write, visits = cache.set, []

    def written_by_both(*args, **kwargs):
        write(*args, **kwargs)
        if args[0] == "health" and not visits:
            visits.append("second")
            client.get("/sante/")

    monkeypatch.setattr(cache, "set", written_by_both)

    assert (client.get("/sante/").status_code, visits) == (200, ["second"])
