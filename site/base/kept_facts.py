"""Facts of the published site that most pages need, read once per process between two changes.

Held under the same generation as the pages of ``base.page_cache``: whatever forgets those pages
forgets these facts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from django.db import connection
from django.http import HttpRequest

from base.page_cache import generation_of

MOST_FACTS = 500

Fact = TypeVar("Fact")
Key = tuple[Hashable, ...]


class KeptFacts:
    """Least recently used facts of one generation, shared by the threads of a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._facts: OrderedDict[Key, Any] = OrderedDict()
        self._generation = ""

    def recall(self, generation: str, key: Key, build: Callable[[], Fact]) -> Fact:
        with self._lock:
            if generation != self._generation:
                self._facts.clear()
                self._generation = generation
            if key in self._facts:
                self._facts.move_to_end(key)
                known: Fact = self._facts[key]
                return known
        fact = build()
        self._put(generation, key, fact)
        return fact

    def _put(self, generation: str, key: Key, fact: object) -> None:
        """Keeps the fact unless content changed while it was being built."""
        with self._lock:
            if generation == self._generation:
                self._facts[key] = fact
                while len(self._facts) > MOST_FACTS:
                    self._facts.popitem(last=False)


_process = KeptFacts()


def kept(request: HttpRequest, key: Key, build: Callable[[], Fact]) -> Fact:
    """What ``build`` returns, once per request and, between two changes, once per process.

    ``build`` depends on ``key`` and on what is published, never on the visitor or on a draft.
    The result is shared: nobody changes it.
    """
    known: dict[Key, Any] = request.__dict__.setdefault("_kept_facts", {})
    if key not in known:
        known[key] = _recall(request, key, build)
    fact: Fact = known[key]
    return fact


def _recall(request: HttpRequest, key: Key, build: Callable[[], Fact]) -> Fact:
    generation = generation_of(request)
    # A transaction sees its own changes, which the other requests of the process may not see.
    if generation is None or connection.in_atomic_block:
        return build()
    return _process.recall(generation, key, build)
