"""Signing a proposal online: the code, the mention, what is ticked and for how long it holds. Pure.

Instants are aware; law.md S-01 to S-03.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

MENTION = "BON POUR ACCORD"
CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=15)
MOST_CODES = 4  # the first one, and three more on demand
MOST_WRONG_TRIES = 5
BLOCKED_FOR = timedelta(hours=1)
CONFIRMED_FOR = timedelta(hours=2)  # to read the whole proposal after the code
MOST_SIGNINGS_PER_HOUR = 10  # of one proposal: each may send a code to a new address


class Channel(StrEnum):
    ONLINE = "online"
    PAPER = "paper"

    @property
    def label(self) -> str:
        return {Channel.ONLINE: "en ligne", Channel.PAPER: "sur papier"}[self]


def new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def read_code(typed: str) -> str:
    """The digits of what was typed, spaces apart; empty when that is no code."""
    digits = "".join(typed.split())
    is_code = len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit()
    return digits if is_code else ""


def is_mention(typed: str) -> bool:
    """Whatever its capitals, accents and spaces."""
    decomposed = unicodedata.normalize("NFKD", typed)
    letters = (char for char in decomposed if not unicodedata.combining(char))
    return "".join("".join(letters).split()).casefold() == MENTION.replace(" ", "").casefold()


def is_alive(sent_at: datetime | None, now: datetime) -> bool:
    """Whether a code sent then still opens."""
    return sent_at is not None and now < sent_at + CODE_LIFETIME


def is_confirmed(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether the address that was proved then may still sign."""
    return confirmed_at is not None and now < confirmed_at + CONFIRMED_FOR


def blocked_until(
    wrong_tries: int, latest_wrong_at: datetime | None, now: datetime
) -> datetime | None:
    """The end of the hour that follows the fifth wrong code; None when nothing is blocked."""
    if latest_wrong_at is None or wrong_tries < MOST_WRONG_TRIES:
        return None
    end = latest_wrong_at + BLOCKED_FOR
    return end if now < end else None


def authority_sentence(company: str) -> str:
    return f"Je déclare être habilité(e) à engager {company}."


def terms_sentence(terms_number: str) -> str:
    return (
        f"J’ai lu et j’accepte les conditions générales de vente, version {terms_number}, jointes à "
        "la proposition."
    )


# On the page of the signature as in the proposal: C. civ. art. 1368, law.md S-03.
PROOF_AGREEMENT = (
    "Les parties conviennent que la saisie de la mention et la signature électronique valent mention "
    "manuscrite, paraphe de chaque page et signature (Code civil, article 1368)."
)


def proof_number(document_number: str) -> str:
    """One signature a proposal: the number follows from its own."""
    return f"S-{document_number}"
