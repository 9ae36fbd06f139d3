"""What a request for a Checkout Session must hold, beyond the names of its parameters."""

from urllib.parse import urlsplit

from shop.payments.standin.customers import living
from shop.payments.standin.errors import ApiError, Json, missing_parameter, not_offered
from shop.payments.standin.machine import Machine

SHORTEST = 30 * 60  # seconds
LONGEST = 24 * 3600
TOLERANCE = 60  # between two clocks
OFFERED = {
    "mode", "currency", "customer", "customer_email", "customer_creation", "locale", "success_url",
    "cancel_url", "client_reference_id", "metadata", "expand", "expires_at", "ui_mode",
    "allowed_payment_method_types", "setup_intent_data", "payment_intent_data", "custom_text",
    "line_items", "payment_method_options", "submit_type", "billing_address_collection",
    "wallet_options", "invoice_creation", "integration_identifier",
}  # fmt: skip
ONLY_FOR = {
    "setup_intent_data": "setup", "payment_intent_data": "payment", "line_items": "payment",
    "submit_type": "payment", "invoice_creation": "payment",
}  # fmt: skip


def check(machine: Machine, params: Json) -> None:
    for name in params:
        if name not in OFFERED:
            raise not_offered(f"the parameter {name}", name)
    mode = params.get("mode")
    if mode not in ("payment", "setup"):
        raise not_offered(f"the mode {mode}", "mode") if mode else missing_parameter("mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_offered("pages embedded elsewhere", "ui_mode")
    for name, wanted in ONLY_FOR.items():
        if name in params and mode != wanted:
            raise ApiError(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    _check_addresses(params)
    _check_expiry(machine, params)
    _check_customer(machine, params)
    _check_money(params, mode)


def _check_addresses(params: Json) -> None:
    if "success_url" not in params:
        raise missing_parameter("success_url")
    for name in ("success_url", "cancel_url"):
        address = urlsplit(params.get(name, "https://example.org/"))
        if address.scheme not in ("http", "https") or not address.netloc:
            raise ApiError("Not a valid URL", code="url_invalid", param=name)


def _check_expiry(machine: Machine, params: Json) -> None:
    wait = params.get("expires_at", machine.now() + LONGEST) - machine.now()
    if not SHORTEST - TOLERANCE <= wait <= LONGEST + TOLERANCE:
        raise ApiError(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from the creation of "
            "the Checkout Session.",
            param="expires_at",
        )


def _check_customer(machine: Machine, params: Json) -> None:
    if params.get("customer"):
        if "customer_email" in params or "customer_creation" in params:
            raise ApiError(
                "You may only specify one of these parameters: customer, customer_email."
            )
        living(machine, params["customer"])
    elif params.get("customer_creation") == "always":
        raise not_offered("customers made by Checkout", "customer_creation")


def _check_money(params: Json, mode: str) -> None:
    if params.get("currency", "eur") != "eur":
        raise not_offered(f"the currency {params['currency']}", "currency")
    if mode == "setup":
        if "currency" not in params:
            raise missing_parameter("currency")
        return
    if not params.get("line_items"):
        raise missing_parameter("line_items")
    if params.get("invoice_creation", {}).get("enabled"):
        raise not_offered("invoices", "invoice_creation")
    for place, item in enumerate(params["line_items"]):
        _check_item(item, f"line_items[{place}]")


def _check_item(item: Json, path: str) -> None:
    price = item.get("price_data")
    if not price or "product_data" not in price:
        raise not_offered("prices and products kept at Stripe", path)
    if price["currency"] != "eur":
        raise not_offered(f"the currency {price['currency']}", f"{path}[price_data][currency]")
    if "unit_amount" not in price or price["unit_amount"] < 0:
        raise missing_parameter(f"{path}[price_data][unit_amount]")
    if "recurring" in price:
        raise not_offered("subscriptions", f"{path}[price_data][recurring]")
