"""Sends each request to the API, the switches or the hosted pages."""

from urllib.parse import urlsplit

from shop.payments.standin import api, control, hosted, jobs
from shop.payments.standin.errors import ApiError
from shop.payments.standin.machine import Machine
from shop.payments.standin.messages import Answer, Request, json_answer
from shop.payments.standin.webhooks import LOOPBACK


def answer(machine: Machine, request: Request) -> Answer:
    host = urlsplit("//" + request.headers.get("host", "")).hostname
    if host not in LOOPBACK:
        # A name of the outside that leads to loopback would let any site read the answers.
        return json_answer({"error": ApiError("Unknown host.").body}, 421)
    jobs.run_due(machine)
    if request.path.startswith("/v1/"):
        return api.answer(machine, request)
    if request.path.startswith(control.PREFIX):
        return control.answer(machine, request)
    return hosted.answer(machine, request)
