"""The bank's page of 3-D Secure: accept or refuse, once."""

from urllib.parse import urlencode

from shop.payments.standin import challenges, charging, checkout, setup_intents
from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.hosted_checkout import success_address
from shop.payments.standin.machine import Machine, public
from shop.payments.standin.messages import Answer, Request, redirect
from shop.payments.standin.rendering import euros, fill, message, page

ANSWERS = ("accepter", "refuser")


def answer(machine: Machine, request: Request, token: str) -> Answer:
    with machine.store.transaction():
        intent, waits = challenges.asked(machine, token)
        session = machine.store.get(intent["_session"]) if intent["_session"] else None
        if not waits:
            return _settled(machine, intent, session, posted=request.method == "POST")
        given = request.form.get("reponse") if request.method == "POST" else None
        if given not in ANSWERS:
            return _show(machine, intent, session)
        _settle(machine, intent, accepted=given == "accepter")
        return redirect(_next_address(machine, intent, session))


def _settle(machine: Machine, intent: Json, *, accepted: bool) -> None:
    """The intent ends succeeded, or waits for another card."""
    method = machine.find("payment_method", intent["payment_method"])
    payment = intent["object"] == "payment_intent"
    if not accepted:
        error = {
            "type": "invalid_request_error", "code": f"{intent['object']}_authentication_failure",
            "message": "The provided PaymentMethod has failed authentication. You can provide "
            "payment_method_data or a new PaymentMethod to attempt to fulfill this intent again.",
            "payment_method": public(method),
        }  # fmt: skip
        if payment:
            charging.fail(machine, intent, method, error, charged=False)
        else:
            setup_intents.fail(machine, intent, error)
        return
    try:
        if payment:
            charging.attempt(machine, intent, method, off_session=False, authenticated=True)
        else:
            setup_intents.attempt(machine, intent, method, authenticated=True)
    except ApiError as error:
        if not error.keeps:
            raise
        return  # the refusal is in the intent, which the page that follows reads
    if intent["_session"]:
        session = machine.find("checkout.session", intent["_session"])
        checkout.complete(machine, session, method)


def _next_address(machine: Machine, intent: Json, session: Json | None) -> str:
    succeeded = intent["status"] == "succeeded"
    if session:
        page_of_session = f"{machine.base_url}/c/pay/{session['id']}"
        return success_address(session) if succeeded else page_of_session
    address: str = intent["_return_url"] or machine.base_url + "/"
    query = {
        intent["object"]: intent["id"],
        f"{intent['object']}_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if succeeded else "failed",
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _settled(machine: Machine, intent: Json, session: Json | None, *, posted: bool) -> Answer:
    address = _next_address(machine, intent, session)
    if posted:  # the second of two clicks
        return redirect(address)
    return message(
        "Cette demande est déjà traitée", "La réponse a été donnée, ou la demande remplacée.",
        link=address, link_text="Continuer",
    )  # fmt: skip


def _show(machine: Machine, intent: Json, session: Json | None) -> Answer:
    method = machine.find("payment_method", intent["payment_method"])
    amount = intent.get("amount")
    request = f"Paiement de {euros(amount)}" if amount else "Enregistrement de la carte, sans débit"
    content = fill(
        "challenge.html",
        merchant=machine.merchant, request=request, last4=method["card"]["last4"],
    )  # fmt: skip
    end = session["success_url"] if session else intent["_return_url"]
    return page("Authentification de la banque", content, leads_to=(end or "",))
