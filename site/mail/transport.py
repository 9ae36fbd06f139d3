"""One message to one mail server, with every answer told apart.

SMTP leaves one instant of doubt: the server has the last byte, and we do not have its answer.
``handing_over`` is called right before that last byte. Whatever stops us earlier has sent nothing,
since a server discards a message without its end (RFC 5321, 4.1.1.4); whatever stops us later
is doubtful, and only that.
"""

from __future__ import annotations

import logging
import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from mail.rules import Outcome

logger = logging.getLogger(__name__)

END_OF_MESSAGE = b".\r\n"
READY, GO_AHEAD = range(200, 300), 354


class DeliveryFault(Exception):
    def __init__(self, outcome: Outcome, reply: str) -> None:
        super().__init__(reply)
        self.outcome, self.reply = outcome, reply


def send(message: EmailMessage, *, handing_over: Callable[[], None]) -> str:
    """The answer of the server that took the message. Raises DeliveryFault."""
    with _opened() as connection:
        if isinstance(connection, smtp.EmailBackend) and connection.connection:
            return _converse(connection.connection, message, handing_over)
        handing_over()
        with _told_as(Outcome.DOUBTFUL):
            connection.send_messages([message])
    return "remis sans serveur de messagerie"


@contextmanager
def _opened() -> Iterator[BaseEmailBackend]:
    connection = get_connection()
    try:
        with _told_as(Outcome.CONNECTION):
            connection.open()
        yield connection
    finally:
        try:
            connection.close()
        except OSError as error:  # the message has its answer already
            logger.warning("Le serveur de messagerie a mal fermé la connexion : %s", error)


@contextmanager
def _told_as(outcome: Outcome) -> Iterator[None]:
    """What the network or the server breaks; smtplib's own errors are OSError as well."""
    try:
        yield
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise DeliveryFault(Outcome.AUTHENTICATION, _words_of(error)) from error
    except OSError as error:
        raise DeliveryFault(outcome, _words_of(error)) from error


def _words_of(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _readable(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__


def _readable(code: int, words: bytes | str) -> str:
    return f"{code} {words if isinstance(words, str) else words.decode(errors='replace')}"


def _converse(server: smtplib.SMTP, message: EmailMessage, handing_over: Callable[[], None]) -> str:
    encoding = message.encoding or "utf-8"
    content = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own
    with _told_as(Outcome.CONNECTION):
        server.ehlo_or_helo_if_needed()
        _expect(READY, server.mail(sanitize_address(message.from_email, encoding)))
        for recipient in message.recipients():
            answer = server.rcpt(sanitize_address(recipient, encoding))
            _expect(READY, answer, permanent=Outcome.RECIPIENT)
        _expect(range(GO_AHEAD, GO_AHEAD + 1), server.docmd("data"))
        server.send(_dotted(content))
    try:
        handing_over()
    except BaseException:
        server.close()  # not QUIT, which would be read as a line of the message
        raise
    with _told_as(Outcome.DOUBTFUL):
        server.send(END_OF_MESSAGE)
        return _expect(READY, server.getreply())


def _expect(wanted: range, answer: tuple[int, bytes], permanent: Outcome = Outcome.REFUSED) -> str:
    code, words = answer
    reply = _readable(code, words)
    if code in wanted:
        return reply
    if code == -1:  # smtplib's word for a line that is not SMTP
        raise OSError(reply)
    raise DeliveryFault(permanent if code >= 500 else Outcome.TEMPORARY, reply)


def _dotted(content: bytes) -> bytes:
    """A line that starts with a dot gets a second one (RFC 5321, 4.5.2); ends with a line end."""
    dotted = re.sub(rb"(?m)^\.", b"..", content)
    return dotted if dotted.endswith(b"\r\n") else dotted + b"\r\n"
