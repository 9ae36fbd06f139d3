from stripe.params import EventListParams, EventRetrieveParams

from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.ledger import DAY
from shop.payments.standin.machine import Machine
from shop.payments.standin.routing import Route, created_within, page_of, retrieving

PATH = "/v1/events"
DAYS_KEPT = 30


def listed(machine: Machine, params: Json) -> Json:
    if "type" in params and "types" in params:
        raise ApiError("You may pass either `type` or `types`, not both.", param="types")
    types = params.get("types") or ([params["type"]] if "type" in params else [])
    oldest = machine.now() - DAYS_KEPT * DAY
    found = [
        event
        for event in machine.store.all("event")
        if event["created"] >= oldest
        and (not types or event["type"] in types)
        and created_within(event, params)
        and _delivery_fits(event, params.get("delivery_success"))
    ]
    return page_of(found, params, PATH)


def _delivery_fits(event: Json, wanted: bool | None) -> bool:
    return wanted is None or wanted == (event["pending_webhooks"] == 0)


ROUTES = (
    Route("GET", PATH, EventListParams, listed),
    Route("GET", PATH + "/{}", EventRetrieveParams, retrieving("event")),
)
