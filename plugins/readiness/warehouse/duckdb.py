"""The embedded warehouse: one DuckDB file, through its native Python API."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
from sqlalchemy import make_url

from readiness.settings import private_folder
from readiness.warehouse.base import Warehouse, by_table, quoted, translated
from readiness.warehouse.duckdb_file import connected


class DuckDBWarehouse(Warehouse):
    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    @classmethod
    @contextmanager
    def open(cls, url: str) -> Iterator["DuckDBWarehouse"]:
        """Open the file for this process alone, waiting for whoever holds it now."""
        database = make_url(url).database or ":memory:"
        if database == ":memory:":
            opening = duckdb.connect(database)
        else:
            if not Path(database).parent.exists():  # one that is there may be shared with others
                private_folder(Path(database).parent)
            opening = connected(Path(database))
        with opening as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute("set enable_progress_bar = false")
            yield cls(connection)

    def run(self, sql: str) -> None:
        self.connection.execute(sql).fetchall()

    def fetch(self, sql: str) -> pd.DataFrame:
        return self.connection.execute(sql).df()

    def tables(self, schema: str) -> dict[str, dict[str, str]]:
        # Its own catalogue answers in a tenth of the standard view's time.
        found = self.connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() where schema_name = ? "
            "order by table_name, column_index",
            [schema],
        )
        return by_table(found.fetchall())

    def define(self, table: str, select: str, *further: str) -> None:
        self.make_schema_of(table)
        self.drop(table)
        queries = " union all ".join(translated(each, self.dialect) for each in (select, *further))
        self.run(f"create view {table} as {queries}")

    def keep(self, table: str) -> None:
        kept = f"{table}_kept"
        self.run(f"create table {kept} as select * from {table}")
        self.drop(table)
        self.run(f"alter table {kept} rename to {table.split('.')[1]}")

    def drop(self, table: str) -> None:
        schema, name = table.split(".")  # the catalogue answers for views in a third of the time it takes for tables
        views = self.connection.execute(
            "select 1 from duckdb_views() where schema_name = ? and view_name = ?", [schema, name]
        )
        self.run(f"drop {'view' if views.fetchall() else 'table'} if exists {table}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.connection.begin()
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def insert(self, table: str, rows: pa.Table) -> None:
        columns = quoted(rows.column_names)
        self.connection.register("arriving_rows", rows)
        try:
            self.run(f"insert into {table} ({columns}) select {columns} from arriving_rows")
        finally:
            self.connection.unregister("arriving_rows")
