"""Each action from its page to its effects, and what a second click does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.urls import reverse
from django.utils import timezone

import pytest

from base.typography import french_typography
from courses.models import CourseSession, HalfDay
from mail.models import OutgoingMessage
from mail.rules import State
from shop.invoices.actions import invoice_order
from shop.models import Attempt, ChargeFreeze, Due, Refund, WithdrawalDeclaration
from shop.orders.actions import end_order
from shop.orders.confirmation import CONFIRMATION
from shop.orders.moving import move_order
from shop.orders.resending import COPY
from shop.orders.rules import OrderState
from shop.withdrawal.actions import declare
from tests.factories.courses import CourseSessionFactory
from tests.factories.legal import fill_settings
from tests.factories.mail import OutgoingMessageFactory
from tests.factories.orders import paris
from tests.shop.backoffice.conftest import fresh, refusal
from users.roles import Role

SALES, ACCOUNTING = "sales@lexom.example", "accounting@lexom.example"


def confirmation(order, state=State.ACCEPTED):
    accepted = timezone.now() if state == State.ACCEPTED else None
    return OutgoingMessageFactory(
        template=CONFIRMATION,
        recipient=order.email,
        state=state,
        accepted_at=accepted,
        owner_type="shop.order",
        owner_id=str(order.pk),
    )


def day(date):
    return f"{date:%d/%m/%Y}"


# --- Sending the confirmation again


def test_copy_of_the_confirmation_leaves_once_for_two_clicks(owed, staff, post, written):
    confirmation(owed)
    client, key = staff(Role.SALES), "f" * 32

    for _ in range(2):
        assert post(client, "order:resend", owed.pk, form_key=key).status_code == 302

    copies = OutgoingMessage.objects.filter(template=COPY)
    assert [(copy.recipient, copy.state) for copy in copies] == [(owed.email, "queued")]
    assert ("Confirmation renvoyée", SALES) in written(owed)
    assert fresh(owed).withdrawal_last_day == owed.withdrawal_last_day


def test_copy_that_comes_back_leaves_the_period_alone(owed, staff, post):
    from mail.actions import mark_bounced

    confirmation(owed)
    post(staff(Role.SALES), "order:resend", owed.pk)
    copy = OutgoingMessage.objects.get(template=COPY)
    OutgoingMessage.objects.filter(pk=copy.pk).update(
        state=State.ACCEPTED, accepted_at=timezone.now()
    )

    mark_bounced(message=copy, reason="550", actor="essai")

    assert fresh(owed).first_charge_at == owed.first_charge_at


def test_confirmation_that_did_not_arrive_goes_to_the_corrected_address(owed, staff, post, written):
    confirmation(owed, State.BOUNCED)

    response = post(staff(Role.SALES), "order:resend", owed.pk, address="bonne@exemple.fr")

    assert response.status_code == 302
    sent = OutgoingMessage.objects.get(recipient="bonne@exemple.fr")
    assert (sent.template, sent.predecessor.recipient) == (CONFIRMATION, owed.email)
    assert (fresh(owed).email, fresh(owed).trainee_email) == ("bonne@exemple.fr",) * 2
    assert ("Adresse e-mail corrigée", SALES) in written(owed)


def test_confirmation_on_its_way_is_not_sent_again(owed, staff, post):
    confirmation(owed, State.QUEUED)

    response = post(staff(Role.SALES), "order:resend", owed.pk)

    assert response.status_code == 422
    assert refusal(response) == ["La confirmation est déjà en cours d’envoi."]


# --- Moving to another session


@pytest.fixture
def other_session(owed, at):
    """Ten days later, with the same two days of seven hours."""
    return session_of_two_days(owed.session.course, at.date() + timedelta(days=40))


def session_of_two_days(course, starts_on, hours=7, **fields):
    session = CourseSessionFactory(
        course=course, starts_on=starts_on, ends_on=starts_on + timedelta(days=1), **fields
    )
    for number in range(2):
        HalfDay.objects.create(
            session=session,
            date=starts_on + timedelta(days=number),
            start_time=f"{9 - number * (hours - 7):02}:00",
            end_time="16:00",
        )
    return session


def seats(*sessions):
    return [CourseSession.objects.get(pk=session.pk).seats_taken for session in sessions]


def move(post, client, order, session, **changes):
    return post(
        client, "order:move", order.pk, session=session.pk, reason="au téléphone", **changes
    )


def test_order_moves_with_its_seat_its_dates_and_a_mail(owed, other_session, staff, post, written):
    client, before = staff(Role.SALES), owed.session

    for _ in range(2):
        assert move(post, client, owed, other_session).status_code == 302

    order = fresh(owed)
    first = other_session.starts_on
    assert (order.session, order.starts_on, order.ends_on) == (
        other_session, first, first + timedelta(days=1),
    )  # fmt: skip
    assert seats(before, other_session) == [0, 1]
    dues = list(order.dues.order_by("position"))
    assert [due.due_on for due in dues[1:]] == [first + timedelta(n) for n in (1, 2)]
    assert [due.amount for due in dues] == [due.amount for due in owed.dues.order_by("position")]
    assert dues[0].due_on == owed.dues.get(position=1).due_on
    assert dues[1].not_before == paris(first + timedelta(1))
    mail = OutgoingMessage.objects.get(template="order_moved")
    assert (mail.recipient, "Solde, versement 1" in mail.text) == (owed.email, True)
    assert written(owed).count(("Commande déplacée", SALES)) == 1


def test_moved_instalments_are_announced_again_and_never_before_the_period_ends(
    owed, other_session, staff, post
):
    Due.objects.filter(order=owed).update(announced_at=timezone.now())

    move(post, staff(Role.SALES), owed, other_session)

    moved = Due.objects.filter(order=owed, position__gt=1)
    assert {due.announced_at for due in moved} == {None}
    assert all(due.not_before >= owed.first_charge_at for due in moved)


def refused_move(post, staff, owed, session, sentence):
    before = seats(owed.session, session)
    response = move(post, staff(Role.SALES), owed, session)
    assert response.status_code == 422
    assert refusal(response) == [french_typography(sentence)]
    assert fresh(owed).session == owed.session
    assert seats(owed.session, session) == before
    assert not OutgoingMessage.objects.filter(template="order_moved").exists()


def test_full_session_is_refused_and_nothing_moves(owed, staff, post, at):
    full = session_of_two_days(
        owed.session.course, at.date() + timedelta(days=40), capacity=1, seats_taken=1
    )
    refused_move(post, staff, owed, full, "Cette session est complète.")


def test_session_of_other_amounts_is_refused(owed, staff, post, at):
    uneven = session_of_two_days(owed.session.course, at.date() + timedelta(days=40), hours=9)
    refused_move(
        post, staff, owed, uneven,
        "Les jours de cette session n’ont pas les mêmes durées : les montants de l’échéancier du "
        "contrat changeraient.",
    )  # fmt: skip


def test_session_without_a_timetable_is_refused(owed, staff, post, at):
    empty = CourseSessionFactory(
        course=owed.session.course, starts_on=at.date() + timedelta(days=40)
    )
    refused_move(
        post, staff, owed, empty, "Les horaires de cette session ne sont pas encore saisis."
    )


def test_training_invoiced_as_given_moves_no_more(home, owed, other_session, staff, post):
    fill_settings()
    invoice_order(order_id=owed.pk, now=timezone.now() + timedelta(days=90))
    refused_move(
        post,
        staff,
        owed,
        other_session,
        "La formation est facturée comme donnée : la commande ne peut plus changer de session.",
    )


def test_payment_under_way_stops_a_move(owed, other_session, staff, post, pay):
    attempt = pay(owed.dues.get(position=2))
    Attempt.objects.filter(pk=attempt.pk).update(state="processing", finished_at=None)
    refused_move(
        post, staff, owed, other_session,
        "Un paiement de cette commande est en cours : attendez son issue.",
    )  # fmt: skip


def test_ended_order_does_not_move(owed, other_session, staff, post, at):
    end_order(
        order=owed, state=OrderState.CANCELLED, actor="essai", reason="essai", now=timezone.now()
    )
    refused_move(
        post, staff, owed, other_session,
        "Cette commande est terminée : elle ne peut plus changer de session.",
    )  # fmt: skip


def test_session_of_another_course_is_not_offered(owed, staff, post, at):
    other = session_of_two_days(CourseSessionFactory().course, at.date() + timedelta(days=40))

    response = move(post, staff(Role.SALES), owed, other)

    assert response.context["form"].errors["session"] == [
        "Cette session n’est pas proposée pour cette formation."
    ]


# --- A withdrawal that came by post


def record(post, client, order, sent, **changes):
    return post(
        client, "order:record_withdrawal", order.pk, channel="post", sent_on=day(sent), **changes
    )


def test_withdrawal_by_post_ends_the_order_once(owed, staff, post, written, at):
    client = staff(Role.SALES)
    shown_at = timezone.now().isoformat()

    for _ in range(2):
        response = record(
            post, client, owed, owed.withdrawal_last_day, shown_at=shown_at, comment="recommandé"
        )
        assert response.status_code == 302

    declaration = WithdrawalDeclaration.objects.get()
    order = fresh(owed)
    assert (order.state, seats(order.session)) == ("withdrawn", [0])
    assert timezone.localdate(declaration.sent_at) == owed.withdrawal_last_day
    assert (declaration.recorded_by, declaration.comment) == (SALES, "recommandé")
    assert ("Commande rétractée", SALES) in written(owed)
    assert not order.dues.filter(stopped_at__isnull=True).exists()


def test_withdrawal_posted_too_late_waits_for_a_decision(owed, staff, post):
    record(post, staff(Role.SALES), owed, owed.withdrawal_last_day + timedelta(days=1))

    assert fresh(owed).state == "active"
    assert ChargeFreeze.objects.standing().filter(order=owed).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("sent_on", "31/02/2026"), ("sent_on", "01/01/1970"), ("sent_on", "01/01/2999"),
     ("received_on", "01/01/2021"), ("name", ""), ("email", "x"), ("channel", "online")],
)  # fmt: skip
def test_wrong_facts_of_a_letter_are_refused(owed, staff, post, field, value):
    facts = {"sent_on": day(owed.withdrawal_last_day), "channel": "post", field: value}

    response = post(staff(Role.SALES), "order:record_withdrawal", owed.pk, **facts)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not WithdrawalDeclaration.objects.exists()


# --- Deciding about a declaration


@pytest.fixture
def unmatched(owed, at):
    return declare(
        name=owed.full_name, email=owed.email, contract="ma formation", comment="",
        form_key="d" * 32, now=at,
    )  # fmt: skip


def test_declaration_is_accepted_for_an_order(owed, unmatched, staff, post):
    client = staff(Role.SALES)

    response = post(client, "withdrawaldeclaration:accept", unmatched.pk, reason="lu au téléphone")

    assert response.status_code == 302
    assert fresh(owed).state == "withdrawn"
    match = unmatched.matches.get()
    assert (match.outcome, match.decided_by, match.reason) == (
        "accepted", SALES, "lu au téléphone",
    )  # fmt: skip
    again = post(client, "withdrawaldeclaration:accept", unmatched.pk, reason="encore")
    assert refusal(again) == ["Une décision a déjà été prise pour cette commande."]


def test_declaration_is_set_aside_with_a_reason(owed, unmatched, staff, post):
    client = staff(Role.SALES)

    post(client, "withdrawaldeclaration:refuse", unmatched.pk, reason="")
    assert ChargeFreeze.objects.standing().exists()
    post(client, "withdrawaldeclaration:refuse", unmatched.pk, reason="autre organisme")

    assert (fresh(owed).state, ChargeFreeze.objects.standing().exists()) == ("active", False)


def test_reference_that_nobody_has_is_explained(unmatched, staff, post):
    response = post(
        staff(Role.SALES), "withdrawaldeclaration:accept", unmatched.pk,
        reference="LX-0000-0000", reason="essai",
    )  # fmt: skip

    assert response.context["form"].errors["reference"] == [
        "Aucune commande ne porte cette référence."
    ]


def test_freeze_is_lifted_by_name(owed, unmatched, staff, post, written):
    freeze = ChargeFreeze.objects.get(order=owed)

    post(
        staff(Role.SALES), "withdrawaldeclaration:lift", unmatched.pk, freeze.pk, reason="homonyme"
    )

    freeze.refresh_from_db()
    assert freeze.lifted_by == SALES
    assert ("Gel des prélèvements levé", SALES) in written(owed)


# --- Money


def test_refund_leaves_once_for_two_clicks(owed, staff, post, pay, written):
    pay(owed.dues.first())
    client = staff(Role.ACCOUNTING)
    url = reverse("order:refund", args=[owed.pk])
    form = {"amount": "100,00", "reason": "geste", "seen": "0", "previewed": "100.00"}

    first, second = client.post(url, form), client.post(url, form)

    assert (first.status_code, second.status_code) == (302, 422)
    assert [refund.amount for refund in Refund.objects.all()] == [Decimal("100.00")]
    assert ("remboursement décidé", ACCOUNTING) in written(owed)


def test_refund_never_exceeds_what_was_paid(owed, staff, post, pay):
    pay(owed.dues.first())

    response = post(
        staff(Role.ACCOUNTING), "order:refund", owed.pk, amount="356,41", reason="geste"
    )

    assert refusal(response) == ["Ce remboursement dépasse ce qui a été payé."]
    assert not Refund.objects.exists()


def test_refund_page_offers_everything_that_is_left(owed, staff, pay):
    pay(owed.dues.first())
    form = staff(Role.ACCOUNTING).get(reverse("order:refund", args=[owed.pk])).context["form"]

    assert form["amount"].value() == Decimal("356.40")


def test_failed_refund_is_made_again_and_asks_nobody_any_more(owed, staff, post, pay, at):
    due = owed.dues.first()
    Refund.objects.create(
        attempt=pay(due), amount=due.amount, state="failed", reason="essai", actor="essai",
        idempotency_key="essai", due_by=at.date(),
    )  # fmt: skip
    Due.objects.filter(pk=due.pk).update(asks_staff="Remboursement échoué")

    post(staff(Role.ACCOUNTING), "order:refund", owed.pk, reason="à nouveau")

    due.refresh_from_db()
    assert due.asks_staff == ""
    assert list(Refund.objects.values_list("state", flat=True)) == ["sending", "failed"]


def transfer(post, client, due, received, **changes):
    values = {"received_on": day(received), "reference": "VIR 42"} | changes
    return post(client, "due:transfer", due.pk, **values)


def test_transfer_pays_a_due_once(owed, staff, post, written, at):
    due, client = owed.dues.first(), staff(Role.ACCOUNTING)

    for _ in range(2):
        assert transfer(post, client, due, at.date()).status_code == 302

    attempt = Attempt.objects.get()
    assert (attempt.channel, attempt.state, attempt.reference, attempt.amount) == (
        "transfer", "succeeded", "VIR 42", due.amount,
    )  # fmt: skip
    assert timezone.localdate(attempt.finished_at) == at.date()
    assert written(owed).count(("Virement reçu", ACCOUNTING)) == 1
    assert OutgoingMessage.objects.filter(template="payment_receipt").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "356,39"}, "Le virement doit être de 356,40"),
        ({"received_on": -3}, "Rien ne peut être encaissé avant le"),
    ],
)
def test_transfer_that_does_not_fit_is_refused(owed, staff, post, at, changes, sentence):
    if "received_on" in changes:
        changes = {"received_on": day(at.date() + timedelta(days=changes["received_on"]))}

    response = transfer(post, staff(Role.ACCOUNTING), owed.dues.first(), at.date(), **changes)

    assert response.status_code == 422
    assert sentence in refusal(response)[0]
    assert not Attempt.objects.exists()


def test_nothing_is_written_before_the_end_of_the_period(owed, staff, post, at):
    coming = owed.dues.get(position=2)

    response = transfer(post, staff(Role.ACCOUNTING), coming, at.date())

    assert response.status_code == 422
    assert not Attempt.objects.exists()


def test_paid_due_is_not_paid_again_by_another_transfer(owed, staff, post, pay, at):
    due = owed.dues.first()
    pay(due)

    response = transfer(post, staff(Role.ACCOUNTING), due, at.date())

    assert refusal(response) == ["Cette échéance est déjà payée."]


def test_payment_under_way_stops_a_transfer(owed, staff, post, pay, at):
    due = owed.dues.first()
    Attempt.objects.filter(pk=pay(due).pk).update(state="processing", finished_at=None)

    response = transfer(post, staff(Role.ACCOUNTING), due, at.date())

    sentence = "Un paiement de cette échéance est en cours : attendez son issue."
    assert refusal(response) == [french_typography(sentence)]


def test_transfer_of_a_withdrawn_order_is_given_back_by_hand(owed, staff, post, pay, at, written):
    due = owed.dues.first()
    pay(due, channel="transfer")
    end_order(
        order=owed, state=OrderState.WITHDRAWN, actor="essai", reason="essai", now=timezone.now()
    )
    client = staff(Role.ACCOUNTING)

    for _ in range(2):
        post(client, "due:transfer_back", due.pk, sent_on=day(at.date()), reference="VIR 43")

    refund = Refund.objects.get()
    assert (refund.amount, refund.state, refund.actor) == (due.amount, "succeeded", ACCOUNTING)
    assert written(owed).count(("Virement rendu", ACCOUNTING)) == 1


def test_charges_are_paused_and_resumed_with_a_reason(owed, staff, post, written):
    client = staff(Role.ACCOUNTING)

    post(client, "order:pause", owed.pk, reason="")
    assert fresh(owed).charging_stopped_at is None
    for _ in range(2):
        post(client, "order:pause", owed.pk, reason="litige en cours")
    assert fresh(owed).charging_stopped_reason == "litige en cours"
    assert not Due.objects.payable(timezone.now() + timedelta(days=1)).exists()
    for _ in range(2):
        post(client, "order:resume", owed.pk, reason="accord trouvé")

    assert fresh(owed).charging_stopped_at is None
    assert [line for line in written(owed) if line[1] == ACCOUNTING] == [
        ("Prélèvements suspendus", ACCOUNTING), ("prélèvements repris", ACCOUNTING),
    ]  # fmt: skip


def test_point_is_ticked_off_once(owed, staff, post, written):
    due = owed.dues.first()
    Due.objects.filter(pk=due.pk).update(asks_staff="Carte refusée : joindre le client.")
    client = staff(Role.ACCOUNTING)

    for _ in range(2):
        post(client, "due:settle", due.pk, reason="appelé")

    due.refresh_from_db()
    assert due.asks_staff == ""
    assert written(owed).count(("Point traité", ACCOUNTING)) == 1


def test_page_of_the_order_tells_everything(owed, unmatched, staff, pay):
    confirmation(owed)
    pay(owed.dues.first(), channel="transfer", reference="VIR 42")
    client = staff(Role.ACCOUNTING)

    content = client.get(reverse("order:inspect", args=[owed.pk])).content.decode()

    for expected in (
        owed.reference, owed.email, "Rétractation à étudier", "VIR 42", "Prélèvements gelés",
        "Commande passée", "Fin du délai de rétractation", "Suspendre les prélèvements",
    ):  # fmt: skip
        assert expected in content


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_crossed_moves_never_wait_for_each_other(make_order, at):
    """Each takes the seat that the other leaves; locks in one sequence let both through."""
    course = CourseSessionFactory().course
    sessions = [
        session_of_two_days(course, at.date() + timedelta(days=days), seats_taken=4)
        for days in (30, 40)
    ]
    orders = [make_order(session=session) for session in sessions]

    def cross(order, target):
        try:
            for _ in range(6):
                move_order(
                    order=order, session_id=target.pk, actor="essai", reason="essai",
                    now=timezone.now(),
                )  # fmt: skip
                target = next(s for s in sessions if s != target)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(cross, orders[0], sessions[1]),
            pool.submit(cross, orders[1], sessions[0]),
        ]
        assert [done.result(timeout=30) for done in both] == [None, None]

    assert seats(*sessions) == [4, 4]


def test_reminders_are_stopped_with_a_reason(owed, staff, post, written, at):
    due = owed.dues.first()
    Due.objects.filter(pk=due.pk).update(asks_customer="pay", asked_at=at)
    client = staff(Role.ACCOUNTING)
    page = reverse("order:inspect", args=[owed.pk])
    assert "Ne plus envoyer de rappels" in client.get(page).content.decode()

    post(client, "due:quiet", due.pk, reason="vu au téléphone")

    content = client.get(page).content.decode()
    assert "Ne plus envoyer de rappels" not in content
    assert "rappels arrêtés le" in content
    assert "Rappels arrêtés" in [name for name, _ in written(owed)]
