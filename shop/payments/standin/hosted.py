"""Addresses of the pages that a customer sees."""

import re

from shop.payments.standin import hosted_challenge, hosted_checkout
from shop.payments.standin.control import READ, WRITE
from shop.payments.standin.errors import ApiError
from shop.payments.standin.faults import CALL_FAULTS, DELIVERY_FAULTS
from shop.payments.standin.machine import Machine
from shop.payments.standin.messages import Answer, Request
from shop.payments.standin.rendering import card_rows, fill, message, page, stylesheet

PAGES = {
    r"/c/pay/(cs_test_\w+)": hosted_checkout.answer,
    r"/3ds/(acs_\w+)": hosted_challenge.answer,
}


def answer(machine: Machine, request: Request) -> Answer:
    if request.path == "/":
        return _home(machine)
    if request.path == "/standin.css":
        return stylesheet()
    for pattern, view in PAGES.items():
        found = re.fullmatch(pattern, request.path)
        if found and request.method in ("GET", "POST"):
            try:
                return view(machine, request, found[1])
            except ApiError as error:
                if error.status != 404:
                    raise
    return message("Page introuvable", "Cette page n’existe pas, ou n’existe plus.", status=404)


def _home(machine: Machine) -> Answer:
    switches = "".join(
        fill("switch_row.html", name=f"{method} /_control/{name}")
        for method, names in (("GET", READ), ("POST", WRITE))
        for name in names
    )
    content = fill(
        "home.html", address=machine.base_url, cards_html=card_rows(), switches_html=switches,
        call_faults=", ".join(CALL_FAULTS), delivery_faults=", ".join(DELIVERY_FAULTS),
    )  # fmt: skip
    return page("Stripe d’essai", content)
