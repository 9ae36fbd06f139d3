"""Why a bank refuses, as Stripe's 402 answers and ``last_payment_error`` tell it."""

from dataclasses import dataclass

from shop.payments.standin.errors import DOC_URL, ApiError, Json
from shop.payments.standin.machine import public

DO_NOT_TRY_AGAIN = "do_not_try_again"
CONFIRM_CARD_DATA = "confirm_card_data"
TRY_AGAIN_LATER = "try_again_later"


@dataclass(frozen=True)
class Decline:
    """As a declined charge tells it; the customer reads ``french`` on the hosted pages."""

    decline_code: str
    code: str = "card_declined"
    advice: str | None = TRY_AGAIN_LATER
    message: str = "Your card was declined."
    french: str = (
        "Votre banque a refusé cette carte. Utilisez-en une autre ou adressez-vous à elle."
    )


DECLINES = {
    decline.decline_code: decline
    for decline in (
        Decline("generic_decline"),
        Decline("do_not_honor"),
        Decline("call_issuer", advice=None),
        Decline(
            "insufficient_funds", message="Your card has insufficient funds.",
            french="La provision de cette carte est insuffisante. Utilisez-en une autre.",
        ),
        Decline("card_velocity_exceeded"),
        Decline("withdrawal_count_limit_exceeded"),
        Decline("lost_card", advice=DO_NOT_TRY_AGAIN),
        Decline("stolen_card", advice=DO_NOT_TRY_AGAIN),
        Decline("pickup_card", advice=DO_NOT_TRY_AGAIN),
        Decline("fraudulent", advice=DO_NOT_TRY_AGAIN),
        Decline("transaction_not_allowed", advice=DO_NOT_TRY_AGAIN),
        Decline("revocation_of_authorization", advice=DO_NOT_TRY_AGAIN),
        Decline("stop_payment_order", advice=DO_NOT_TRY_AGAIN),
        Decline("issuer_not_available"),
        Decline("try_again_later"),
        Decline("reenter_transaction"),
        Decline(
            "expired_card", "expired_card", CONFIRM_CARD_DATA, "Your card has expired.",
            "Cette carte a expiré. Utilisez-en une autre.",
        ),
        Decline(
            "incorrect_cvc", "incorrect_cvc", CONFIRM_CARD_DATA,
            "Your card's security code is incorrect.",
            "Le cryptogramme est inexact. Vérifiez les trois chiffres au dos de la carte.",
        ),
        Decline(
            "incorrect_number", "incorrect_number", CONFIRM_CARD_DATA,
            "Your card number is incorrect.", "Le numéro de la carte est inexact. Vérifiez-le.",
        ),
        Decline(
            "processing_error", "processing_error",
            message="An error occurred while processing your card. Try again in a little bit.",
            french="La banque n’a pas pu traiter la demande. Réessayez dans quelques minutes.",
        ),
        Decline(
            "authentication_required", "authentication_required", None,
            "Your card was declined. This transaction requires authentication.",
            "La banque demande une authentification.",
        ),
    )
}  # fmt: skip


def details(decline_code: str, method: Json, *, charge: str | None = None) -> Json:
    decline = DECLINES.get(decline_code) or Decline(decline_code)
    body: Json = {
        "type": "card_error", "code": decline.code, "decline_code": decline_code,
        "message": decline.message, "doc_url": DOC_URL + decline.code.replace("_", "-"),
        "payment_method": public(method),
    }  # fmt: skip
    if charge:
        body["charge"] = charge
    if decline.advice:
        body["advice_code"] = decline.advice
    return body


def card_error(body: Json, **carried: Json) -> ApiError:
    """``carried``: the intent that failed, which stays as the attempt left it."""
    rest = {name: value for name, value in body.items() if name not in ("message", "type", "code")}
    return ApiError(
        body["message"], status=402, kind="card_error", code=body["code"], keeps=True,
        **rest, **{name: public(value) for name, value in carried.items()},
    )  # fmt: skip


def french(error: Json) -> str:
    decline = DECLINES.get(error.get("decline_code", ""))
    return decline.french if decline else Decline("").french
