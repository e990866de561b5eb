"""Where tables are built: the current schemas, or scratch ones beside them for a report at another as-at."""

from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp


@dataclass(frozen=True)
class Schemas:
    """Names of the schemas for what is known, for cases, and for what people read. Records, quarantine and calendar are
    shared."""

    known: str = "known"
    clocks: str = "clocks"
    marts: str = "marts"

    @classmethod
    def scratch(cls, name: str) -> "Schemas":
        """Schemas of their own, so that the current tables stay as they are."""
        return cls(f"{name}_known", f"{name}_clocks", f"{name}_marts")

    def table(self, table: str) -> str:
        """'clocks.spans' under the name it has here."""
        schema, name = table.split(".")
        return f"{getattr(self, schema, schema)}.{name}"

    def sql(self, sql: str) -> str:
        """A query written for the current schemas, reading and writing here instead."""
        return sql if self == CURRENT else _renamed(sql, self)


CURRENT = Schemas()


@lru_cache(maxsize=256)
def _renamed(sql: str, schemas: Schemas) -> str:
    tree = sqlglot.parse_one(sql, read="postgres")
    for table in tree.find_all(exp.Table):
        if table.db:
            table.set("db", exp.to_identifier(getattr(schemas, table.db, table.db)))
    return tree.sql(dialect="postgres")


@lru_cache(maxsize=256)
def tables_read(sql: str) -> frozenset[str]:
    """The tables with a schema that a query reads, as 'schema.table'."""
    tree = sqlglot.parse_one(sql, read="postgres")
    return frozenset(f"{table.db}.{table.name}" for table in tree.find_all(exp.Table) if table.db)
