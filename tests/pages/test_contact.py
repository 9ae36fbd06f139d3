import html
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

import pytest

from base.models import Organisation
from base.robots import opening_stamp
from pages.models import ContactMessage
from tests.factories.courses import CoursePageFactory, CourseSessionFactory

ADDRESS = "/contact/"


@pytest.fixture
def message(contact_page, time_machine):
    """A valid form, opened ten seconds ago."""
    now = timezone.now()
    time_machine.move_to(now - timedelta(seconds=10), tick=False)
    stamp = opening_stamp()
    time_machine.move_to(now, tick=False)
    return {
        "reason": "information",
        "name": "Une visiteuse",
        "email": "visiteuse@example.org",
        "message": "Quels sont les horaires ?",
        "opened_at": stamp,
        "site_internet": "",
    }


@pytest.fixture
def session(contact_page, catalogue):
    course = CoursePageFactory(parent=catalogue, title="Plan marketing")
    return CourseSessionFactory(course=course)


def test_message_is_stored_then_mailed_and_acknowledged(client, message, run_tasks):
    response = client.post(ADDRESS, message)
    run_tasks()

    stored = ContactMessage.objects.get()
    assert response["Location"] == "/contact/?envoye=1"
    assert (stored.name, stored.message) == ("Une visiteuse", "Quels sont les horaires ?")
    announcement, acknowledgement = mail.outbox
    assert announcement.reply_to == ["visiteuse@example.org"]
    assert "Quels sont les horaires ?" in announcement.body
    assert acknowledgement.to == ["visiteuse@example.org"]
    assert "Quels sont les horaires ?" not in acknowledgement.body


def test_announcement_goes_to_the_organisation(client, message, run_tasks):
    organisation = Organisation.current()
    organisation.email = "bonjour@lexom.example"
    organisation.save()
    run_tasks()

    client.post(ADDRESS, message)
    run_tasks()

    assert mail.outbox[0].to == ["bonjour@lexom.example"]


def test_thanks_page_says_when_we_answer(client, contact_page):
    content = client.get(ADDRESS + "?envoye=1").content.decode()

    assert "Nous répondons sous deux jours ouvrés." in content
    assert "<textarea" not in content


def test_message_about_a_session_names_it(client, session, message):
    address = f"{ADDRESS}?session={session.pk}&pour=particulier"

    form = client.get(address)
    client.post(address, message)

    stored = ContactMessage.objects.get()
    assert form.context["form"].initial["reason"] == "individual"
    assert "Plan marketing" in form.content.decode()
    assert (stored.session, stored.course) == (session, session.course)


@pytest.mark.parametrize("query", ["session=999999", "session=abc", "session=" + "9" * 50])
def test_session_that_is_gone_is_said_and_the_form_still_works(client, contact_page, query):
    response = client.get(f"{ADDRESS}?{query}")

    assert (response.status_code, response.context["subject"].is_gone) == (200, True)


def test_cancelled_session_is_gone(client, session):
    session.state = "cancelled"
    session.save()

    assert client.get(f"{ADDRESS}?session={session.pk}").context["subject"].is_gone


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 200),
        ("email", ""),
        ("email", "pas une adresse"),
        ("message", ""),
        ("message", "x" * 5000),
        ("reason", "inventé"),
        ("phone", "9" * 100),
    ],
)
def test_wrong_field_is_explained_and_nothing_is_lost(client, message, field, value):
    response = client.post(ADDRESS, message | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert ContactMessage.objects.count() == 0
    other = "Quels sont les horaires ?" if field != "message" else "Une visiteuse"
    assert other in response.content.decode()


@pytest.mark.parametrize(
    "change",
    [{"site_internet": "http://spam.example"}, {"opened_at": "forged"}, {"opened_at": ""}],
)
def test_robot_is_refused_without_an_error_page(client, message, change):
    response = client.post(ADDRESS, message | change)

    assert response.status_code == 422
    assert ContactMessage.objects.count() == 0


def test_form_filled_in_under_three_seconds_is_taken_for_a_robot(client, message):
    response = client.post(ADDRESS, message | {"opened_at": opening_stamp()})

    assert response.status_code == 422
    assert "Quels sont les horaires ?" in response.content.decode()


def test_sixth_message_in_an_hour_is_refused_and_kept_on_screen(client, message):
    answers = [client.post(ADDRESS, message).status_code for _ in range(6)]

    assert answers == [302] * 5 + [422]
    assert ContactMessage.objects.count() == 5


def test_message_with_nul_characters_is_refused_politely(client, message):
    response = client.post(ADDRESS, message | {"message": "bonjour\x00"})

    assert response.status_code == 422


def test_contact_page_is_never_kept_by_a_cache(client, contact_page):
    assert client.get(ADDRESS)["Cache-Control"] == "private, no-store"


def test_line_breaks_in_a_name_do_not_stop_the_announcement(client, message, run_tasks):
    client.post(ADDRESS, message | {"name": "Une\r\nBcc: liste@example.org\u2028visiteuse"})

    run_tasks()

    assert mail.outbox[0].subject == (
        "Message du site : Une Bcc: liste@example.org visiteuse – Une question sur une formation"
    )
    assert mail.outbox[0].recipients() == [parseaddr(settings.DEFAULT_FROM_EMAIL)[1]]


def test_limit_holds_for_the_whole_hour(client, message, settings, tmp_path, time_machine):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": tmp_path,
        }
    }
    for _ in range(5):
        client.post(ADDRESS, message)

    time_machine.move_to(timezone.now() + timedelta(minutes=59), tick=False)

    assert client.post(ADDRESS, message).status_code == 422
    time_machine.move_to(timezone.now() + timedelta(minutes=2), tick=False)
    assert client.post(ADDRESS, message).status_code == 302


def test_visitors_behind_our_proxy_do_not_share_one_limit(client, message, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(5):
        client.post(ADDRESS, message, headers={"X-Forwarded-For": "203.0.113.1"})

    answers = [
        client.post(ADDRESS, message, headers={"X-Forwarded-For": address}).status_code
        for address in ("203.0.113.1", "198.51.100.9, 203.0.113.1", "203.0.113.2")
    ]

    assert answers == [422, 422, 302]


def test_refused_form_token_is_said_in_french_and_gives_the_text_back(contact_page, message):
    client = Client(enforce_csrf_checks=True)

    response = client.post(ADDRESS, message | {"message": "Un long <b>texte</b>."})

    content = response.content.decode()
    assert response.status_code == 403
    assert 'lang="fr"' in content
    assert "Un long &lt;b&gt;texte&lt;/b&gt;." in content
    assert "refuse les cookies" in content
    assert "bouton « Précédent »" in html.unescape(content)
    assert ContactMessage.objects.count() == 0


def test_message_that_is_refused_comes_back_as_it_was_typed(client, contact_page):
    typed = {
        "reason": "information",
        "name": "Une visiteuse",
        "email": "incomplète",
        "message": "Des places ?",
    }

    response = client.post(contact_page.url, typed)

    assert response.status_code == 422
    assert response.context["form"]["message"].value() == "Des places ?"
