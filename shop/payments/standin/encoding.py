"""Form encoding as Stripe reads it: ``a[b][0]=c`` is ``{"a": {"b": ["c"]}}``."""

import re
from typing import Any
from urllib.parse import parse_qsl

from shop.payments.standin.errors import ApiError, Json

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_PART = re.compile(r"\[([^\[\]]*)\]")


def decode(text: str) -> Json:
    tree: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        match = _NAME.match(name)
        if not match:
            raise ApiError(f"Invalid parameter name: {name}", recorded=False)
        _place(tree, [match[1], *_PART.findall(match[2])], value, name)
    return {name: _lists(value) for name, value in tree.items()}


def _place(tree: Json, path: list[str], value: str, name: str) -> None:
    *parents, last = path
    for part in parents:
        tree = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise ApiError(f"Invalid parameter: {name}", recorded=False)
    tree[last or str(len(tree))] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdecimal() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(item) for key, item in value.items()}
