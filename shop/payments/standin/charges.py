from stripe.params import (
    ChargeListParams,
    ChargeRetrieveParams,
    ChargeSearchParams,
    ChargeUpdateParams,
)

from shop.payments.standin.customers import merged_metadata
from shop.payments.standin.errors import Json, not_offered
from shop.payments.standin.machine import Machine
from shop.payments.standin.routing import Route, listing, retrieving, search

PATH = "/v1/charges"


def update(machine: Machine, params: Json, identifier: str) -> Json:
    charge = machine.find("charge", identifier)
    for name in params:
        if name not in ("description", "metadata", "receipt_email", "expand"):
            raise not_offered(f"the parameter {name}", name)
    charge |= {name: params[name] for name in ("description", "receipt_email") if name in params}
    charge["metadata"] = merged_metadata(charge, params)
    machine.emit("charge.updated", machine.save(charge))
    return charge


def searched(machine: Machine, params: Json) -> Json:
    return search(machine, "charge", PATH + "/search", params)


ROUTES = (
    Route("GET", PATH, ChargeListParams, listing("charge", PATH, "customer", "payment_intent")),
    Route("GET", PATH + "/search", ChargeSearchParams, searched),
    Route("GET", PATH + "/{}", ChargeRetrieveParams, retrieving("charge")),
    Route("POST", PATH + "/{}", ChargeUpdateParams, update),
)
