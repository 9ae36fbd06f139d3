import re
from datetime import timedelta

from django.core import mail
from django.utils import timezone

import pytest

from base.robots import opening_stamp
from courses.models import CourseSession, WaitingEntry
from courses.sessions.seats import release_seats
from courses.sessions.waiting.closing import closes_at


@pytest.fixture
def filled(full, time_machine):
    """A valid form, opened ten seconds ago."""
    now = timezone.now()
    time_machine.move_to(now - timedelta(seconds=10), tick=False)
    stamp = opening_stamp()
    time_machine.move_to(now, tick=False)
    return {
        "name": "Camille Essai",
        "email": "Camille@Example.org",
        "places": "1",
        "opened_at": stamp,
        "site_internet": "",
    }


def address(session):
    return f"/sessions/{session.pk}/liste-d-attente/"


def main_text(response):
    """What the page says, on one line, typography flattened."""
    text = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    text = re.sub(r"<[^>]+>", " ", text).replace("&nbsp;", " ")
    return re.sub(r"\s+", " ", text)


def test_full_session_on_the_course_page_leads_to_the_list(client, full):
    page = client.get(full.course.url).content.decode()

    assert f'href="{address(full)}"' in page


def test_session_with_seats_does_not_lead_to_the_list(client, full):
    release_seats(session_id=full.pk)

    assert address(full) not in client.get(full.course.url).content.decode()


def test_visitor_joins_and_is_told_by_mail(client, full, filled, run_tasks):
    response = client.post(address(full), filled)
    run_tasks()

    entry = WaitingEntry.objects.get()
    assert response["Location"] == f"{address(full)}?inscrit=1"
    assert "Votre demande est enregistrée" in main_text(client.get(response["Location"]))
    assert (entry.name, entry.email, entry.places) == ("Camille Essai", "camille@example.org", 1)
    message = mail.outbox[0]
    assert entry.url in message.body
    assert "Camille Essai" not in message.body


def test_second_request_looks_the_same_and_writes_no_second_mail(client, full, filled, run_tasks):
    answers = [client.post(address(full), filled)["Location"] for _ in range(2)]
    run_tasks()

    assert answers[0] == answers[1]
    assert (WaitingEntry.objects.count(), len(mail.outbox)) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Indiquez votre nom."),
        ({"email": "camille"}, "Cette adresse e-mail n’est pas complète"),
        ({"places": "11"}, "Indiquez un nombre de places, de 1 à 10."),
        ({"places": "deux"}, "Indiquez un nombre de places, de 1 à 10."),
        ({"site_internet": "http://example.org"}, "L’envoi n’a pas pu être vérifié."),
        ({"opened_at": "faux"}, "L’envoi n’a pas pu être vérifié."),
        ({"places": "3"}, "Cette session n’accueille pas 3 personnes."),
    ],
)
def test_refused_request_says_why_and_keeps_what_was_typed(client, full, filled, changes, sentence):
    response = client.post(address(full), filled | changes)

    assert response.status_code == 422
    assert sentence in main_text(response)
    assert WaitingEntry.objects.count() == 0


def test_sixth_request_in_an_hour_waits(client, full, filled):
    for number in range(5):
        client.post(address(full), filled | {"email": f"{number}@example.org"})

    response = client.post(address(full), filled | {"email": "6@example.org"})

    assert response.status_code == 422
    assert "Patientez une heure." in main_text(response)
    assert WaitingEntry.objects.count() == 5


def test_list_of_a_session_with_seats_leads_to_the_order(client, full, filled):
    release_seats(session_id=full.pk)

    page, refused = client.get(address(full)), client.post(address(full), filled)

    assert "Il reste des places sur cette session" in main_text(page)
    assert f'href="/commande/{full.pk}/"' in refused.content.decode()
    assert WaitingEntry.objects.count() == 0


def test_closed_list_says_so(client, full, filled, time_machine):
    time_machine.move_to(closes_at(full, places=2))

    assert "La liste d’attente de cette session est fermée" in main_text(client.get(address(full)))


def test_hidden_session_has_no_list(client, full):
    CourseSession.objects.filter(pk=full.pk).update(state="draft")

    assert client.get(address(full)).status_code == 404


def test_opening_the_link_changes_nothing(client, queue):
    entry = queue("a")

    page = client.get(entry.get_absolute_url())

    assert "Vous êtes sur la liste d’attente" in main_text(page)
    assert "Quitter la liste d’attente" in main_text(page)
    assert "no-store" in page["Cache-Control"]
    assert WaitingEntry.objects.get().state == "waiting"


def test_one_click_leaves(client, queue):
    entry = queue("a")

    response = client.post(entry.get_absolute_url(), {"choix": "quitter"}, follow=True)

    assert "Vous avez quitté la liste" in main_text(response)
    assert WaitingEntry.objects.get().state == "left"


def test_offer_leads_to_the_order_with_its_seat(client, full, queue, run_tasks):
    entry = queue("a")
    release_seats(session_id=full.pk)
    run_tasks()
    entry.refresh_from_db()

    page = client.get(entry.get_absolute_url())

    assert f'href="/commande/{full.pk}/?attente={entry.token}"' in page.content.decode()
    assert re.sub(r"\s+", " ", entry.deadline) in main_text(page)


def test_declined_offer_says_what_follows(client, full, queue, run_tasks):
    entry = queue("a")
    release_seats(session_id=full.pk)
    run_tasks()

    response = client.post(entry.get_absolute_url(), {"choix": "quitter"}, follow=True)

    assert "Vous n’avez pas pris la place proposée" in main_text(response)


def test_group_confirms_and_goes_to_the_proposal(client, full, queue, run_tasks):
    group = queue("g", places=2)
    release_seats(session_id=full.pk, count=2)
    run_tasks()

    response = client.post(group.get_absolute_url(), {"choix": "confirmer"})

    assert response["Location"] == f"/devis/?session={full.pk}&participants=2"
    page = main_text(client.get(group.get_absolute_url()))
    assert "Vos 2 places sont tenues" in page
    assert "Nous préparons votre proposition" in page


def test_group_asks_for_its_number_of_people(client, full):
    page = client.get(f"/devis/?session={full.pk}&participants=2")

    assert page.context["form"]["headcount"].value() == 2


def test_group_too_late_is_told(client, queue):
    group = queue("g", places=2)

    response = client.post(group.get_absolute_url(), {"choix": "confirmer"})

    assert response.status_code == 409
    assert "Ces places ne sont plus tenues à votre disposition." in main_text(response)


def test_unknown_answer_and_unknown_address(client, queue):
    entry = queue("a")

    assert client.post(entry.get_absolute_url(), {"choix": "rien"}).status_code == 422
    assert client.get("/liste-d-attente/inconnu/").status_code == 404


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("accepted", "Votre place est prise"),
        ("expired", "Sans réponse de votre part"),
        ("removed", "Votre inscription a été retirée par notre équipe."),
        ("closed", "La liste de cette session est fermée."),
    ],
)
def test_ended_entry_says_how_it_ended(client, queue, state, sentence):
    entry = queue("a")
    WaitingEntry.objects.update(state=state, ended_at=timezone.now(), offered_until=timezone.now())

    page = client.get(entry.get_absolute_url())

    assert sentence in main_text(page)
    assert "choix" not in page.content.decode()
