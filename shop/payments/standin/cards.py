"""Stripe's test cards: what each one does when it is saved, charged, refunded."""

import hashlib
from dataclasses import dataclass
from typing import Literal

Authentication = Literal["never", "unless_saved", "always"]


@dataclass(frozen=True)
class Card:
    number: str
    token: str  # as in pm_card_visa
    effect: str
    authentication: Authentication = "never"
    declines: str | None = None
    can_be_saved: bool = True
    refund: Literal["", "failed", "pending"] = ""
    disputed: bool = False

    @property
    def brand(self) -> str:
        return "mastercard" if self.number.startswith("5") else "visa"

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.number.encode()).hexdigest()[:16]

    @property
    def spaced(self) -> str:
        return " ".join(self.number[place : place + 4] for place in range(0, len(self.number), 4))


def _refused(number: str, token: str, code: str, effect: str) -> Card:
    return Card(number, token, effect, declines=code, can_be_saved=False)


CARDS = (
    Card("4242424242424242", "visa", "Acceptée, sans authentification."),
    Card("5555555555554444", "mastercard", "Acceptée, sans authentification (Mastercard)."),
    Card(
        "4000002500003155", "authenticationRequiredOnSetup",
        "Demande l’authentification à l’enregistrement ou au premier paiement, puis plus.",
        authentication="unless_saved",
    ),
    Card(
        "4000002760003184", "authenticationRequired",
        "Demande l’authentification à chaque paiement, même en l’absence du client.",
        authentication="always",
    ),
    Card(
        "4000000000000341", "chargeCustomerFail",
        "S’enregistre, puis chaque paiement est refusé.", declines="generic_decline",
    ),
    Card(
        "4000008260003178", "authenticationRequiredChargeDeclinedInsufficientFunds",
        "Demande l’authentification, s’enregistre, puis provision insuffisante à chaque paiement.",
        authentication="unless_saved", declines="insufficient_funds",
    ),
    _refused("4000000000000002", "chargeDeclined", "generic_decline", "Refusée sans motif."),
    _refused(
        "4000000000009995", "chargeDeclinedInsufficientFunds", "insufficient_funds",
        "Refusée : provision insuffisante.",
    ),
    _refused("4000000000009987", "chargeDeclinedLostCard", "lost_card", "Refusée : carte perdue."),
    _refused("4000000000009979", "chargeDeclinedStolenCard", "stolen_card", "Refusée : carte volée."),
    _refused("4000000000000069", "chargeDeclinedExpiredCard", "expired_card", "Refusée : carte expirée."),
    _refused(
        "4000000000000127", "chargeDeclinedIncorrectCvc", "incorrect_cvc",
        "Refusée : cryptogramme inexact.",
    ),
    _refused(
        "4000000000000119", "chargeDeclinedProcessingError", "processing_error",
        "Refusée : erreur de traitement à la banque.",
    ),
    _refused(
        "4000000000006975", "chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded",
        "Refusée : plafond dépassé.",
    ),
    _refused(
        "4100000000000019", "radarBlock", "fraudulent", "Bloquée : risque de fraude le plus élevé.",
    ),
    Card(
        "4000000000005126", "refundFail",
        "Acceptée ; un remboursement réussit, puis échoue quelques secondes plus tard.",
        refund="failed",
    ),
    Card(
        "4000000000007726", "pendingRefund",
        "Acceptée ; un remboursement reste en attente quelques secondes, puis réussit.",
        refund="pending",
    ),
    Card(
        "4000000000000259", "createDispute",
        "Acceptée, puis contestée par le titulaire pour fraude.", disputed=True,
    ),
)  # fmt: skip

BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {card.token: card for card in CARDS}
BY_FINGERPRINT = {card.fingerprint: card for card in CARDS}
