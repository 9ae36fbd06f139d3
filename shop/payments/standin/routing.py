"""Addresses of the API, lists with their cursors, and ``expand``."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from shop.payments.standin.errors import ApiError, Json, no_such
from shop.payments.standin.machine import Machine

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
MAX_DEPTH = 4
Handler = Callable[..., Json]


@dataclass(frozen=True)
class Route:
    method: str
    path: str  # with {} where identifiers stand
    schema: type
    handler: Handler

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        if method != self.method:
            return None
        found = re.fullmatch(self.path.replace("{}", "([A-Za-z0-9_-]+)"), path)
        return found.groups() if found else None


def retrieving(kind: str) -> Handler:
    def retrieve(machine: Machine, params: Json, identifier: str) -> Json:
        return machine.find(kind, identifier)

    return retrieve


def listing(kind: str, path: str, *filters: str) -> Handler:
    """A list that ``created`` and equality on some fields narrow."""

    def listed(machine: Machine, params: Json) -> Json:
        wanted = {name: params[name] for name in filters if name in params}
        found = [
            body
            for body in machine.store.all(kind)
            if all(body.get(name) == value for name, value in wanted.items())
            and created_within(body, params)
        ]
        return page_of(found, params, path)

    return listed


def created_within(body: Json, params: Json) -> bool:
    limits = params.get("created", {})
    if isinstance(limits, int):
        return body["created"] == limits
    created = body["created"]
    return (
        created > limits.get("gt", -1)
        and created >= limits.get("gte", 0)
        and created < limits.get("lt", created + 1)
        and created <= limits.get("lte", created)
    )


def page_of(found: list[Json], params: Json, path: str) -> Json:
    limit = params.get("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MAX_LIMIT:
        raise ApiError(f"Invalid limit: {limit} is not between 1 and {MAX_LIMIT}.", param="limit")
    if "ending_before" in params:
        before = found[: _place(found, params, "ending_before")]
        data, more = before[-limit:], len(before) > limit
    else:
        start = _place(found, params, "starting_after") + 1 if "starting_after" in params else 0
        data, more = found[start : start + limit], len(found) > start + limit
    return {"object": "list", "data": data, "has_more": more, "url": path}


def _place(found: list[Json], params: Json, cursor: str) -> int:
    for place, body in enumerate(found):
        if body["id"] == params[cursor]:
            return place
    raise no_such("object", params[cursor], param=cursor)


def search(machine: Machine, kind: str, path: str, params: Json) -> Json:
    clauses = [_clause(part) for part in re.split(r"\s+AND\s+", params["query"].strip())]
    found = [body for body in machine.store.all(kind) if all(fits(body) for fits in clauses)]
    listed = page_of(found, {"limit": params.get("limit", DEFAULT_LIMIT)}, path)
    return listed | {"object": "search_result", "next_page": None}


def _clause(text: str) -> Callable[[Json], bool]:
    metadata = re.fullmatch(r"""metadata\[["']([^"']+)["']\]:["']([^"']*)["']""", text)
    if metadata:
        name, value = metadata.groups()
        return lambda body: body.get("metadata", {}).get(name) == value
    plain = re.fullmatch(r"""(status|customer|email|currency):["']([^"']*)["']""", text)
    if not plain:
        raise ApiError(f"We were unable to parse your search query: {text}", param="query")
    field, wanted = plain.groups()
    return lambda body: body.get(field) == wanted


Includable = Callable[[Machine, Json], Json]


def expand(
    machine: Machine, body: Json, paths: Iterable[str], included: dict[tuple[str, str], Includable]
) -> Json:
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_DEPTH + (parts[0] == "data"):
            raise ApiError(
                f"You cannot expand more than {MAX_DEPTH} levels: {path}.", param="expand"
            )
        _expand(machine, body, parts, path, included)
    return body


def _expand(
    machine: Machine,
    body: Any,
    parts: list[str],
    path: str,
    included: dict[tuple[str, str], Includable],
) -> None:
    if isinstance(body, list):
        for item in body:
            _expand(machine, item, parts, path, included)
        return
    if not parts or body is None:
        return
    name, *rest = parts
    if (body.get("object", ""), name) in included and not isinstance(body.get(name), dict):
        body[name] = included[body["object"], name](machine, body)
    elif name not in body:
        raise ApiError(
            f"This property cannot be expanded ({path}).", param="expand", recorded=False
        )
    elif isinstance(body[name], str):
        body[name] = _object_named(machine, body[name], path)
    _expand(machine, body[name], rest, path, included)


def _object_named(machine: Machine, identifier: str, path: str) -> Json:
    found = machine.store.get(identifier)
    if not found:
        raise ApiError(
            f"This property cannot be expanded ({path}).", param="expand", recorded=False
        )
    return found
