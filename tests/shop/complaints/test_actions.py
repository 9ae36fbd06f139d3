"""A complaint is stored, acknowledged, matched with care, answered once; its mediator is told once."""

from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

import pytest

from base.append_only import Immutable
from base.events import events_of
from mail.models import OutgoingMessage
from shop.complaints.actions import (
    ComplaintRefused,
    add_message,
    attach_contract,
    give_mediation_notice,
    mark_posted,
)
from shop.complaints.integrity import complaint_faults
from shop.complaints.jobs import look_after_complaints
from shop.complaints.laying_out import lay_out
from shop.complaints.rules import Capacity, Cause, ComplaintState, Topic
from shop.models import Complaint, MediationNotice, SalesSettings, SeriesCounter
from tests.factories.orders import OrderFactory
from tests.shop.complaints.conftest import fresh

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 28, 11, tzinfo=UTC)


def mails(template):
    return OutgoingMessage.objects.filter(template=template)


def events(complaint):
    return [event.name for event in events_of(complaint)]


def write_again(complaint, text="Ce n’est pas réglé.", now=None, **changes):
    now = now or timezone.now()
    facts = {"channel": "online", "sent_at": now, "received_at": now, "actor": "en ligne"}
    return add_message(complaint_id=complaint.pk, text=text, now=now, **facts | changes)


def test_complaint_is_numbered_and_acknowledged_with_the_day_of_its_answer(filed):
    complaint = filed(now=NOON)

    assert complaint.number == "R-2026-0001"
    assert (complaint.answer_due_on, complaint.unresolved_from) == (
        date(2026, 12, 28), date(2027, 1, 27),
    )  # fmt: skip
    message = mails("complaint_received").get()
    assert (message.recipient, message.reply_to) == ("aline@exemple.fr", "contact@lexom.example")
    for words in (complaint.number, "le 28/11/2026 à 12:00:00", "28 décembre 2026", complaint.text):
        assert words in message.text.replace("\u00a0", " ")
    assert complaint.token in message.text
    assert events(complaint) == ["Réclamation reçue"]


def test_days_are_settings_and_are_frozen(filed):
    settings = SalesSettings.current()
    settings.complaint_answer_days, settings.complaint_unresolved_days = 10, 20
    settings.save()

    complaint = filed(now=NOON)
    settings.delete()

    assert (fresh(complaint).answer_due_on, fresh(complaint).unresolved_from) == (
        date(2026, 12, 8), date(2026, 12, 18),
    )  # fmt: skip


def test_second_click_finds_the_first_and_takes_no_number(filed):
    first = filed(form_key="k" * 64)
    again = filed(form_key="k" * 64, text="autre chose")

    assert again == first
    assert SeriesCounter.objects.get(series="R").sequence == 1
    assert mails("complaint_received").count() == 1
    assert filed().number.endswith("0002")


def test_number_of_a_click_that_lost_the_race_is_given_back(filed, monkeypatch):
    first = filed(form_key="k" * 64)
    monkeypatch.setattr(Complaint.objects, "filter", lambda **_: Complaint.objects.none())

    assert filed(form_key="k" * 64) == first
    assert SeriesCounter.objects.get(series="R").sequence == 1


def test_complaint_is_kept_when_its_acknowledgement_cannot_be_written(filed, monkeypatch):
    def broken(**_):
        raise RuntimeError("gabarit")

    with monkeypatch.context() as patched:
        patched.setattr("shop.complaints.letters.queue_message", broken)
        complaint = filed()
    assert fresh(complaint) == complaint
    assert "Message de réclamation non écrit" in events(complaint)

    look_after_complaints(timezone.now())
    assert mails("complaint_received").get().owner_id == str(complaint.pk)
    look_after_complaints(timezone.now())
    assert mails("complaint_received").count() == 1


def test_reference_and_address_together_attach_it(filed):
    order = OrderFactory(email="Aline@exemple.fr")

    complaint = filed(reference=order.reference.lower(), capacity=Capacity.PROFESSIONAL)

    assert (complaint.order, complaint.capacity) == (order, "consumer")


@pytest.mark.parametrize("email", ["voisin@exemple.fr", "trainee@exemple.fr"])
def test_reference_alone_attaches_nothing_and_changes_no_word(filed, email):
    """Nothing tells whether the order exists."""
    order = OrderFactory(email="aline@exemple.fr", trainee_email="trainee@exemple.fr")

    filed(reference=order.reference, email=email, now=NOON)
    filed(reference="LX-2222-2222", email=email, now=NOON)

    one, other = Complaint.objects.order_by("pk")
    assert (one.order, other.order) == (None, None)
    told = [
        message.text.replace(complaint.token, "").replace(complaint.number, "").replace(
            complaint.reference, ""
        )
        for complaint, message in zip((one, other), mails("complaint_received").order_by("pk"), strict=True)
    ]  # fmt: skip
    assert told[0] == told[1]


def test_two_references_are_for_a_person(filed):
    first, second = OrderFactory(email="aline@exemple.fr"), OrderFactory(email="aline@exemple.fr")

    assert filed(reference=f"{first.reference} et {second.reference}").contract is None


def test_letter_keeps_its_two_days_and_is_recorded_once(received):
    sent = NOON - timedelta(days=3)

    complaint = received(sent_at=sent, received_at=NOON, now=NOON + timedelta(days=1))
    again = received(sent_at=sent, received_at=NOON, now=NOON + timedelta(days=1))

    assert (again, complaint.sent_at, complaint.received_at) == (complaint, sent, NOON)
    assert complaint.answer_due_on == date(2026, 12, 28)
    assert (complaint.recorded_by, mails("complaint_received").count()) == ("Équipe", 0)


def test_letter_received_before_it_left_is_refused(received):
    with pytest.raises(ComplaintRefused, match="précéder"):
        received(sent_at=NOON, received_at=NOON - timedelta(days=1))
    with pytest.raises(ValidationError):
        received(email="aline")


def test_answer_is_mailed_once_and_decides(filed, answer):
    complaint = filed()

    first = answer(complaint, ComplaintState.ACCEPTED)
    assert answer(complaint, ComplaintState.ACCEPTED) == first

    assert fresh(complaint).state == "accepted"
    assert "Voici notre réponse." in mails("complaint_answer").get().text
    assert not MediationNotice.objects.exists()
    with pytest.raises(ComplaintRefused, match="déjà reçu"):
        answer(complaint, ComplaintState.REJECTED, form_key="z" * 32)


def test_waiting_answer_decides_nothing(filed, answer):
    complaint = filed()

    answer(complaint, None)
    answer(complaint, ComplaintState.PARTLY, form_key="s" * 32)

    assert fresh(complaint).state == "partly"
    assert mails("complaint_answer").count() == 2
    assert "mediateur.example" in mails("complaint_answer").latest("pk").text


@pytest.mark.parametrize(
    ("outcome", "text", "reason"),
    [(ComplaintState.OPEN, "Bonjour", "acceptée"), (ComplaintState.REJECTED, " \n", "Écrivez")],
)
def test_answer_must_say_something(filed, answer, outcome, text, reason):
    with pytest.raises(ComplaintRefused, match=reason):
        answer(filed(), outcome, text=text)


def test_new_message_opens_it_again_with_a_new_day(filed, answer):
    complaint = filed(now=NOON)
    answer(complaint, ComplaintState.ACCEPTED, now=NOON + timedelta(days=2))

    message = write_again(complaint, now=NOON + timedelta(days=9), form_key="m" * 64)
    again = write_again(complaint, now=NOON + timedelta(days=9), form_key="m" * 64)

    reopened = fresh(complaint)
    assert (again, reopened.state, reopened.answer_due_on) == (message, "open", date(2027, 1, 6))
    assert "6 janvier 2027" in mails("complaint_message").get().text
    assert events(complaint)[-2:] == ["Message de réclamation reçu", "Réclamation rouverte"]
    answer(reopened, ComplaintState.REJECTED, now=NOON + timedelta(days=10), form_key="t" * 32)
    assert fresh(complaint).state == "rejected"


def test_message_of_an_open_complaint_moves_no_day(filed):
    complaint = filed(now=NOON)
    write_again(complaint, now=NOON + timedelta(days=9))
    assert fresh(complaint).answer_due_on == complaint.answer_due_on


def test_m02_rejection_gives_the_notice_once(filed, answer):
    complaint = filed(now=NOON)

    answer(complaint, now=NOON + timedelta(days=5))
    notice = MediationNotice.objects.get()

    assert (notice.cause, notice.last_day) == (Cause.REJECTED, date(2027, 11, 28))
    assert notice.facts.rejected_on == date(2026, 12, 3)
    write_again(complaint, now=NOON + timedelta(days=9))
    answer(complaint, now=NOON + timedelta(days=10), form_key="t" * 32)
    look_after_complaints(NOON + timedelta(days=90))
    assert MediationNotice.objects.get() == notice


def test_m02_silence_gives_it_on_its_day(filed):
    complaint = filed(now=NOON)
    day = datetime(2027, 1, 26, 23, tzinfo=UTC)  # midnight in Paris begins the 27th

    look_after_complaints(day - timedelta(seconds=1))
    assert not MediationNotice.objects.exists()
    look_after_complaints(day)
    look_after_complaints(day + timedelta(days=1))

    notice = MediationNotice.objects.get()
    assert (notice.complaint, notice.cause, notice.facts.rejected_on) == (
        complaint, Cause.UNRESOLVED, None,
    )  # fmt: skip
    assert events(complaint)[-1] == "Avis de médiation établi"


def test_cgv_5_4_and_m04_company_is_told_of_no_mediator(filed, answer):
    complaint = filed(capacity=Capacity.PROFESSIONAL, now=NOON)

    answer(complaint)
    look_after_complaints(NOON + timedelta(days=90))

    assert not MediationNotice.objects.exists()
    assert "médiateur" not in mails("complaint_answer").get().text
    with pytest.raises(ComplaintRefused, match="particuliers"):
        give_mediation_notice(complaint_id=complaint.pk, actor="Équipe", now=NOON)


def test_m05_missing_fact_holds_it_back_until_it_is_known(filed, answer, unknown_mediator):
    complaint = filed(now=NOON)
    answer(complaint)
    look_after_complaints(NOON)
    assert (fresh(complaint).state, MediationNotice.objects.count()) == ("rejected", 0)
    with pytest.raises(ComplaintRefused, match="le site"):
        give_mediation_notice(complaint_id=complaint.pk, actor="Équipe", now=NOON)

    unknown_mediator()
    look_after_complaints(NOON)
    assert MediationNotice.objects.get().facts.mediator.website == "https://mediateur.example/"


def test_m03_call_counts_from_the_first_written_word(received):
    call = received(channel="phone", now=NOON)
    give = give_mediation_notice(complaint_id=call.pk, actor="Équipe", now=NOON)
    assert (give.cause, give.facts.written, give.last_day) == (
        Cause.GIVEN,
        False,
        date(2027, 11, 28),
    )

    other = received(channel="phone", text="Autre chose", now=NOON)
    later = NOON + timedelta(days=4)
    write_again(other, now=later, channel="post", is_staff=True)
    facts = give_mediation_notice(complaint_id=other.pk, actor="Équipe", now=later).facts
    assert (facts.written, facts.last_day) == (True, date(2027, 12, 2))


def test_year_counts_from_the_day_a_letter_left(received):
    letter = received(sent_at=NOON - timedelta(days=3), received_at=NOON)
    notice = give_mediation_notice(complaint_id=letter.pk, actor="Équipe", now=NOON)
    assert notice.last_day == date(2027, 11, 25)


def test_staff_attach_and_the_contract_decides_of_the_capacity(filed, answer):
    complaint, order = filed(capacity=Capacity.PROFESSIONAL, now=NOON), OrderFactory()
    answer(complaint)
    assert not MediationNotice.objects.exists()

    attach_contract(
        complaint_id=complaint.pk, contract=order, capacity=Capacity.PROFESSIONAL, actor="Équipe",
        now=NOON,
    )  # fmt: skip

    assert (fresh(complaint).order, fresh(complaint).capacity) == (order, "consumer")
    assert MediationNotice.objects.get().facts.contract == order.reference
    event = events_of(complaint).get(name="Réclamation rattachée")
    assert (event.actor, event.data["after"]) == ("Équipe", order.reference)


def test_without_any_address_the_post_goes(received, answer):
    complaint = received(now=NOON)

    assert answer(complaint).by_post
    document = lay_out(MediationNotice.objects.get().pk)
    assert OutgoingMessage.objects.count() == 0

    posted = date(2026, 11, 30)
    for _ in range(2):
        mark_posted(complaint_id=complaint.pk, posted_on=posted, actor="Équipe", now=NOON)
    assert MediationNotice.objects.get().posted_on == posted
    assert events(complaint).count("Avis de médiation posté") == 1
    assert document.number == complaint.number


def test_letter_of_a_known_buyer_is_answered_at_the_address_of_the_order(received, answer):
    order = OrderFactory(email="aline@exemple.fr")
    answer(received(contract=order))
    assert mails("complaint_answer").get().recipient == "aline@exemple.fr"


def test_what_was_said_never_changes(filed):
    complaint = filed()
    complaint.text = "Tout va bien."
    with pytest.raises(Immutable):
        complaint.save()
    with pytest.raises(Immutable):
        complaint.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(
            order=OrderFactory(), capacity="professional"
        )


def test_verify_finds_what_cannot_be(filed, answer, known):
    fine, moved, told = filed(), filed(), filed()
    answer(fine, ComplaintState.ACCEPTED)
    answer(told, form_key="t" * 32)
    assert list(complaint_faults()) == []

    moved.state = ComplaintState.REJECTED.value
    moved.save(update_fields=["state"])
    faults = list(complaint_faults())

    assert faults == [
        f"{moved} : son état n’est pas celui de sa dernière réponse.",
        f"{moved} : rejetée, et le client n’a pas reçu l’avis de médiation.",
    ]


def test_every_topic_and_capacity_has_words():
    assert len({topic.label for topic in Topic}) == len(Topic)
    assert len({capacity.label for capacity in Capacity}) == len(Capacity)
