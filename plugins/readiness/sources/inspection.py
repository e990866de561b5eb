"""What the case system has: tables, views and their columns, before anything is read."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from readiness.sources.borders import SourceChanged

HISTORY = "_history"
ENTERED, REPLACED = "entered_at", "replaced_at"


@dataclass(frozen=True)
class Table:
    """A table or view as the source writes it. columns: name in lower case -> name as the source writes it.
    is_dated: a history whose rows say when they were entered and replaced. schema: where it is not the login's own."""

    name: str
    columns: Mapping[str, str]
    temporal: frozenset[str]
    is_dated: bool
    schema: str | None = None


class Shape:
    """The tables of an open source, looked up without regard to case; `schema` if they are not in the login's own."""

    def __init__(self, connection: sa.Connection, schema: str | None = None) -> None:
        self._connection = connection
        self._schema = schema
        self._inspector = sa.inspect(connection)
        self._tables: dict[str, Table | None] = {}

    @cached_property
    def _names(self) -> dict[str, str]:
        if self._schema and self._schema.lower() not in map(str.lower, self._inspector.get_schema_names()):
            raise SourceChanged(
                f"The case system has no schema {self._schema}, or this login may not see it. Correct source_schema in "
                "profile.yaml, or leave it out for the login's own."
            )
        names = [*self._inspector.get_table_names(self._schema), *self._inspector.get_view_names(self._schema)]
        with suppress(NotImplementedError):
            names += self._inspector.get_materialized_view_names(self._schema)
        return {name.lower(): name for name in names}

    def table(self, name: str) -> Table | None:
        """The table, by its history where the source keeps one; None if there is neither."""
        if name not in self._tables:
            history = self._described(name + HISTORY)
            self._tables[name] = history if history and history.is_dated else self._described(name)
        return self._tables[name]

    def histories(self) -> list[Table]:
        """The tables that say when their rows were entered and replaced."""
        found = [self._described(name) for name in self._names if name.endswith(HISTORY)]
        return [table for table in found if table and table.is_dated]

    def quoted(self, name: str) -> str:
        """The name as it must stand in a query of this database."""
        return self._connection.dialect.identifier_preparer.quote(name)

    def _described(self, name: str) -> Table | None:
        real = self._names.get(name.lower())
        if real is None:
            return None
        described = self._inspector.get_columns(real, self._schema)
        columns = {column["name"].lower(): column["name"] for column in described}
        temporal = {c["name"].lower() for c in described if isinstance(c["type"], sa.DateTime | sa.Date)}
        return Table(
            name=real,
            columns=columns,
            temporal=frozenset(temporal),
            is_dated=name.endswith(HISTORY) and {ENTERED, REPLACED} <= columns.keys(),
            schema=self._schema,
        )
