"""Shows a stored message and its files, as they were sent, to whoever the caller let in."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from base.private_files import FileFault, read
from mail.models import OutgoingMessage

# Its own styles, nothing else: no script, no request, whatever the message holds.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
OPENED_IN_THE_BROWSER = {"application/pdf"}


def html_response(message: OutgoingMessage) -> HttpResponse:
    """The links open beside the frame in which the message is shown."""
    shown = message.html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(
        shown, headers={"Content-Security-Policy": POLICY, "Cache-Control": "private, no-store"}
    )


def file_response(message: OutgoingMessage, sha256: str) -> HttpResponse:
    attachment = next((item for item in message.attached_files if item.sha256 == sha256), None)
    if attachment is None:
        raise Http404
    try:
        content = read(sha256)
    except FileFault as fault:
        raise Http404("Cette pièce jointe est illisible.") from fault
    downloads = attachment.content_type not in OPENED_IN_THE_BROWSER
    response = HttpResponse(content, content_type=attachment.content_type)
    response["Content-Disposition"] = (
        content_disposition_header(downloads, attachment.file_name) or "inline"
    )
    response["Cache-Control"] = "private, no-store"
    return response
