"""Everything the stand-in remembers, in one SQLite database: a file, or memory."""

import json
import secrets
import sqlite3
import string
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

from shop.payments.standin.errors import ApiError, Json

ALPHABET = string.ascii_letters + string.digits
IDENTIFIER_LENGTH = 24

TABLES = {
    "objects": "number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, kind TEXT, body TEXT",
    "keys": "key TEXT PRIMARY KEY, fingerprint TEXT, created INTEGER, request TEXT, "
    "status INTEGER, body TEXT",
    "deliveries": "number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT, due REAL, attempts INTEGER, "
    "state TEXT, answers TEXT",
    "jobs": "number INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER, action TEXT, target TEXT",
    "settings": "name TEXT PRIMARY KEY, value TEXT",
    "requests": "number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT",
}


def new_id(prefix: str) -> str:
    return prefix + "_" + "".join(secrets.choice(ALPHABET) for _ in range(IDENTIFIER_LENGTH))


class Store:
    """One connection behind one lock: a call sees no other half done."""

    def __init__(self, path: str) -> None:
        self.lock = RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        for table, columns in TABLES.items():
            self._connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
        self.execute("DELETE FROM keys WHERE status IS NULL")  # in flight when the process ended

    def close(self) -> None:
        with self.lock:
            self._connection.close()

    def reset(self) -> None:
        with self.transaction():
            for table in TABLES:
                if table != "settings":
                    self.execute(f"DELETE FROM {table}")  # noqa: S608  our own names
            self.execute("DELETE FROM settings WHERE name NOT LIKE 'webhook%'")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.lock:
            if self._depth:
                yield
                return
            self._depth = 1
            self._connection.execute("BEGIN IMMEDIATE")
            end = "ROLLBACK"
            try:
                yield
                end = "COMMIT"
            except ApiError as error:
                end = "COMMIT" if error.keeps else "ROLLBACK"
                raise
            finally:
                self._connection.execute(end)
                self._depth = 0

    def execute(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.lock:
            return self._connection.execute(sql, values).fetchall()

    def put(self, body: Json) -> Json:
        self.execute(
            "INSERT INTO objects (id, kind, body) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            body["id"], body["object"], json.dumps(body),
        )  # fmt: skip
        return body

    def get(self, identifier: str) -> Json | None:
        rows = self.execute("SELECT body FROM objects WHERE id = ?", identifier)
        return json.loads(rows[0][0]) if rows else None

    def all(self, kind: str) -> list[Json]:
        """Newest first, as every list of Stripe."""
        rows = self.execute("SELECT body FROM objects WHERE kind = ? ORDER BY number DESC", kind)
        return [json.loads(body) for (body,) in rows]

    def having_status(self, kind: str, status: str) -> list[Json]:
        rows = self.execute(
            "SELECT body FROM objects WHERE kind = ? AND json_extract(body, '$.status') = ? "
            "ORDER BY number",
            kind, status,
        )  # fmt: skip
        return [json.loads(body) for (body,) in rows]

    def setting(self, name: str, default: Any = None) -> Any:
        rows = self.execute("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(rows[0][0]) if rows else default

    def set(self, name: str, value: Any) -> None:
        self.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, json.dumps(value))
