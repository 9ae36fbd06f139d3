from typing import Any

from stripe.params import (
    CustomerCreateParams,
    CustomerDeleteParams,
    CustomerListParams,
    CustomerRetrieveParams,
    CustomerSearchParams,
    CustomerUpdateParams,
)

from shop.payments.standin.errors import ApiError, Json, no_such
from shop.payments.standin.machine import Machine
from shop.payments.standin.payment_methods import detach_all
from shop.payments.standin.routing import Route, created_within, page_of, search

PATH = "/v1/customers"
PLAIN = ("address", "description", "email", "name", "phone", "preferred_locales", "shipping")


def merged_metadata(body: Json, params: Json) -> Json:
    """An empty value takes a key away, an empty ``metadata`` takes all."""
    sent: Any = params.get("metadata", {})
    if sent == "":
        return {}
    merged = body.get("metadata", {}) | sent
    return {name: value for name, value in merged.items() if value != ""}


def create(machine: Machine, params: Json) -> Json:
    body = machine.new(
        "customer", "cus",
        balance=0, currency=None, default_source=None, delinquent=False, discount=None,
        invoice_prefix=None, tax_exempt="none", test_clock=None,
        invoice_settings={
            "custom_fields": None, "default_payment_method": None, "footer": None,
            "rendering_options": None,
        },
        **dict.fromkeys(PLAIN),
    )  # fmt: skip
    body |= {"preferred_locales": []} | _sent(params)
    body["metadata"] = merged_metadata({}, params)
    machine.emit("customer.created", machine.save(body))
    return body


def _sent(params: Json) -> Json:
    return {name: params[name] or None for name in PLAIN if name in params}


def living(machine: Machine, identifier: str, *, param: str = "customer") -> Json:
    body = machine.find("customer", identifier, param=param)
    if body.get("deleted"):
        raise no_such("customer", identifier, param=param)
    return body


def retrieve(machine: Machine, params: Json, identifier: str) -> Json:
    body = machine.find("customer", identifier)
    if body.get("deleted"):
        return {"id": identifier, "object": "customer", "deleted": True}
    return body


def update(machine: Machine, params: Json, identifier: str) -> Json:
    body = living(machine, identifier, param="id")
    body |= _sent(params) | {"metadata": merged_metadata(body, params)}
    default = params.get("invoice_settings", {}).get("default_payment_method")
    if default:
        method = machine.find("payment_method", default, param="invoice_settings")
        if method["customer"] != identifier:
            raise ApiError("The payment method must be attached to this customer.")
        body["invoice_settings"]["default_payment_method"] = default
    machine.emit("customer.updated", machine.save(body))
    return body


def delete(machine: Machine, params: Json, identifier: str) -> Json:
    body = living(machine, identifier, param="id")
    detach_all(machine, identifier)
    body["deleted"] = True
    machine.emit("customer.deleted", machine.save(body))
    return {"id": identifier, "object": "customer", "deleted": True}


def listed(machine: Machine, params: Json) -> Json:
    found = [
        body
        for body in machine.store.all("customer")
        if not body.get("deleted")
        and body["email"] == params.get("email", body["email"])
        and created_within(body, params)
    ]
    return page_of(found, params, PATH)


def searched(machine: Machine, params: Json) -> Json:
    return search(machine, "customer", PATH + "/search", params)


ROUTES = (
    Route("POST", PATH, CustomerCreateParams, create),
    Route("GET", PATH, CustomerListParams, listed),
    Route("GET", PATH + "/search", CustomerSearchParams, searched),
    Route("GET", PATH + "/{}", CustomerRetrieveParams, retrieve),
    Route("POST", PATH + "/{}", CustomerUpdateParams, update),
    Route("DELETE", PATH + "/{}", CustomerDeleteParams, delete),
)
