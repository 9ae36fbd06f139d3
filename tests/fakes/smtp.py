"""A mail server on loopback that does what a test asks for, and remembers what it took."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import SO_RCVBUF, SOL_SOCKET, create_server, socket


@dataclass
class FakeSmtpServer:
    """``answers`` replaces the answer to a verb (``RCPT``, ``END`` for the end of the message).

    ``None`` cuts the connection, ``""`` never answers. ``pauses`` names the places where the server
    stops and waits: ``reached`` is set there, ``go_on`` lets it continue.
    """

    answers: dict[str, str | None] = field(default_factory=dict)
    pauses: set[str] = field(default_factory=set)
    accepted: list[EmailMessage] = field(default_factory=list)
    conversations: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> FakeSmtpServer:
        self._listener = create_server(("127.0.0.1", 0))
        self._listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 8192)  # a long message fills it
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.go_on.set()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.conversations += 1
            threading.Thread(target=self._converse, args=(client,), daemon=True).start()

    def _converse(self, client: socket) -> None:
        with client, client.makefile("rb") as lines:
            try:
                if not self._answer(client, "GREETING", "220 essai"):
                    return
                for line in lines:
                    verb = line.split()[0].decode().upper() if line.strip() else ""
                    if not self._command(client, lines, verb):
                        return
            except OSError:
                return

    def _command(self, client: socket, lines, verb: str) -> bool:
        if verb == "DATA" and "DATA" not in self.answers:
            client.sendall(b"354 continuez\r\n")
            return self._take_message(client, lines)
        if verb == "EHLO":
            return self._answer(client, verb, "250-essai\r\n250 AUTH PLAIN")
        return self._answer(client, verb, "221 au revoir" if verb == "QUIT" else "250 bien")

    def _take_message(self, client: socket, lines) -> bool:
        content = []
        self._pause("CONTENT")
        for line in lines:
            if line == b".\r\n":
                return self._finish(client, b"".join(content))
            content.append(line.removeprefix(b"."))
        return False  # cut before its end: a server forgets the message

    def _finish(self, client: socket, content: bytes) -> bool:
        self._pause("END")
        answer = self.answers.get("END", "250 pris en charge")
        if answer is None or answer.startswith("250"):
            self.accepted.append(message_from_bytes(content, policy=policy.default))
        self._pause("ACCEPTED")
        return self._answer(client, "END", "250 pris en charge")

    def _answer(self, client: socket, verb: str, usual: str) -> bool:
        if verb != "END":
            self._pause(verb)
        answer = self.answers.get(verb, usual)
        if answer == "":
            self.go_on.wait(30)
        if not answer:
            return False
        client.sendall(f"{answer}\r\n".encode())
        return verb != "QUIT"

    def _pause(self, place: str) -> None:
        if place in self.pauses:
            self.reached.set()
            self.go_on.wait(30)
