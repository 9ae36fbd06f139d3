"""Refuses what Stripe would refuse, by the typed parameters of the installed ``stripe`` package.

Stripe generates those types from its own description of the API: names, nesting, types and the
values of enumerations are checked here against them, so a misspelt parameter fails before production.
"""

import sys
import types
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from stripe._request_options import RequestOptions

from shop.payments.standin.errors import (
    ApiError,
    Json,
    missing_parameter,
    refused_parameter,
    unknown_parameter,
)

OPTIONS = frozenset(RequestOptions.__annotations__)  # of a call in Python, never sent as parameters
MAX_METADATA = 50
MAX_METADATA_NAME = 40
MAX_METADATA_VALUE = 500
WITHDRAWN = {"payment_method_types": "payment_method_types_no_longer_supported"}


def validate(schema: type, raw: Json) -> Json:
    """Converted parameters. Raises ApiError for the first that Stripe does not know."""
    return _record(schema, raw, "")


@cache
def fields(schema: type) -> dict[str, Any]:
    own = {name: hint for name, hint in schema.__annotations__.items() if name not in OPTIONS}
    # Stripe's shared options name types imported for the checker only: they are left out first.
    holder = type("Fields", (), {"__annotations__": own})
    return get_type_hints(holder, globalns=vars(sys.modules[schema.__module__]))


def _record(schema: type, raw: Any, path: str) -> Json:
    if not isinstance(raw, dict):
        raise refused_parameter(f"Invalid object: {path}", None, path)
    known = fields(schema)
    for name in raw:
        if name not in known:
            where = _join(path, name)
            if name in WITHDRAWN and not path:
                raise refused_parameter(f"{name} can no longer be sent.", WITHDRAWN[name], where)
            raise unknown_parameter(where)
    required: frozenset[str] = getattr(schema, "__required_keys__", frozenset())
    for name in sorted(required.difference(raw)):
        raise missing_parameter(_join(path, name))
    return {name: _value(known[name], item, _join(path, name)) for name, item in raw.items()}


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(hint: Any, raw: Any, path: str) -> Any:
    choices = _choices(hint)
    if isinstance(raw, dict):
        return _mapping(choices, raw, path)
    if isinstance(raw, list):
        return _sequence(choices, raw, path)
    return _scalar(choices, raw, path)


def _choices(hint: Any) -> list[Any]:
    if get_origin(hint) in (Union, types.UnionType):
        return [choice for part in get_args(hint) for choice in _choices(part)]
    return [hint]


def _is_record(hint: Any) -> bool:
    return isinstance(hint, type) and hasattr(hint, "__required_keys__")


def _mapping(choices: list[Any], raw: Json, path: str) -> Json:
    records = [choice for choice in choices if _is_record(choice)]
    if records:
        return _first_that_fits(records, raw, path)
    if not any(get_origin(choice) is dict or choice is dict for choice in choices):
        raise refused_parameter(f"Invalid value for {path}: an object", None, path)
    if path == "metadata" or path.endswith("[metadata]"):
        _check_metadata(raw, path)
    return raw


def _first_that_fits(records: list[Any], raw: Json, path: str) -> Json:
    refusal: ApiError | None = None
    for record in records:
        try:
            return _record(record, raw, path)
        except ApiError as error:
            refusal = refusal or error
    raise refusal or unknown_parameter(path)


def _sequence(choices: list[Any], raw: list[Any], path: str) -> list[Any]:
    for choice in choices:
        if get_origin(choice) is list:
            (item,) = get_args(choice)
            return [_value(item, part, f"{path}[{index}]") for index, part in enumerate(raw)]
    raise refused_parameter("Invalid string: an array", None, path)


def _scalar(choices: list[Any], raw: str, path: str) -> Any:
    values = [
        value for choice in choices if get_origin(choice) is Literal for value in get_args(choice)
    ]
    if raw in values:
        return raw
    for kind, convert in _CONVERSIONS.items():
        if kind in choices and (converted := convert(raw)) is not None:
            return converted
    enumeration = [value for value in values if value]
    # An open enumeration is typed ``Literal[...] | str``: the server still knows only its values.
    if str in choices and not enumeration:
        return _string(raw, path)
    raise _refused_scalar(choices, enumeration, raw, path)


def _integer(raw: str) -> int | None:
    return int(raw) if raw.removeprefix("-").isdecimal() and raw.isascii() else None


def _boolean(raw: str) -> bool | None:
    return {"true": True, "false": False}.get(raw.lower())


_CONVERSIONS: dict[type, Callable[[str], Any]] = {int: _integer, bool: _boolean}


def _string(raw: str, path: str) -> str:
    if not raw:
        raise refused_parameter(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset "
            "a parameter; however it cannot be unset.",
            "parameter_invalid_empty",
            path,
        )
    return raw


def _refused_scalar(choices: list[Any], enumeration: list[str], raw: str, path: str) -> ApiError:
    if enumeration:
        known = ", ".join(map(str, enumeration))
        return refused_parameter(f"Invalid {path}: must be one of {known}", None, path)
    if int in choices:
        return refused_parameter(f"Invalid integer: {raw}", "parameter_invalid_integer", path)
    if bool in choices:
        return refused_parameter(f"Invalid boolean: {raw}", None, path)
    return refused_parameter(f"Invalid value for {path}: {raw}", None, path)


def _check_metadata(metadata: Json, path: str) -> None:
    if len(metadata) > MAX_METADATA:
        raise refused_parameter(f"Metadata holds at most {MAX_METADATA} keys.", None, path)
    for name, value in metadata.items():
        if len(name) > MAX_METADATA_NAME or not isinstance(value, str):
            raise refused_parameter(f"Invalid metadata key: {name}", None, _join(path, name))
        if len(value) > MAX_METADATA_VALUE:
            raise refused_parameter(
                f"Metadata values can have up to {MAX_METADATA_VALUE} characters.",
                None,
                _join(path, name),
            )
