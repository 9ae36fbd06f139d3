"""What Stripe said, in our words: nothing of its library goes further. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class CardFacts:
    """``customer`` is empty when the card may no longer be charged."""

    payment_method_id: str
    customer: str = ""
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None


@dataclass(frozen=True)
class IntentFacts:
    """``bank_url``: where the customer proves who they are, when the bank waits for it."""

    id: str
    status: str
    amount: Decimal
    amount_received: Decimal = Decimal(0)
    charge_id: str = ""
    attempt_key: str = ""
    code: str = ""
    decline_code: str = ""
    advice_code: str = ""
    bank_url: str = ""
    card: CardFacts | None = None


@dataclass(frozen=True)
class PageFacts:
    """A hosted page of Checkout; ``reference`` is what we named it."""

    id: str
    status: str
    url: str = ""
    reference: str = ""
    paid: bool = False
    setup_intent_id: str = ""
    setup_status: str = ""
    card: CardFacts | None = None
    intent: IntentFacts | None = None


@dataclass(frozen=True)
class RefundFacts:
    id: str
    status: str
    amount: Decimal
    payment_intent_id: str = ""
    refund_key: str = ""
    failure: str = ""


@dataclass(frozen=True)
class ChargeFacts:
    """``key``: its intent, or the charge itself where somebody made it without one."""

    key: str
    amount: Decimal


@dataclass(frozen=True)
class DisputeFacts:
    id: str
    status: str
    payment_intent_id: str
    charge_id: str
    amount: Decimal
    created_at: datetime
    due_by: datetime | None = None


@dataclass(frozen=True)
class EventFacts:
    """``object_id`` is what has to be read again: the intent, for a charge."""

    id: str
    type: str
    object_id: str
    livemode: bool
    created_at: datetime
