"""States of an attempt to be paid, and what to do after a refusal (payments.md 3.5). Pure."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from base.civil_dates import PARIS, paris_date

RULE_VERSION = "2026-11-24"
CARD_MINIMUM = Decimal("0.50")  # Stripe refuses less
MOST_TRIES = 4
# The announcement must leave this long before each debit, as the mandate promises.
NOTICE_DAYS = 2
# What the clock writes to people of itself leaves in the morning, Paris time.
MORNING = time(10)


class ChargeTooEarly(Exception):
    """Money was asked of a natural person before the end of the withdrawal period (C. trav. L6353-6)."""


class Channel(StrEnum):
    OFF_SESSION = "off_session"
    CHECKOUT = "checkout"
    TRANSFER = "transfer"

    @property
    def label(self) -> str:
        return {
            Channel.OFF_SESSION: "débit de la carte enregistrée",
            Channel.CHECKOUT: "paiement en ligne",
            Channel.TRANSFER: "virement",
        }[self]


class AttemptState(StrEnum):
    """``SENDING``: the call may or may not have reached Stripe; only a look there can tell."""

    SENDING = "sending"
    PROCESSING = "processing"
    NEEDS_CUSTOMER = "needs_customer"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            AttemptState.SENDING: "en cours d’envoi",
            AttemptState.PROCESSING: "en cours chez la banque",
            AttemptState.NEEDS_CUSTOMER: "attend le client",
            AttemptState.SUCCEEDED: "payé",
            AttemptState.FAILED: "refusé",
            AttemptState.CANCELLED: "abandonné",
        }[self]


# While one of these stands, no other attempt may begin for the same due (invariant I2).
LIVE_STATES = (AttemptState.SENDING, AttemptState.PROCESSING, AttemptState.NEEDS_CUSTOMER)
FINAL_STATES = (AttemptState.SUCCEEDED, AttemptState.FAILED, AttemptState.CANCELLED)

_NEXT = {
    AttemptState.SENDING: set(AttemptState) - {AttemptState.SENDING},
    AttemptState.PROCESSING: {*FINAL_STATES, AttemptState.NEEDS_CUSTOMER},
    AttemptState.NEEDS_CUSTOMER: {*FINAL_STATES, AttemptState.PROCESSING},
    # An answer that was lost may turn up after we gave up: money received is always recorded.
    AttemptState.FAILED: {AttemptState.SUCCEEDED},
    AttemptState.CANCELLED: {AttemptState.SUCCEEDED},
    AttemptState.SUCCEEDED: set(),
}


def may_become(state: AttemptState, following: AttemptState) -> bool:
    """No failure ever replaces a success (invariant I2)."""
    return following in _NEXT[state]


class FollowUp(StrEnum):
    RETRY = "retry"
    NEEDS_CUSTOMER = "needs_customer"
    NEEDS_CARD = "needs_card"
    STAFF = "staff"


@dataclass(frozen=True)
class Decision:
    """``retry_in`` counts from the refusal; ``None`` when the same card is not tried again."""

    follow_up: FollowUp
    retry_in: timedelta | None = None


class CustomerTask(StrEnum):
    """What a due waits for; no card is debited meanwhile."""

    CONFIRM = "confirm"
    CARD = "card"
    PAY = "pay"

    @property
    def label(self) -> str:
        return {
            CustomerTask.CONFIRM: "confirmer le paiement auprès de sa banque",
            CustomerTask.CARD: "donner une autre carte",
            CustomerTask.PAY: "payer en ligne (aucune carte enregistrée)",
        }[self]


AUTHENTICATION = frozenset({"authentication_required", "payment_intent_authentication_failure"})
# The bank says that this card will never pay; the customer reads only "refused by your bank".
NEVER_AGAIN = frozenset(
    {
        "lost_card", "stolen_card", "pickup_card", "fraudulent", "highest_risk_level",
        "incorrect_number", "invalid_account", "transaction_not_allowed",
        "revocation_of_authorization", "revocation_of_all_authorizations", "stop_payment_order",
    }
)  # fmt: skip
NEW_DETAILS = frozenset(
    {
        "expired_card",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "incorrect_cvc",
        "invalid_cvc",
    }
)
LATER = frozenset(
    {"insufficient_funds", "card_velocity_exceeded", "withdrawal_count_limit_exceeded"}
)
TOMORROW = frozenset(
    {"processing_error", "issuer_not_available", "try_again_later", "reenter_transaction"}
)
_LATER_DAYS = (3, 5, 7)


def after_refusal(
    *, tries: int, code: str = "", decline_code: str = "", advice_code: str = ""
) -> Decision:
    """What follows the refusal of the ``tries``-th off-session charge of a due (1 = the first).

    The bank's advice wins over its reason; a reason that is not known is tried once more.
    """
    reason = decline_code or code
    if reason in AUTHENTICATION or code in AUTHENTICATION:
        return Decision(FollowUp.NEEDS_CUSTOMER)
    if advice_code == "do_not_try_again" or reason in NEVER_AGAIN:
        return Decision(FollowUp.NEEDS_CARD)
    if advice_code == "confirm_card_data" or reason in NEW_DETAILS or code in NEW_DETAILS:
        return Decision(FollowUp.NEEDS_CARD)
    days = _retry_days(tries, reason)
    return Decision(FollowUp.NEEDS_CARD) if days is None else _retry(days)


def _retry_days(tries: int, reason: str) -> int | None:
    if tries >= MOST_TRIES:
        return None
    if reason in TOMORROW and tries == 1:
        return 1
    if reason in LATER | TOMORROW:
        return _LATER_DAYS[tries - 1]
    return _LATER_DAYS[0] if tries == 1 else None


def _retry(days: int) -> Decision:
    return Decision(FollowUp.RETRY, timedelta(days=days))


# Stripe keeps a key 24 hours; past that, the same key could charge again.
KEY_LIFETIME = timedelta(hours=23)
# Longer than the longest call with its retries: whoever began it is dead.
LONGEST_CALL = timedelta(minutes=10)

# While a dispute is one of these, nothing is refunded: the bank already holds the money.
OPEN_DISPUTES = frozenset(
    {"warning_needs_response", "warning_under_review", "needs_response", "under_review"}
)


def announced_day(announced_on: date, notice_days: int) -> date:
    """First day of the debit that an announcement of that day allows (law.md T-06)."""
    return announced_on + timedelta(days=notice_days)


def read_intent(status: str, *, code: str = "", decline_code: str = "") -> AttemptState:
    """The state of an attempt from the status of its PaymentIntent.

    An intent that asks for a payment method and tells no error was never confirmed: it is still
    being sent.
    """
    if status == "requires_payment_method":
        if {code, decline_code} & AUTHENTICATION:
            return AttemptState.NEEDS_CUSTOMER
        return AttemptState.FAILED if code or decline_code else AttemptState.SENDING
    return {
        "succeeded": AttemptState.SUCCEEDED,
        "processing": AttemptState.PROCESSING,
        "canceled": AttemptState.CANCELLED,
        "requires_action": AttemptState.NEEDS_CUSTOMER,
    }.get(status, AttemptState.SENDING)


def read_page(status: str, *, paid: bool, intent_status: str) -> AttemptState:
    """The state of an attempt from the status of its Checkout page: a refusal there is not final."""
    if paid or intent_status == "succeeded":
        return AttemptState.SUCCEEDED
    if status == "complete":
        return AttemptState.PROCESSING
    return AttemptState.CANCELLED if status == "expired" else AttemptState.NEEDS_CUSTOMER


def to_cents(amount: Decimal) -> int:
    """Cents of an amount in euros. Raises ``ValueError`` for a fraction of a cent."""
    cents = amount.scaleb(2)
    if cents != cents.to_integral_value():
        raise ValueError(f"Montant au-delà du centime : {amount}")
    return int(cents)


def from_cents(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def refuse_before(not_before: datetime | None, now: datetime) -> None:
    """The guard in front of every way to ask for money (law.md T-06, invariant I1).

    ``None`` means that the withdrawal period has not even begun to run. Raises ChargeTooEarly.
    """
    if not_before is None or now < not_before:
        raise ChargeTooEarly("Aucune somme ne peut être demandée avant la fin de la rétractation.")


# Names of the events, which the timeline of an order shows.
REMINDED = "rappel envoyé au client"
NEW_CARD_ASKED = "nouvelle carte demandée au client"
# After a request to the customer: days to each reminder, then to staff (law.md L-07: a consumer
# gets reminders and nothing else automatically, neither fee nor penalty).
REMINDER_DAYS = (4, 11)
HAND_OVER_DAYS = 18
# A clock that stood still does not send two reminders on one day.
REMINDER_GAP = timedelta(days=7)
# How a note to staff ends that has no object any more once the customer has given a card.
REACH_CUSTOMER = "joindre le client."
HANDED_OVER = f"Deux rappels sans réponse : {REACH_CUSTOMER}"


def contact_at(asked_at: datetime, *, sent: int, latest_at: datetime | None) -> datetime:
    """When the next reminder of a request leaves; past the last one, when staff take over.

    ``sent`` reminders have left, the latest at ``latest_at``.
    """
    days = (*REMINDER_DAYS, HAND_OVER_DAYS)[sent]
    day = paris_date(asked_at) + timedelta(days=days)
    if latest_at is not None:
        day = max(day, paris_date(latest_at) + REMINDER_GAP)
    return datetime.combine(day, MORNING, PARIS)


NEW_CARD_NOTICE = timedelta(days=14)


def card_expiry(month: int, year: int) -> date:
    """Last day of a card, from what is printed on it."""
    return date(year, month, monthrange(year, month)[1])


def outlives(expiry: date, debit: date) -> bool:
    """A debit in the very month of the expiry is no longer sure."""
    return debit < expiry.replace(day=1)


def new_card_at(expiry: date, debit: date, notice_days: int) -> datetime:
    """When a new card is asked for: two weeks before the expiry, and before the debit is announced."""
    announcement = debit - timedelta(days=notice_days)
    day = min(expiry - NEW_CARD_NOTICE, announcement - timedelta(days=1))
    return datetime.combine(day, MORNING, PARIS)


WEEK = timedelta(days=7)
# What moved on a Sunday evening is known to us by then, even by its last webhook.
COMPARED_AFTER = timedelta(days=1)


class GapKind(StrEnum):
    EXTRA = "extra"
    MISSING = "missing"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Gap:
    """``here`` and ``there``: euros of ours and of Stripe's, None where the object is unknown."""

    object_id: str
    kind: GapKind
    here: Decimal | None
    there: Decimal | None


def gaps(here: Mapping[str, Decimal], there: Mapping[str, Decimal]) -> list[Gap]:
    """What differs between two sets of movements, euros by identifier at Stripe."""
    every = sorted(here.keys() | there.keys())
    pairs = ((name, here.get(name), there.get(name)) for name in every)
    return [
        Gap(name, _kind(ours, theirs), ours, theirs)
        for name, ours, theirs in pairs
        if ours != theirs
    ]


def _kind(ours: Decimal | None, theirs: Decimal | None) -> GapKind:
    if ours is None:
        return GapKind.EXTRA
    return GapKind.MISSING if theirs is None else GapKind.AMOUNT


def weeks_to_compare(latest: date | None, today: date) -> list[date]:
    """Mondays of the whole weeks since ``latest``, the Monday of the last week compared, until the
    last one that is over for a day; that one alone the first time. Paris dates."""
    ripe = today - COMPARED_AFTER
    last = ripe - timedelta(days=ripe.weekday()) - WEEK
    first = last if latest is None else latest + WEEK
    return [first + WEEK * n for n in range(max(0, (last - first).days // 7 + 1))]
