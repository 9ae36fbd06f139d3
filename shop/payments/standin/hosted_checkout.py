"""The card page of a Checkout Session: nothing typed is lost, nothing is done twice."""

from shop.payments.standin import charging, checkout, setup_intents
from shop.payments.standin.card_form import FIELDS, CardForm, read
from shop.payments.standin.declines import french
from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.machine import Machine
from shop.payments.standin.messages import Answer, Request, redirect
from shop.payments.standin.payment_methods import make
from shop.payments.standin.rendering import card_rows, euros, fill, message, page

LABELS = {
    "email": ("Adresse électronique", "email", "email", ""),
    "number": ("Numéro de la carte", "cc-number", "numeric", "Seize chiffres."),
    "expiry": ("Date d’expiration", "cc-exp", "numeric", "Mois et année, par exemple 12/34."),
    "code": ("Cryptogramme", "cc-csc", "numeric", "Trois chiffres au dos de la carte."),
    "name": ("Nom du titulaire", "cc-name", "text", ""),
}  # fmt: skip
AUTHENTICATION_FAILED = "L’authentification n’a pas abouti. Réessayez, ou utilisez une autre carte."


def answer(machine: Machine, request: Request, identifier: str) -> Answer:
    with machine.store.transaction():
        session = machine.find("checkout.session", identifier)
        if session["status"] == "expired":
            return message(
                "Cette page a expiré",
                "Rien n’a été débité. Retournez sur le site du marchand pour recommencer.",
                link=session["cancel_url"] or "", link_text="Retourner sur le site du marchand",
                status=410,
            )  # fmt: skip
        if request.method == "POST":
            return _submit(machine, session, request)
        if session["status"] == "complete":
            return _done(session)
        return _show(machine, session, CardForm({}), _last_refusal(machine, session))


def success_address(session: Json) -> str:
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _done(session: Json) -> Answer:
    done = "Le paiement est fait." if session["mode"] == "payment" else "La carte est enregistrée."
    return message(
        "C’est déjà fait", f"{done} Il n’y a rien à recommencer.",
        link=success_address(session), link_text="Retourner sur le site du marchand",
    )  # fmt: skip


def _submit(machine: Machine, session: Json, request: Request) -> Answer:
    if session["status"] == "complete":  # the second of two clicks
        return redirect(success_address(session))
    email = _known_email(machine, session)
    form = read(request.form, now=machine.now(), asks_email=not email)
    if form.errors or form.card is None:
        return _show(machine, session, form, "", status=422)
    method = make(
        machine, form.card, expiry=form.expiry, name=form.values["name"],
        email=email or form.values["email"],
    )  # fmt: skip
    try:
        intent = _attempt(machine, session, method)
    except ApiError as error:
        if not error.keeps:
            raise
        return _show(machine, session, form, french(error.body), status=402)
    if intent["status"] == "requires_action":
        return redirect(f"{machine.base_url}/3ds/{intent['_challenge']}")
    return redirect(success_address(checkout.complete(machine, session, method)))


def _attempt(machine: Machine, session: Json, method: Json) -> Json:
    if session["mode"] == "setup":
        intent = machine.find("setup_intent", session["setup_intent"])
        return setup_intents.attempt(machine, intent, method)
    intent = checkout.payment_intent_of(machine, session)
    return charging.attempt(machine, intent, method, off_session=False)


def _known_email(machine: Machine, session: Json) -> str:
    customer = machine.store.get(session["customer"]) if session["customer"] else None
    return (customer or {}).get("email") or session["customer_email"] or ""


def _last_refusal(machine: Machine, session: Json) -> str:
    intent = machine.store.get(session["payment_intent"] or session["setup_intent"] or "") or {}
    error = intent.get("last_payment_error") or intent.get("last_setup_error")
    if not error:
        return ""
    return french(error) if "decline_code" in error else AUTHENTICATION_FAILED


def _show(
    machine: Machine, session: Json, form: CardForm, refusal: str, *, status: int = 200
) -> Answer:
    email = _known_email(machine, session)
    asked = [name for name in FIELDS if name != "email" or not email]
    payment = session["mode"] == "payment"
    submit = (session["custom_text"].get("submit") or {}).get("message", "")
    title = "Payer par carte" if payment else "Enregistrer une carte"
    content = fill(
        "checkout.html",
        title=title,
        merchant=machine.merchant,
        amount_html=_amount(session) if payment else fill("no_amount.html"),
        errors_html=_summary(form.errors, refusal),
        fields_html="".join(_field(name, form) for name in asked),
        submit_text_html=fill("paragraph.html", text=submit) if submit else "",
        submit=f"Payer {euros(session['amount_total'])}" if payment else "Enregistrer la carte",
        reuse_html=""
        if payment and not _saves(session)
        else fill("reuse.html", merchant=machine.merchant),
        cancel_html=_cancel(session),
        cards_html=card_rows(),
    )
    shown = f"Erreur : {title}" if form.errors or refusal else title
    leads_to = (session["success_url"], session["cancel_url"] or "")
    return page(shown, content, status=status, leads_to=leads_to)


def _saves(session: Json) -> bool:
    return bool(session["_payment"].get("setup_future_usage"))


def _amount(session: Json) -> str:
    rows = "".join(
        fill(
            "item_row.html", name=item["description"], details=item["_details"],
            quantity=str(item["quantity"]), amount=euros(item["amount_total"]),
        )
        for item in session["_line_items"]
    )  # fmt: skip
    return fill("items.html", rows_html=rows, total=euros(session["amount_total"]))


def _summary(errors: dict[str, str], refusal: str) -> str:
    if not errors and not refusal:
        return ""
    items = "".join(fill("error_item.html", name=name, text=text) for name, text in errors.items())
    return fill(
        "errors.html",
        title="La carte n’a pas été acceptée" if refusal else "Vérifiez ces points",
        refusal_html=fill("paragraph.html", text=refusal) if refusal else "",
        items_html=f"<ul>{items}</ul>" if items else "",
    )


def _field(name: str, form: CardForm) -> str:
    label, autocomplete, inputmode, hint = LABELS[name]
    error = form.errors.get(name, "")
    described = [f"{name}-aide"] * bool(hint) + [f"{name}-erreur"] * bool(error)
    return fill(
        "field.html",
        name=name, label=label, autocomplete=autocomplete, inputmode=inputmode,
        value_html=_attribute("value", form.values.get(name, "")),
        described_html=_attribute("aria-describedby", " ".join(described)),
        invalid_html=_attribute("aria-invalid", "true" if error else ""),
        hint_html=fill("hint.html", name=name, text=hint) if hint else "",
        error_html=fill("field_error.html", name=name, text=error) if error else "",
    )  # fmt: skip


def _attribute(name: str, value: str) -> str:
    return fill("attribute.html", name=name, value=value) if value else ""


def _cancel(session: Json) -> str:
    if not session["cancel_url"]:
        return ""
    return fill(
        "link.html",
        address=session["cancel_url"],
        text="Annuler et retourner sur le site du marchand",
    )
