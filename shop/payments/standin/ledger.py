"""Balance transactions: what a charge, a refund or a dispute moves, with Stripe's fee."""

from stripe.params import BalanceTransactionListParams, BalanceTransactionRetrieveParams

from shop.payments.standin.errors import Json
from shop.payments.standin.machine import Machine
from shop.payments.standin.routing import Route, listing, retrieving

PATH = "/v1/balance_transactions"
FEE_PER_THOUSAND = 15
FIXED_FEE = 25  # cents
DAYS_UNTIL_AVAILABLE = 7
DAY = 86_400


def book(machine: Machine, kind: str, source: Json, amount: int) -> Json:
    """``amount`` in cents, negative when money goes back to the customer."""
    fee = FIXED_FEE + amount * FEE_PER_THOUSAND // 1000 if kind == "charge" else 0
    details = {"amount": fee, "application": None, "currency": source["currency"],
               "description": "Stripe processing fees", "type": "stripe_fee"}  # fmt: skip
    body = machine.new(
        "balance_transaction", "txn",
        amount=amount, currency=source["currency"], fee=fee, net=amount - fee,
        fee_details=[details] if fee else [], type=kind, reporting_category=kind,
        source=source["id"], status="pending", description=source.get("description"),
        available_on=machine.now() + DAYS_UNTIL_AVAILABLE * DAY, exchange_rate=None,
        balance_type="payments",
    )  # fmt: skip
    return machine.save(body)


ROUTES = (
    Route(
        "GET", PATH, BalanceTransactionListParams,
        listing("balance_transaction", PATH, "currency", "source", "type"),
    ),
    Route(
        "GET", PATH + "/{}", BalanceTransactionRetrieveParams, retrieving("balance_transaction")
    ),
)  # fmt: skip
