"""Rows that prove something: written once, then refused any change by the model and by the database.

The triggers are installed after every ``migrate``, not inside a migration: SQLite rebuilds a table
to alter it, and a rebuilt table has lost its triggers.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, NoReturn, Self

from django.apps import apps
from django.db import connections, models

MESSAGE = "Cette ligne est une preuve : elle ne change plus."


class Immutable(Exception):
    """Somebody tried to change or delete what is kept as proof."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{MESSAGE} {detail}".strip())


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **fields: Any) -> int:
        if frozen := sorted(set(fields) - set(self.model.changing_fields)):
            raise Immutable(", ".join(frozen))
        return super().update(**fields)

    def delete(self) -> NoReturn:
        raise Immutable


class AppendOnly(models.Model):
    """``changing_fields`` are the follow-up that may move (a delivery state); all else is written once."""

    changing_fields: ClassVar[tuple[str, ...]] = ()

    objects: ClassVar[Any] = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            named = kwargs.get("update_fields") or ()
            if not named or set(named) - set(self.changing_fields):
                raise Immutable(str(self._meta.verbose_name))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Immutable(str(self._meta.verbose_name))

    @classmethod
    def frozen_columns(cls) -> list[str]:
        return _columns_but(cls, frozenset(cls.changing_fields))

    @classmethod
    def append(cls, **fields: Any) -> Self:
        row = cls(**fields)
        row.save(force_insert=True)
        return row


_conditions: dict[str, tuple[str, frozenset[str]]] = {}


def freeze_rows(
    model: type[models.Model], *, when: str, changing_fields: Collection[str] = ()
) -> None:
    """Freeze, in the database, the rows of an ordinary model for which the SQL ``when`` holds.

    ``when`` speaks of the row as it was (``OLD.state = 'in_force'``); ``changing_fields`` may
    still move afterwards.
    """
    _conditions[model._meta.label] = (when, frozenset(changing_fields))


def install_triggers(using: str = "default", **kwargs: Any) -> None:
    """Replace the triggers of every table of proof that exists; safe to repeat."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for statement in _preamble(connection.vendor):
            cursor.execute(statement)
        for model, columns, when in _protected():
            if model._meta.db_table in existing:
                for statement in _trigger(connection.vendor, model._meta.db_table, columns, when):
                    cursor.execute(statement)


def drop_triggers(using: str = "default") -> None:
    """For tests that empty their tables; nothing else calls it."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model, _, _ in _protected():
            if model._meta.db_table in existing:
                for statement in _drop(connection.vendor, model._meta.db_table):
                    cursor.execute(statement)


def _protected() -> list[tuple[type[models.Model], list[str], str]]:
    models_ = apps.get_models()
    always = [
        (model, model.frozen_columns(), "") for model in models_ if issubclass(model, AppendOnly)
    ]
    sometimes = [
        (apps.get_model(label), _columns_but(apps.get_model(label), moving), when)
        for label, (when, moving) in _conditions.items()
    ]
    return [*always, *sometimes]


def _columns_but(model: type[models.Model], moving: frozenset[str]) -> list[str]:
    return [
        f.column for f in model._meta.local_concrete_fields if f.column and f.name not in moving
    ]


def _names(table: str) -> tuple[str, str]:
    return f"{table}_no_update", f"{table}_no_delete"


def _preamble(vendor: str) -> list[str]:
    if vendor != "postgresql":
        return []
    body = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';"
    head = "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
    return [f"{head} AS $$ BEGIN {body} END $$"]


def _drop(vendor: str, table: str) -> list[str]:
    on_table = f' ON "{table}"' if vendor == "postgresql" else ""
    return [f'DROP TRIGGER IF EXISTS "{name}"{on_table}' for name in _names(table)]


def _trigger(vendor: str, table: str, columns: list[str], when: str) -> list[str]:
    of = " OF " + ", ".join(f'"{column}"' for column in columns) if columns else ""
    condition = f" WHEN ({when})" if when else ""
    body = (
        "EXECUTE FUNCTION refuse_change()"
        if vendor == "postgresql"
        else f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )
    update, delete = _names(table)
    return [
        *_drop(vendor, table),
        f'CREATE TRIGGER "{update}" BEFORE UPDATE{of} ON "{table}" FOR EACH ROW{condition} {body}',
        f'CREATE TRIGGER "{delete}" BEFORE DELETE ON "{table}" FOR EACH ROW{condition} {body}',
    ]
