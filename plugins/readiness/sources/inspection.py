"""What the case system has: tables, views and their columns, before anything is read."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

HISTORY = "_history"
ENTERED, REPLACED = "entered_at", "replaced_at"


@dataclass(frozen=True)
class Table:
    """A table or view as the source writes it. columns: name in lower case -> name as the source writes it.
    is_dated: a history whose rows say when they were entered and replaced."""

    name: str
    columns: Mapping[str, str]
    temporal: frozenset[str]
    is_dated: bool


class Shape:
    """The tables of an open case system, looked up without regard to case."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._inspector = sa.inspect(connection)
        self._tables: dict[str, Table | None] = {}

    @cached_property
    def _names(self) -> dict[str, str]:
        names = [*self._inspector.get_table_names(), *self._inspector.get_view_names()]
        with suppress(NotImplementedError):
            names += self._inspector.get_materialized_view_names()
        return {name.lower(): name for name in names}

    def table(self, name: str) -> Table | None:
        """The table, by its history where the source keeps one; None if there is neither."""
        if name not in self._tables:
            history = self._described(name + HISTORY)
            self._tables[name] = history if history and history.is_dated else self._described(name)
        return self._tables[name]

    def quoted(self, name: str) -> str:
        """The name as it must stand in a query of this database."""
        return self._connection.dialect.identifier_preparer.quote(name)

    def _described(self, name: str) -> Table | None:
        real = self._names.get(name.lower())
        if real is None:
            return None
        described = self._inspector.get_columns(real)
        columns = {column["name"].lower(): column["name"] for column in described}
        temporal = {c["name"].lower() for c in described if isinstance(c["type"], sa.DateTime | sa.Date)}
        return Table(
            name=real,
            columns=columns,
            temporal=frozenset(temporal),
            is_dated=name.endswith(HISTORY) and {ENTERED, REPLACED} <= columns.keys(),
        )
