"""Delivery status notifications (RFC 3464): what other mail servers say of a message of ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage, Message
from pathlib import Path

STATUS = "message/delivery-status"
FAILED = "failed"  # delayed, relayed, delivered and expanded say nothing is wrong yet


@dataclass(frozen=True)
class Bounce:
    message_id: str
    reason: str


def read_bounce(content: bytes) -> Bounce | None:
    """The message that did not arrive, and why; None for any other mail."""
    mail = message_from_bytes(content, policy=policy.default)
    reasons = [_reason(group) for group in _recipient_groups(mail) if _has_failed(group)]
    message_id = next(_original_ids(mail), "")
    return Bounce(message_id, " ".join(reasons)) if reasons and message_id else None


def mail_files(folder: Path) -> list[Path]:
    """Every mail of a folder of files or of a Maildir, whose ``tmp`` holds unfinished ones."""
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and path.parent.name != "tmp"
    )


def _recipient_groups(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == STATUS and part.is_multipart():
            yield from part.get_payload()  # type: ignore[misc]  # groups of fields, as messages


def _has_failed(group: Message) -> bool:
    return str(group.get("Action", "")).strip().lower() == FAILED


def _reason(group: Message) -> str:
    diagnostic = str(group.get("Diagnostic-Code", "")).rpartition(";")[2]
    return " ".join(f"{group.get('Status', '')} {diagnostic}".split())


def _original_ids(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        original = _original(part)
        if original is not None and original["Message-ID"]:
            yield str(original["Message-ID"]).strip()


def _original(part: Message) -> Message | None:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        return inner if isinstance(inner, Message) else None
    if part.get_content_type() == "text/rfc822-headers" and isinstance(part, EmailMessage):
        return message_from_string(part.get_content(), policy=policy.default)
    return None
