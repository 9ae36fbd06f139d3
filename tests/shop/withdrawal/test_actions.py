"""From a declaration to its effects, by law identifier."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from base.append_only import Immutable
from base.events import Event, events_of
from mail.models import OutgoingMessage
from shop.orders.actions import end_order
from shop.orders.rules import OrderState
from shop.payments.models import Refund
from shop.payments.refunds import refund_contract
from shop.withdrawal.models import (
    ChargeFreeze,
    WithdrawalDeclaration,
)
from shop.withdrawal.queries import is_frozen
from tests.factories.withdrawal import (
    IN_TIME,
    PLACED_AT,
    TOO_LATE,
    OrderFactory,
    give_card,
    owe,
    pay,
)  # fmt: skip
from tests.shop.withdrawal.reading import outcomes, seats_taken, state

pytestmark = pytest.mark.django_db
LATER = IN_TIME + timedelta(days=1)


def test_link_of_an_order_ends_it_in_one_act(declaring):
    """I4, W-01, W-09: ended, seat free, nothing left to charge."""
    order = OrderFactory()
    due, card = owe(order), give_card(order)

    declaration = declaring(order_token=order.token)

    assert outcomes(declaration) == [(order.pk, "accepted")]
    assert (state(order), seats_taken(order)) == ("withdrawn", 0)
    due.refresh_from_db()
    card.refresh_from_db()
    assert (due.stopped_at, due.next_try_at) == (IN_TIME, None)
    assert (card.state, card.detach_due) == ("revoked", True)
    assert Refund.objects.count() == 0
    assert "Commande rétractée" in events_of(order).values_list("name", flat=True)


def test_reference_with_the_address_of_the_buyer_ends_the_order(declaring):
    order = OrderFactory()

    declaring(contract=f"Commande {order.reference}", email="ALINE@exemple.fr")

    assert state(order) == "withdrawn"


def test_wrong_token_designates_nothing(declaring):
    order = OrderFactory()

    for token in ["x", "\x00", "é" * 10, order.token + "\x00", "a" * 5000]:
        declaring(order_token=token)

    assert state(order) == "active"
    assert ChargeFreeze.objects.count() == 0


def test_what_was_paid_comes_back_within_fourteen_days(declaring):
    """W-09: the fourteenth day, even on a Saturday or a holiday, that LEXOM was informed."""
    order = OrderFactory()
    paid, left = owe(order, paid=True), owe(order)

    declaration = declaring(order_token=order.token)

    refund = Refund.objects.get()
    assert (refund.attempt.due, refund.amount) == (paid, Decimal(288))
    assert refund.due_by == date(2026, 12, 21)
    assert declaration.matches.get().refund_due_by == date(2026, 12, 21)
    paid.refresh_from_db()
    left.refresh_from_db()
    assert (paid.stopped_at, left.stopped_at) == (None, IN_TIME)


def test_gesture_on_its_way_is_owed_by_the_day_of_the_withdrawal(declaring):
    """W-09: everything comes back in time, what was promised before and has not left too."""
    order = OrderFactory()
    owe(order, paid=True)
    refund_contract(
        contract=order,
        actor="équipe",
        reason="Geste",
        due_by=None,
        now=PLACED_AT,
        amount=Decimal(50),
    )

    declaring(order_token=order.token)

    refunds = Refund.objects.order_by("pk").values_list("amount", "due_by")
    assert list(refunds) == [(Decimal(50), date(2026, 12, 21)), (Decimal(238), date(2026, 12, 21))]


def test_refund_day_is_not_moved_to_a_working_day(declaring):
    order = OrderFactory()
    owe(order, paid=True)

    declaring(order_token=order.token, now=datetime(2026, 11, 27, 12, tzinfo=UTC))

    assert Refund.objects.get().due_by == date(2026, 12, 11)
    order = OrderFactory()
    owe(order, paid=True)
    declaring(order_token=order.token, now=datetime(2026, 12, 5, 12, tzinfo=UTC))
    assert Refund.objects.latest("pk").due_by == date(2026, 12, 19)  # a Saturday


def test_last_second_of_the_last_day_is_in_time(declaring):
    order = OrderFactory()

    declaring(order_token=order.token, now=IN_TIME)

    assert state(order) == "withdrawn"


def test_midnight_after_the_last_day_waits_for_staff(declaring):
    """F-07: recorded, acknowledged, held, never refused."""
    order = OrderFactory()
    owe(order)

    declaration = declaring(order_token=order.token, now=TOO_LATE)

    assert outcomes(declaration) == [(order.pk, "late")]
    assert (state(order), seats_taken(order)) == ("active", 1)
    assert is_frozen(order)
    assert sorted(OutgoingMessage.objects.values_list("template", "recipient")) == [
        ("withdrawal_acknowledgement", "camille@exemple.fr"),
        ("withdrawal_late", "aline@exemple.fr"),
    ]


def test_last_day_ends_later_in_tahiti(declaring):
    """W-02, edge 3."""
    order = OrderFactory(postcode="98713")

    declaring(order_token=order.token, now=TOO_LATE + timedelta(hours=10, minutes=59))

    assert state(order) == "withdrawn"


def test_without_the_information_the_period_lasts_a_year_more(declaring):
    """W-05."""
    order = OrderFactory(information_given_at=None)

    declaring(order_token=order.token, now=datetime(2027, 12, 7, 22, tzinfo=UTC))

    assert state(order) == "withdrawn"


def test_information_given_during_the_extension_leaves_fourteen_days(declaring):
    given = datetime(2027, 3, 1, 12, tzinfo=UTC)
    order, other = (
        OrderFactory(information_given_at=given),
        OrderFactory(information_given_at=given),
    )

    declaring(order_token=order.token, now=datetime(2027, 3, 15, 22, tzinfo=UTC))
    declaring(order_token=other.token, now=datetime(2027, 3, 16, 12, tzinfo=UTC))

    assert (state(order), state(other)) == ("withdrawn", "active")


def test_period_that_has_not_begun_is_not_over(declaring):
    """W-03: the confirmation has not been accepted by a mail server."""
    order = OrderFactory(confirmation_accepted_at=None, withdrawal_last_day=None)

    declaring(order_token=order.token, now=datetime(2029, 1, 1, tzinfo=UTC))

    assert state(order) == "withdrawn"


def test_withdrawn_order_is_not_ended_again(declaring):
    order = OrderFactory()
    declaring(order_token=order.token)

    declaration = declaring(order_token=order.token, now=LATER)

    assert outcomes(declaration) == [(order.pk, "already")]
    assert seats_taken(order) == 0
    assert not is_frozen(order)


def test_cancelled_order_is_withdrawn_without_giving_its_seat_back_twice(declaring):
    order = OrderFactory()
    OrderFactory(session=order.session)
    owe(order, paid=True)
    end_order(
        order=order, state=OrderState.CANCELLED, actor="Gestion", reason="Absence", now=IN_TIME
    )

    declaring(order_token=order.token)

    assert (state(order), seats_taken(order)) == ("withdrawn", 1)
    assert Refund.objects.get().amount == Decimal(288)


def test_unmatched_declaration_holds_what_it_may_concern(declaring):
    """F-10: the same address, or a similar name."""
    same_email = OrderFactory(email="camille@exemple.fr")
    same_name = OrderFactory(first_name="Rousselot", last_name="Camile", email="x@exemple.fr")
    stranger = OrderFactory()
    over = OrderFactory(email="camille@exemple.fr", state="cancelled")

    declaration = declaring()

    assert outcomes(declaration) == []
    assert {f.order for f in declaration.freezes.all()} == {same_email, same_name}
    assert [is_frozen(order) for order in (same_email, same_name, stranger, over)] == [
        True, True, False, False,
    ]  # fmt: skip
    assert state(same_email) == "active"
    assert list(WithdrawalDeclaration.objects.undecided()) == [declaration]


def test_part_of_a_contract_goes_to_staff(declaring):
    order = OrderFactory()

    declaring(contract=f"{order.reference}, le premier jour seulement", email=order.email)

    assert (state(order), is_frozen(order)) == ("active", True)


def test_acknowledgement_says_the_same_of_every_declaration(declaring):
    """F-06 and F-10: nothing tells whether an order was found."""
    order = OrderFactory()
    declaring(order_token=order.token)
    declaring()

    one, other = OutgoingMessage.objects.filter(template="withdrawal_acknowledgement")
    assert one.subject == other.subject == "Accusé de réception de votre rétractation"
    numbers = [one.owner_id, other.owner_id]
    texts = [
        message.text.replace(f": {number}\n", ": N\n")
        for message, number in zip([one, other], numbers, strict=True)
    ]
    assert texts[0] == texts[1]


def test_acknowledgement_quotes_what_was_declared(declaring):
    declaring(comment="première ligne\nseconde & <b>dernière</b>")

    text = OutgoingMessage.objects.get().text
    assert "envoyée sur notre site le 07/12/2026 à 23:59:59, heure de Paris" in text
    assert "Nom et prénom\u00a0: Camille Rousselot\n" in text
    assert "Contrat\u00a0: la formation tableur de janvier\n" in text
    assert "Commentaire\u00a0: première ligne\nseconde & <b>dernière</b>\n" in text
    assert "Renoncer au contrat ici <http://127.0.0.1:8000/renoncer/>" in text


def test_buyer_is_told_of_the_effect_at_the_address_of_the_order(declaring):
    order = OrderFactory()
    owe(order, paid=True)

    declaring(order_token=order.token, email="autre@exemple.fr")

    message = OutgoingMessage.objects.get(template="withdrawal_effect")
    assert (message.recipient, message.owner_id) == ("aline@exemple.fr", str(order.pk))
    assert "au plus tard le 21 décembre 2026" in message.text
    assert "288" in message.text


def test_mail_that_cannot_be_written_loses_nothing(declaring, settings):
    """F-06."""
    order = OrderFactory()
    settings.DEFAULT_FROM_EMAIL = None  # a fault of the installation

    declaration = declaring(order_token=order.token)

    assert OutgoingMessage.objects.count() == 0
    assert (outcomes(declaration), state(order)) == ([(order.pk, "accepted")], "withdrawn")
    assert "Message de rétractation non écrit" in events_of(declaration).values_list(
        "name", flat=True
    )


def test_order_that_cannot_be_ended_by_rule_is_held_for_staff(declaring):
    """The seat count is wrong: the declaration is kept, no debit leaves, a person looks."""
    order = OrderFactory(seat=False)

    declaration = declaring(order_token=order.token)

    assert outcomes(declaration) == []
    assert (state(order), is_frozen(order)) == ("active", True)


def test_same_confirmation_again_changes_nothing(declaring):
    order = OrderFactory()
    first = declaring(order_token=order.token, form_key="k")
    events = Event.objects.count()

    assert declaring(order_token=order.token, form_key="k", now=LATER) == first
    assert first.sent_at == IN_TIME
    assert Event.objects.count() == events


def test_declaration_never_changes(declaring):
    declaration = declaring()

    declaration.comment = "autre"
    with pytest.raises(Immutable):
        declaration.save()
    with pytest.raises(Immutable):
        declaration.delete()


def test_payment_that_arrives_after_the_end_is_not_lost(declaring):
    """A debit on its way when the order ends: its due keeps its live attempt to be settled."""
    order = OrderFactory()
    due = owe(order)
    pay(due, state="processing")

    declaring(order_token=order.token)

    assert due.attempts.get().state == "processing"
    assert Refund.objects.count() == 0


def test_query_count_of_a_declaration(declaring, django_assert_num_queries):
    order = OrderFactory()
    owe(order)
    give_card(order)
    declaring()  # the site and its organisation are cached from here on

    with django_assert_num_queries(64):
        declaring(order_token=order.token)
