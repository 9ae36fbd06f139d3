"""What ``verify`` looks at: each room registers how to find its own faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Check = Callable[[], Iterator[str]]
_checks: dict[str, Check] = {}


def register_check(name: str, check: Check) -> None:
    """``check`` yields one French sentence a fault, nothing when all is well."""
    _checks[name] = check


def faults() -> Iterator[tuple[str, str]]:
    for name, check in _checks.items():
        for fault in check():
            yield name, fault
