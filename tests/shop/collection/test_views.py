"""The list, the page and the actions of staff, and who may open which."""

from datetime import date, timedelta

from django.urls import reverse

import pytest
from django_tasks import default_task_backend

from courses.models import CourseSession
from courses.sessions.notes import notes_of
from legal.models import HalfYearRate
from shop.backoffice.collection_listing import cases_to_do
from shop.backoffice.collection_viewset import CollectionViewSet
from shop.backoffice.to_do import parts_to_do
from shop.collection.actions import follow_case
from shop.collection.penalties import issue_penalty
from shop.collection.posting import note_delivery, note_posting, prepare_notice
from shop.collection.reading import bill_of, case_with_facts, known_rates
from shop.collection.suspending import lift_suspension, suspend_trainings
from shop.models import CollectionCase, Invoice, PenaltyInvoice, RegisteredLetter, Suspension
from tests.shop.collection.conftest import WHO, at, fresh
from users.models import User
from users.roles import Role

pytestmark = pytest.mark.django_db
LATE = date(2026, 8, 20)
ADDRESSES = [f"collection_case:{view.url_name}" for view in CollectionViewSet.actions.values()]
LETTERS = {"collection_case:post", "collection_case:deliver", "collection_case:answer"}


@pytest.fixture
def accountant(case, staff, move):
    move(LATE)
    return staff(Role.ACCOUNTING)


def page(client, name, case, *keys):
    return client.get(reverse(f"collection_case:{name}", args=[case.pk, *keys]))


def send(client, name, case, *keys, **changes):
    """The form as its page shows it, changed."""
    url = reverse(f"collection_case:{name}", args=[case.pk, *keys])
    form = client.get(url).context["form"]
    shown = {field.name: field.value() for field in form if field.value() is not None}
    return client.post(url, shown | changes)


@pytest.fixture
def notice(case, move, monkeypatch):
    letter = prepare_notice(case_id=case.pk, actor=WHO, now=move(date(2026, 7, 7)))
    monkeypatch.setattr(RegisteredLetter, "document", None)
    return letter


@pytest.mark.parametrize(
    ("role", "reads", "acts"),
    [
        (Role.ACCOUNTING, 200, True),
        (Role.SALES, 200, False),
        (Role.EDITING, 302, False),
        (Role.PUBLISHING, 302, False),
    ],
)
def test_sales_read_and_accounting_acts(notice, case, staff, move, role, reads, acts):
    move(LATE)
    client = staff(role)
    assert client.get(reverse("collection_case:index")).status_code == reads
    assert page(client, "inspect", case).status_code == reads

    for name in ADDRESSES:
        keys = [notice.pk] if name in LETTERS else []
        address = reverse(name, args=[case.pk, *keys])
        assert (client.get(address).status_code == 200) == acts, name
        if not acts:
            assert client.post(address, {"reason": "essai"}).status_code in {302, 403}
    assert CollectionCase.objects.get().hold == ""


def test_unknown_rows_are_not_found(case, accountant, notice):
    for name in ADDRESSES:
        keys = [987654] if name in LETTERS else []
        assert accountant.get(reverse(name, args=[case.pk, *keys])).status_code in {200, 404}
        assert accountant.get(reverse(name, args=[987654, *keys])).status_code == 404
    assert page(accountant, "post", case, 987654).status_code == 404


def test_list_tells_age_level_step_and_amounts(case, accountant):
    response = accountant.get(reverse("collection_case:index"), {"situation": ["open", "held"]})

    content = response.content.decode().replace("\xa0", " ").replace("\u202f", " ")
    for said in (
        "F-2026-00001",
        "66 j",
        "aucune relance",
        "premier rappel",
        "16/06/2026",
        "105,91 €",
    ):
        assert said in content, said
    assert (
        "F-2026-00001"
        not in accountant.get(
            reverse("collection_case:index"), {"situation": "settled"}
        ).content.decode()
    )
    export = accountant.get(reverse("collection_case:index"), {"export": "csv"})
    rows = b"".join(export.streaming_content).decode().splitlines()
    assert rows[0].startswith("Facture,Client,Échéance,Jours de retard")
    assert "3000" in rows[1]


def test_list_is_read_in_few_queries(case, accountant, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        accountant.get(reverse("collection_case:index"))


def test_page_shows_the_sums_and_only_possible_actions(case, accountant):
    response = page(accountant, "inspect", case)

    assert [link.label for link in response.context["links"]] == [
        "Mettre en attente", "Préparer une mise en demeure", "Facturer les pénalités",
        "Abandonner les pénalités",
    ]  # fmt: skip
    content = response.content.decode().replace("\xa0", " ").replace("\u202f", " ")
    assert "65,91 €" in content
    assert "Le plus bas des deux" in content


def test_penalties_are_previewed_recalculated_then_issued_once(case, accountant):
    response = page(accountant, "bill", case)
    assert response.context["penalty"].total.startswith("105,91")

    again = send(accountant, "bill", case, until="30/06/2026", voir="oui")
    assert again["Location"].endswith("?au=2026-06-30")
    assert accountant.get(again["Location"]).context["penalty"].total.startswith("54,98")

    refused = send(accountant, "bill", case, until="30/06/2026")
    assert refused.status_code == 422
    assert "Le calcul a changé" in refused.content.decode()
    assert not PenaltyInvoice.objects.exists()
    form = refused.context["form"]
    shown = {name: form[name].value() for name in ("until", "shown")}
    url = reverse("collection_case:bill", args=[case.pk])
    assert accountant.post(url, shown).status_code == 302
    assert accountant.post(url, shown).status_code == 422
    assert PenaltyInvoice.objects.get().last_day == date(2026, 6, 30)
    assert Invoice.objects.filter(kind="penalty").count() == 1
    assert page(accountant, "inspect", case).status_code == 200
    penalty = Invoice.objects.get(kind="penalty")
    shown = accountant.get(reverse("invoice:inspect", args=[penalty.pk])).content.decode()
    assert "Suivi de l’impayé" in shown


@pytest.mark.parametrize("day", ["30/02/2026", "demain", "", "01/01/2031"])
def test_bad_day_is_told_and_issues_nothing(case, accountant, day):
    assert send(accountant, "bill", case, until=day).status_code == 422
    for typed in ("2026-02-30", "x" * 300, ""):
        address = reverse("collection_case:bill", args=[case.pk])
        assert accountant.get(address, {"au": typed}).status_code == 200
    assert not PenaltyInvoice.objects.exists()


def test_missing_rates_are_told_everywhere(case, accountant):
    HalfYearRate.objects.filter(year=2026, half=2).delete()

    for name in ("inspect", "bill", "notice"):
        assert "2e semestre 2026" in page(accountant, name, case).content.decode()
    assert send(accountant, "notice", case).status_code == 422
    assert "à vérifier" in accountant.get(reverse("collection_case:index")).content.decode()


def test_staff_hold_resume_and_give_up_with_a_reason(case, accountant):
    assert send(accountant, "hold", case, hold="disputed", reason="").status_code == 422
    send(accountant, "hold", case, hold="disputed", reason="Conteste le nombre de jours")
    assert fresh(case).hold == "disputed"
    assert "Conteste le nombre de jours" in page(accountant, "inspect", case).content.decode()
    send(accountant, "resume", case, reason="Réglé")
    send(accountant, "waive", case, reason="Geste commercial")

    row = fresh(case)
    assert (row.hold, row.waiver) == ("", "Geste commercial")
    assert "abandonnées" in page(accountant, "bill", case).content.decode()


def test_letters_are_followed_from_their_page(case, accountant, monkeypatch):
    default_task_backend.clear()
    send(accountant, "notice", case)
    letter = RegisteredLetter.objects.get()
    assert [result.args for result in default_task_backend.results][-1] == [letter.pk]
    assert "fichier en préparation" in page(accountant, "inspect", case).content.decode()

    monkeypatch.setattr(RegisteredLetter, "document", property(lambda letter: letter))
    send(accountant, "post", case, letter.pk, posted_on="20/08/2026", tracking="1A 234")
    assert RegisteredLetter.objects.get().tracking == "1A 234"
    refused = send(accountant, "deliver", case, letter.pk, delivered_on="19/08/2026")
    assert refused.status_code == 422
    send(accountant, "deliver", case, letter.pk, delivered_on="20/08/2026")
    assert send(accountant, "resolve", case, reason="Impayé").status_code == 422
    send(accountant, "answer", case, letter.pk, answered_on="20/08/2026", answer="Nous payons")
    assert RegisteredLetter.objects.get().answer == "Nous payons"


def test_trainings_are_suspended_and_shown_where_they_matter(another, case, accountant):
    send(accountant, "suspend", case, proposals=[another.pk], reason="Facture impayée")
    suspension = Suspension.objects.get()

    proposal_page = accountant.get(reverse("proposal_list:inspect", args=[another.pk]))
    assert "Formation suspendue" in proposal_page.content.decode()
    session = CourseSession.objects.get(pk=another.session_id)
    assert "facture impayée (CGV 3.4)" in notes_of(session)[0]

    lift = reverse("proposal_list:lift_suspension", args=[another.pk])
    assert accountant.post(lift, {"reason": "Échéancier"}).status_code == 302
    told = accountant.post(lift, {"reason": "Encore"}, follow=True).content.decode()
    assert "La suspension est déjà levée, depuis le" in told
    assert accountant.get(lift).status_code == 302
    suspension.refresh_from_db()
    assert suspension.lift_reason == "Échéancier"
    assert notes_of(session) == []


def test_page_of_the_session_tells_who_does_not_attend(another, case, staff, move):
    suspend_trainings(
        case_id=case.pk, proposals=[another], reason="Impayé", actor=WHO, now=move(LATE)
    )
    shown = staff(Role.SALES).get(reverse("coursesession:edit", args=[another.session_id]))

    assert "formation suspendue depuis le" in shown.content.decode()


def test_deposit_that_is_missing_suspends_from_the_proposal(another, case, accountant):
    page_before = accountant.get(reverse("proposal_list:inspect", args=[another.pk]))
    assert "Suspendre la formation" in page_before.content.decode()

    address = reverse("proposal_list:suspend", args=[another.pk])
    assert accountant.post(address, {"reason": "Acompte attendu"}).status_code == 302
    assert accountant.post(address, {"reason": "encore"}).status_code == 422
    lift_suspension(suspension_id=Suspension.objects.get().pk, reason="x", actor=WHO, now=at(LATE))


def test_to_do_tells_accounting_what_waits_for_a_person(case, accountant, move, pay):
    user = User.objects.get(email="accounting@lexom.example")

    def waiting():
        parts = {part.key: part.tasks for part in parts_to_do(user, at(LATE))}
        return [task.text for task in parts.get("collection", ())]

    assert waiting() == []
    for days in (0, 7, 14):
        follow_case(case_id=case.pk, now=at(LATE + timedelta(days=days)))
    move(LATE + timedelta(days=21))
    assert "mise en demeure, à préparer" in waiting()[0]

    pay(LATE, 900, 2100)
    follow_case(case_id=case.pk, now=at(LATE + timedelta(days=21)))
    assert "facturer les pénalités" in waiting()[0]
    bill = bill_of(fresh(case), LATE, known_rates())
    now = at(LATE + timedelta(days=21))
    issue_penalty(case_id=case.pk, until=LATE, shown=bill.fingerprint, actor=WHO, now=now)
    assert waiting() == []


def test_to_do_names_the_letters_that_wait(case, notice, accountant, monkeypatch):
    monkeypatch.setattr(RegisteredLetter, "document", True)
    note_posting(
        letter_id=notice.pk, posted_on=date(2026, 7, 8), tracking="1A", actor=WHO, now=at(LATE)
    )
    note_delivery(letter_id=notice.pk, delivered_on=date(2026, 7, 10), actor=WHO, now=at(LATE))

    ((found, look),) = cases_to_do()

    assert found == case_with_facts(case.pk)
    assert look.step.on == date(2026, 7, 19)


def test_nothing_is_added_changed_or_deleted(case, accountant):
    for verb in ("new", f"edit/{case.pk}", f"delete/{case.pk}"):
        assert accountant.get(f"/gestion/impayes/{verb}/").status_code == 404
