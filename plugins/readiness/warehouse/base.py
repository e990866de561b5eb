"""What every warehouse can do, and how history is merged; the adapters add how their engine is spoken to."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import pandas as pd
import pyarrow as pa
import sqlglot

ARROW_TYPES = {
    "text": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double precision": pa.float64(),
}


def moment_literal(moment: datetime) -> str:
    """A naive moment as SQL."""
    return f"cast('{moment:%Y-%m-%d %H:%M:%S.%f}' as timestamp)"


@dataclass(frozen=True)
class HistoryCounts:
    """What a merge did: rows seen for the first time, rows with a new version, rows closed."""

    new: int
    changed: int
    closed: int


class Warehouse(ABC):
    """An open warehouse. Table names are 'schema.table'; schemas are made as they are needed."""

    dialect: str

    # What an adapter provides

    @abstractmethod
    def run(self, sql: str) -> None:
        """Run one statement in the engine's own dialect."""

    @abstractmethod
    def fetch(self, sql: str) -> pd.DataFrame:
        """Run one query in the engine's own dialect."""

    @abstractmethod
    def tables(self, schema: str) -> dict[str, dict[str, str]]:
        """The tables and views of a schema by name: column name -> type, in order."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing: what is written inside is undone if the block fails or the process dies."""

    @abstractmethod
    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows to a table whose columns have the same names."""

    # One dialect for everyone

    def execute(self, sql: str) -> None:
        """Run one statement written for PostgreSQL (SELECT, CREATE TABLE AS, DROP)."""
        self.run(translated(sql, self.dialect))

    def query(self, sql: str) -> pd.DataFrame:
        """Run one query written for PostgreSQL."""
        return self.fetch(translated(sql, self.dialect))

    def value(self, sql: str) -> object:
        """The single value of a query, None if there is no row or it is NULL."""
        answer = self.query(sql)
        if answer.empty:
            return None
        value = answer.iloc[0, 0]
        return None if pd.isna(value) else value

    # Tables

    def columns(self, table: str) -> dict[str, str]:
        """Column name -> type of a table or view, in order; empty if it does not exist."""
        schema, name = table.split(".")
        return self.tables(schema).get(name, {})

    def exists(self, table: str) -> bool:
        return bool(self.columns(table))

    def make_schema_of(self, table: str) -> None:
        self.run(f"create schema if not exists {table.split('.')[0]}")

    def create_table(self, table: str, select: str, *further: str) -> None:
        """Replace `table` by the results of queries written for PostgreSQL, one after the other: engines plan each by
        itself, and one that is slow can be seen."""
        self.make_schema_of(table)
        self.drop(table)
        self.run(f"create table {table} as {translated(select, self.dialect)}")
        for each in further:
            self.run(f"insert into {table} {translated(each, self.dialect)}")
        self.analyze(table)

    def define(self, table: str, select: str, *further: str) -> None:
        """Replace `table` by queries whose rows need not be kept: an engine that reads only the columns asked for works
        them out wherever they are read."""
        self.create_table(table, select, *further)

    def keep(self, table: str) -> None:
        """Keep the rows of what was defined, for whoever is about to read them many times."""

    def drop(self, table: str) -> None:
        """Drop a table, or what was defined in its place, if it is there."""
        self.run(f"drop table if exists {table}")

    def create_empty(self, table: str, types: Mapping[str, str]) -> None:
        """Make an empty table unless it exists."""
        self.make_schema_of(table)
        listed = ", ".join(f'"{name}" {sql_type}' for name, sql_type in types.items())
        self.run(f"create table if not exists {table} ({listed})")

    def load(self, table: str, frame: pd.DataFrame, types: Mapping[str, str] | None = None) -> None:
        """Replace `table` by the rows of a frame. `types` gives SQL types; what it leaves out is inferred."""
        rows = as_arrow(frame, types or {})
        self.drop(table)
        self.create_empty(table, sql_types(rows, types or {}))
        self.insert(table, rows)
        self.analyze(table)

    def append(self, table: str, frame: pd.DataFrame, types: Mapping[str, str] | None = None) -> None:
        """Add the rows of a frame; the table is made at the first call, and gets the columns that it lacks."""
        rows = as_arrow(frame, types or {})
        self.create_empty(table, sql_types(rows, types or {}))
        self._add_columns(table, sql_types(rows, types or {}))
        self.insert(table, rows)

    def analyze(self, table: str) -> None:
        """Refresh what the planner knows of a table, where the engine needs to be told."""

    def index(self, table: str, columns: Sequence[str]) -> None:
        """Make look-ups by these columns fast, where the engine profits from it."""

    # History

    def merge_history(
        self,
        target: str,
        staged: str,
        key: Sequence[str],
        columns: Sequence[str],
        extracted_at: datetime,
        close_missing: bool,
        present_keys: str | None = None,
    ) -> HistoryCounts:
        """Bring `staged` (one row per key) into the history `target`.

        A changed row closes its current version (known_to) and opens a new one (known_from); a row gone from a full
        snapshot is closed if `close_missing`, unless its key stands in the table `present_keys`. Rows are compared
        column by column: no hash, so no collision (performance.md 5, method C). Call it inside a transaction.
        """
        types = self.columns(staged)
        self.create_empty(
            target, {**{c: types[c] for c in columns}, "known_from": "timestamp", "known_to": "timestamp"}
        )
        self._add_columns(target, {c: types[c] for c in columns})
        same_key = " and ".join(f"old.{k} = new.{k}" for k in key)
        differs = " or ".join(f"old.{c} is distinct from new.{c}" for c in columns if c not in key) or "1 = 0"
        listed = ", ".join(columns)
        keys = ", ".join(f"old.{k}" for k in key)
        now = moment_literal(extracted_at)
        changed, gone = f"{target}__changed", f"{target}__gone"

        self.create_table(
            changed,
            f"select {keys} from {target} as old join {staged} as new on {same_key} "
            f"where old.known_to is null and ({differs})",
        )
        missing = f"not exists (select 1 from {staged} as new where {same_key})"
        if present_keys:
            missing += f" and not exists (select 1 from {present_keys} as new where {same_key})"
        self.create_table(
            gone,
            f"select {keys} from {target} as old where old.known_to is null and {missing}"
            if close_missing
            else f"select {keys} from {target} as old where 1 = 0",
        )
        for closing in (changed, gone):
            self.run(
                f"update {target} as old set known_to = {now} from {closing} as new "
                f"where {same_key} and old.known_to is null"
            )
        new_rows = (
            f"select {', '.join(f'new.{c}' for c in columns)} from {staged} as new "
            f"where not exists (select 1 from {target} as old where {same_key} and old.known_to is null)"
        )
        inserted = int(self.value(f"select count(*) from ({new_rows}) as arriving"))
        self.run(
            f"insert into {target} ({listed}, known_from, known_to) "
            f"select {listed}, {now}, cast(null as timestamp) from ({new_rows}) as arriving"
        )
        counts = HistoryCounts(
            new=inserted - self._count(changed), changed=self._count(changed), closed=self._count(gone)
        )
        for table in (changed, gone):
            self.run(f"drop table {table}")
        self.analyze(target)
        return counts

    def _add_columns(self, table: str, types: Mapping[str, str]) -> None:
        """A contract that has grown: earlier versions hold NULL in the new columns."""
        existing = self.columns(table)
        for name, sql_type in types.items():
            if name not in existing:
                self.run(f'alter table {table} add column "{name}" {sql_type}')

    def _count(self, table: str) -> int:
        return int(self.value(f"select count(*) from {table}"))


@lru_cache(maxsize=512)
def translated(sql: str, dialect: str) -> str:
    """PostgreSQL text in the engine's dialect."""
    statements = sqlglot.transpile(sql, read="postgres", write=dialect)
    if len(statements) != 1:
        raise ValueError(f"expected one SQL statement, found {len(statements)}")
    return statements[0]


def as_arrow(frame: pd.DataFrame, types: Mapping[str, str]) -> pa.Table:
    """The frame as an Arrow table whose columns have the SQL types asked for."""
    arrays, fields = [], []
    for name in frame.columns:
        wanted = ARROW_TYPES.get(types.get(name, ""))
        array = _array(frame[name], wanted)
        if pa.types.is_null(array.type) or pa.types.is_large_string(array.type):
            array = array.cast(pa.string())
        arrays.append(array)
        fields.append(pa.field(str(name), array.type))
    return pa.table(arrays, schema=pa.schema(fields))


def _array(values: pd.Series, wanted: pa.DataType | None) -> pa.Array:
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if wanted is None or array.type == wanted:
        return array
    if wanted == pa.timestamp("us") and pa.types.is_timestamp(array.type):
        return array.cast(wanted, safe=False)
    if wanted == pa.date32() and pa.types.is_timestamp(array.type):
        return array.cast(pa.timestamp("s"), safe=False).cast(wanted)
    return array.cast(wanted)


def sql_types(rows: pa.Table, types: Mapping[str, str]) -> dict[str, str]:
    """Column name -> SQL type: as asked for, else from the Arrow type."""
    return {field.name: types.get(field.name) or _sql_type(field.type) for field in rows.schema}


def _sql_type(arrow: pa.DataType) -> str:
    if pa.types.is_boolean(arrow):
        return "boolean"
    if pa.types.is_integer(arrow):
        return "bigint"
    if pa.types.is_floating(arrow):
        return "double precision"
    if pa.types.is_date(arrow):
        return "date"
    if pa.types.is_timestamp(arrow):
        return "timestamp"
    return "text"


def by_table(rows: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Rows of a table, a column and its type, gathered by table."""
    tables: dict[str, dict[str, str]] = {}
    for table, column, sql_type in rows:
        tables.setdefault(table, {})[column] = sql_type
    return tables


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
