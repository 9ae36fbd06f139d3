"""Orders with what a withdrawal touches: a seat, dues, a card, money received."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import factory

from courses.sessions.seats import take_seats
from legal.terms.models import TermsVersion
from shop.orders.models import Order
from shop.payments.models import Attempt, Due, PaymentMandate
from tests.factories.courses import CourseSessionFactory

PLACED_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)  # last day: Monday 7 December 2026
IN_TIME = datetime(2026, 12, 7, 22, 59, 59, tzinfo=UTC)  # 23:59:59 in Paris
TOO_LATE = datetime(2026, 12, 7, 23, 0, tzinfo=UTC)
LAST_DAY = datetime(2026, 12, 7, tzinfo=UTC).date()
_numbers = count(1)


class OrderFactory(factory.django.DjangoModelFactory):
    """Told about the right of withdrawal and confirmed at once, as the shop does."""

    first_name, last_name = "Aline", "Béranger"
    email = "aline@exemple.fr"
    street, postcode, town = "1 rue du Port", "69002", "Lyon"
    trainee_first_name = factory.SelfAttribute("first_name")
    trainee_last_name = factory.SelfAttribute("last_name")
    trainee_email = factory.SelfAttribute("email")
    session = factory.SubFactory(CourseSessionFactory, capacity=5)
    course_title, course_reference = "Tableur, niveau 1", "BUR-TAB-01"
    starts_on, ends_on = datetime(2027, 1, 11).date(), datetime(2027, 1, 12).date()  # noqa: DTZ001
    place = "Lyon"
    price_excl_vat, vat_rate, price_incl_vat = Decimal(800), Decimal("0.200"), Decimal(960)
    terms_version = factory.LazyFunction(
        lambda: TermsVersion.objects.get_or_create(number="2026-1")[0]
    )
    terms_sha256 = "0" * 64
    placed_at = contract_signed_at = confirmation_accepted_at = PLACED_AT
    information_given_at = PLACED_AT
    withdrawal_last_day = LAST_DAY

    class Meta:
        model = Order
        skip_postgeneration_save = True

    @factory.post_generation
    def seat(self, create, held, **kwargs):
        if held is not False:
            take_seats(session_id=self.session_id)


def owe(order, *, paid=False, amount=Decimal(288)):
    """A due with a card to debit; ``paid`` when the debit has succeeded."""
    position = order.dues.count() + 1
    due = Due.objects.create(
        order=order,
        kind="deposit",
        position=position,
        amount=amount,
        due_on=LAST_DAY + timedelta(days=1),
        not_before=PLACED_AT,
        next_try_at=PLACED_AT,
    )
    if paid:
        pay(due)
    return due


def pay(due, state="succeeded"):
    return Attempt.objects.create(
        due=due,
        number=due.attempts.count() + 1,
        channel="off_session",
        state=state,
        amount=due.amount,
        idempotency_key=f"essai-{next(_numbers)}",
        charge_id="ch_1",
        finished_at=PLACED_AT,
        payment_intent_id=None,
        session_id=None,
    )


def give_card(order):
    return PaymentMandate.objects.create(
        order=order,
        number=1,
        state="active",
        text="J’autorise LEXOM à débiter cette carte.",
        text_sha256="0" * 64,
        accepted_at=PLACED_AT,
        payment_method_id="pm_1",
        last4="4242",
        session_id=None,
        setup_intent_id=None,
    )
