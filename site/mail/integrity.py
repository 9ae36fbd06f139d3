from __future__ import annotations

from collections.abc import Iterator

from base.private_files import FileFault, read
from mail.models import OutgoingMessage


def message_faults() -> Iterator[str]:
    """Messages that no longer say what was sent, and attachments that cannot be shown any more."""
    checked: set[str] = set()
    for message in OutgoingMessage.objects.order_by("pk").iterator(chunk_size=500):
        if message.sha256 != message.digest():
            yield f"le message {message.pk} ne correspond pas à son empreinte."
        for attachment in message.attached_files:
            if attachment.sha256 not in checked:
                checked.add(attachment.sha256)
                yield from _file_faults(attachment.sha256, message.pk)


def _file_faults(digest: str, pk: int) -> Iterator[str]:
    try:
        read(digest)
    except FileFault:
        yield f"une pièce jointe du message {pk} est illisible ({digest})."
