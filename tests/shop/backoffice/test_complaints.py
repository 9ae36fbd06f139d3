"""What staff see and do of complaints: the register, one of them, its answer, what waits."""

import csv
from datetime import timedelta
from io import BytesIO

from django.urls import reverse
from django.utils import timezone

import pytest
from openpyxl import load_workbook

from mail.models import OutgoingMessage
from mail.rules import State
from shop.backoffice.complaint_to_do import complaint_tasks
from shop.complaints.actions import answer_complaint, give_mediation_notice
from shop.complaints.laying_out import lay_out
from shop.complaints.rules import Capacity, ComplaintState
from shop.models import AnswerTemplate, Complaint, MediationNotice
from tests.factories.complaints import complain, receive
from tests.factories.legal import fill_settings
from tests.factories.orders import OrderFactory
from users.roles import Role

LIST = "/gestion/reclamations/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _known(home):
    fill_settings()


@pytest.fixture
def sales(staff):
    return staff(Role.SALES)


def page(complaint):
    return f"{LIST}{complaint.pk}/"


def numbers(client, **query):
    return [row.number for row in client.get(LIST, query).context["object_list"]]


def answered(complaint, outcome=ComplaintState.REJECTED):
    answer_complaint(
        complaint_id=complaint.pk, outcome=outcome, text="Non.", actor="Équipe", form_key="a" * 32,
        now=timezone.now(),
    )  # fmt: skip


def tasks(days=0):
    return [
        (text, urgent)
        for text, _, _, urgent in complaint_tasks(timezone.localdate() + timedelta(days=days))
    ]


def test_register_is_filtered_and_searched(sales):
    late = complain(now=timezone.now() - timedelta(days=40), text="La salle était froide.")
    rejected, company = complain(), complain(capacity=Capacity.PROFESSIONAL, name="Alix Essai")
    answered(rejected)

    assert numbers(sales) == [company.number, rejected.number, late.number]
    assert numbers(sales, late="oui") == [late.number]
    assert numbers(sales, state="rejected") == [rejected.number]
    assert numbers(sales, notice="oui") == [rejected.number]
    assert numbers(sales, notice="non") == [company.number, late.number]
    assert numbers(sales, capacity="professional") == [company.number]
    assert numbers(sales, q="froide") == [late.number]
    assert "(en retard)" in sales.get(LIST).content.decode()


def test_register_is_exported_harmless_with_the_day_until_which_it_is_kept(staff):
    complaint = complain(name="=cmd()", reference="", text="Deux\nlignes")
    answered(complaint)
    client = staff(Role.ACCOUNTING)

    lines = list(
        csv.DictReader(client.get(LIST, {"export": "csv"}).getvalue().decode().splitlines(True))
    )
    sheet = load_workbook(BytesIO(client.get(LIST, {"export": "xlsx"}).getvalue())).active

    (line,) = lines
    assert line["Numéro"] == complaint.number
    assert line["Nom et prénom"].startswith("'=")
    today = timezone.localdate()
    assert line["Dernier jour pour saisir le médiateur"].startswith(str(today.year + 1))
    assert line["À conserver jusqu’au"].startswith(str(today.year + 5))
    assert [cell.value for cell in sheet[2]][:1] == [complaint.number]


def test_character_that_no_sheet_holds_does_not_cost_the_register(sales):
    complain(text="Collé depuis\x0bun traitement de texte")
    sheet = load_workbook(BytesIO(sales.get(LIST, {"export": "xlsx"}).getvalue())).active
    told = [cell.value for cell in sheet[2]]
    assert "Collé depuis un traitement de texte" in told


@pytest.mark.parametrize("rows", [1, 3])
def test_register_costs_the_same_whatever_its_length(sales, django_assert_max_num_queries, rows):
    for _ in range(rows):
        answered_one = complain(reference=OrderFactory(email="aline@exemple.fr").reference)
    answer_complaint(
        complaint_id=answered_one.pk, outcome=ComplaintState.REJECTED, text="Non.", actor="Équipe",
        form_key="b" * 32, now=timezone.now(),
    )  # fmt: skip
    sales.get(LIST)
    with django_assert_max_num_queries(15):
        sales.get(LIST)


def test_letter_is_recorded_from_the_order_and_attached(sales, post):
    order = OrderFactory()
    sent = timezone.localdate() - timedelta(days=3)
    address = f"{reverse('complaint:record')}?contrat={order.reference}"
    assert (
        f"?contrat={order.reference}"
        in sales.get(f"/gestion/commandes/{order.pk}/").content.decode()
    )
    form = sales.get(address).context["form"]
    shown = {field.name: field.value() for field in form if field.value() is not None}
    shown |= {"channel": "post", "sent_on": f"{sent:%d/%m/%Y}", "topic": "money", "text": "Lettre."}
    shown["received_on"] = f"{timezone.localdate():%d/%m/%Y}"

    first, second = sales.post(address, shown), sales.post(address, shown)

    complaint = Complaint.objects.get()
    assert first["Location"] == second["Location"] == page(complaint)
    assert (complaint.order, timezone.localdate(complaint.sent_at)) == (order, sent)
    assert complaint.recorded_by == "sales@lexom.example"
    assert complaint.number in sales.get(f"/gestion/commandes/{order.pk}/").content.decode()


def test_letter_must_have_left_before_it_came(sales):
    today = timezone.localdate()
    response = sales.post(
        reverse("complaint:record"),
        {
            "channel": "post", "sent_on": f"{today:%d/%m/%Y}", "name": "A", "text": "B",
            "received_on": f"{today - timedelta(days=1):%d/%m/%Y}", "topic": "other",
            "capacity": "consumer", "contract": "LX-2222-2222",
        },
    )  # fmt: skip
    errors = response.context["form"].errors
    assert (response.status_code, set(errors)) == (422, {"received_on", "contract"})
    assert Complaint.objects.count() == 0


@pytest.mark.parametrize("template", ["9" * 5000, "9" * 30, "-1", "x", "\x00"])
def test_template_that_is_not_there_leaves_what_was_typed(sales, template):
    address = reverse("complaint:answer", args=[complain().pk])
    typed = {"text": "Madame,", "template": template, "step": "insert"}
    assert sales.post(address, typed).context["form"]["text"].value() == "Madame,"


def test_answer_starts_from_a_template_is_read_again_then_sent(sales):
    complaint = complain()
    template = AnswerTemplate.objects.create(
        title="Rejet", text="Bonjour {nom},\n\nVotre réclamation {numero} porte sur {contrat}."
    )
    address = reverse("complaint:answer", args=[complaint.pk])
    form = sales.get(address).context["form"]
    typed = {"form_key": form["form_key"].value(), "outcome": "rejected", "text": "Madame,"}

    inserted = sales.post(address, typed | {"template": template.pk, "step": "insert"})
    text = inserted.context["form"]["text"].value()
    assert text.startswith("Madame,\n\nBonjour Aline Béranger,")
    assert complaint.number in text

    left = sales.post(address, typed | {"text": text, "step": "preview"})
    assert (left.status_code, "Remplacez {contrat}" in left.content.decode()) == (422, True)

    ready = typed | {"text": text.replace("{contrat}", "la salle")}
    preview = sales.post(address, ready | {"step": "preview"})
    assert preview.context["is_preview"]
    assert "L’avis de médiation part aussi" in preview.content.decode()
    assert not OutgoingMessage.objects.filter(template="complaint_answer").exists()
    corrected = sales.post(address, ready | {"step": "correct"})
    assert corrected.context["form"]["text"].value() == ready["text"]

    for _ in range(2):
        assert sales.post(address, ready | {"step": "send"})["Location"] == page(complaint)
    assert OutgoingMessage.objects.filter(template="complaint_answer").count() == 1
    assert MediationNotice.objects.get().complaint == complaint
    shown = sales.get(page(complaint)).content.decode()
    assert "Réponse à une réclamation" in shown
    assert "Avis de médiation établi" in shown


@pytest.mark.parametrize("template", ["", "987654", "x", "²"])
def test_template_that_does_not_exist_inserts_nothing(sales, template):
    address = reverse("complaint:answer", args=[complain().pk])
    answer = sales.post(address, {"text": "Bonjour", "template": template, "step": "insert"})
    assert answer.context["form"]["text"].value() == "Bonjour"


def test_second_decision_is_refused_with_a_sentence(sales, post):
    complaint = complain()
    answered(complaint, ComplaintState.ACCEPTED)
    response = post(
        sales, "complaint:answer", complaint.pk, text="Encore", outcome="rejected", step="send"
    )
    assert response.status_code == 422
    assert "déjà reçu une réponse" in response.content.decode()


def test_message_attachment_and_mediator_are_one_page_each(sales, post):
    order, complaint = OrderFactory(), complain(reference="la formation de mai")
    today = f"{timezone.localdate():%d/%m/%Y}"

    post(sales, "complaint:attach", complaint.pk, contract=order.reference.lower())
    post(
        sales, "complaint:message", complaint.pk, channel="email", text="Bis", sent_on=today,
        received_on=today,
    )  # fmt: skip
    post(sales, "complaint:notice", complaint.pk)

    complaint.refresh_from_db()
    assert (complaint.order, complaint.messages.get().recorded_by) == (order, "sales@lexom.example")
    assert complaint.notice.cause == "given"
    assert post(sales, "complaint:notice", complaint.pk).status_code == 422
    assert post(sales, "complaint:posted", complaint.pk, posted_on=today).status_code == 422
    lay_out(complaint.notice.pk)
    assert post(sales, "complaint:posted", complaint.pk, posted_on=today).status_code == 302
    shown = sales.get(page(complaint)).content.decode()
    assert "posté le" in shown
    assert complaint.notice.document.file_name.endswith(f"{complaint.number}.pdf")


def test_missing_mediator_is_told_where_it_is_missed(sales):
    fill_settings(website="")
    complaint = complain()
    answered(complaint)

    shown = sales.get(page(complaint)).content.decode()
    assert "Compléter la fiche du médiateur" in shown
    assert tasks() == [
        (f"{complaint} : l’avis de médiation ne part pas, il manque le site du médiateur", True)
    ]


def test_what_waits_is_told_with_its_day(sales):
    attached = complain(reference=OrderFactory(email="aline@exemple.fr").reference)
    stranger = complain(name="Alix")
    assert tasks() == [
        (f"{attached}, Aline Béranger : à répondre", False),
        (f"{stranger}, Alix : à répondre, à rattacher", False),
    ]
    assert tasks(30)[0] == (f"{attached}, Aline Béranger : à répondre", True)
    assert tasks(31)[0] == (f"{attached}, Aline Béranger : réponse en retard", True)
    assert attached.number in sales.get("/gestion/a-faire/").content.decode()

    answered(attached, ComplaintState.ACCEPTED)
    answer_complaint(
        complaint_id=stranger.pk, outcome=ComplaintState.PARTLY, text="Oui.", actor="Équipe",
        form_key="c" * 32, now=timezone.now(),
    )  # fmt: skip
    assert tasks(90) == []


def test_notice_that_did_not_arrive_is_posted(sales):
    complaint, letter = complain(), receive()
    for row in (complaint, letter):
        notice = give_mediation_notice(complaint_id=row.pk, actor="Équipe", now=timezone.now())
        lay_out(notice.pk)
    OutgoingMessage.objects.filter(template="mediation_notice").update(state=State.BOUNCED)
    told = [text for text, urgent in tasks() if urgent]
    assert told == [
        f"{letter.notice} : à envoyer par courrier",
        f"{complaint} : avis de médiation non remis à aline@exemple.fr",
    ]

    MediationNotice.objects.update(posted_on=timezone.localdate())
    assert [text for text, urgent in tasks() if urgent] == []


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.SALES, (200, 200, 200, 200)),
        (Role.ACCOUNTING, (200, 200, 302, 302)),
        (Role.EDITING, (302, 302, 302, 302)),
        (Role.PUBLISHING, (302, 302, 302, 302)),
    ],
)
def test_sales_answer_and_accounting_reads(staff, role, statuses):
    complaint, client = complain(), staff(role)
    addresses = (
        LIST, page(complaint), reverse("complaint:record"), reverse("answertemplate:index"),
    )  # fmt: skip
    assert tuple(client.get(address).status_code for address in addresses) == statuses


def test_template_is_written_by_sales(sales):
    response = sales.post(
        reverse("answertemplate:add"), {"title": "Accord", "text": "Bonjour {nom}, d’accord."}
    )
    assert response.status_code == 302
    assert AnswerTemplate.objects.get().title == "Accord"
