"""What the file of proof says: who signed what, when, how it was checked, and everything that happened. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from base.civil_dates import PARIS
from base.typography import french_date
from documents.letterhead import Letterhead

# What an event keeps, as the proof prints it; the address and the browser come apart.
PRINTED = {
    "number": "numéro",
    "reference": "référence",
    "email": "adresse e-mail",
    "function": "fonction",
    "text": "déclaration",
    "tries": "codes faux",
    "message": "message",
    "sha256": "empreinte",
    "files": "empreintes des fichiers",
    "reason": "motif",
    "valid_until": "valable jusqu’au",
    "terms": "CGV",
}
DAY = "valid_until"  # the others are words that somebody typed, even when they look like a date


@dataclass(frozen=True)
class Happened:
    """An event of the journal; ``details`` are ready to be printed."""

    at: datetime
    name: str
    actor: str
    ip: str = ""
    user_agent: str = ""
    details: tuple[str, ...] = ()

    @property
    def instant(self) -> str:
        return instant(self.at)


@dataclass(frozen=True)
class PaperSeen:
    """A file that came back on paper, and what was seen on it."""

    name: str
    sha256: str
    size: int
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """``signed_sha256`` is empty for a paper, whose files are ``papers``."""

    number: str
    reference: str
    title: str
    issuer: Letterhead
    client: str
    client_number: str
    channel: str
    signatory: str
    function: str
    email: str
    statements: tuple[str, ...]
    mention: str
    signed_at: datetime
    recorded_at: datetime
    terms_number: str
    terms_sha256: str
    document_sha256: str
    signed_sha256: str = ""
    ip: str = ""
    user_agent: str = ""
    code: tuple[str, ...] = ()
    recorded_by: str = ""
    paper_date: str = ""
    papers: tuple[PaperSeen, ...] = ()
    events: tuple[Happened, ...] = ()

    @property
    def running_title(self) -> str:
        return f"Dossier de preuve · {self.number}"

    @property
    def signed(self) -> str:
        return instant(self.signed_at)

    @property
    def recorded(self) -> str:
        return instant(self.recorded_at)


def instant(at: datetime) -> str:
    """Coordinated time first, as machines compare it, then the hour of Paris."""
    local = at.astimezone(PARIS)
    return f"{at.astimezone(UTC):%d/%m/%Y %H:%M:%S} UTC ({local:%H:%M:%S} à Paris)"


def happened(at: datetime, name: str, actor: str, data: Mapping[str, Any]) -> Happened:
    details = (
        f"{label} : {_text(key, data[key])}" for key, label in PRINTED.items() if data.get(key)
    )
    return Happened(
        at,
        name,
        actor,
        ip=str(data.get("ip") or ""),
        user_agent=str(data.get("user_agent") or ""),
        details=tuple(details),
    )


def _text(key: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return french_date(date.fromisoformat(value)) if key == DAY else str(value)
