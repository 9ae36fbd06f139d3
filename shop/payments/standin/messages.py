"""A request and its answer, without the sockets."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from shop.payments.standin.errors import Json


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""

    @property
    def form(self) -> dict[str, str]:
        parsed = parse_qs(self.body.decode(errors="replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in parsed.items()}


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False  # the connection closes instead


def json_answer(body: Json, status: int = 200) -> Answer:
    text = json.dumps(body, indent=2, ensure_ascii=False).encode()
    return Answer(status, text, {"Content-Type": "application/json; charset=utf-8"})


def redirect(address: str) -> Answer:
    return Answer(303, b"", {"Location": address})
