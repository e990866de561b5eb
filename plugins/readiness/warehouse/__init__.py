"""One door to the warehouse. Nothing above this room knows which engine stands behind it.

    with open_warehouse(settings.warehouse) as warehouse:
        warehouse.query("select count(*) as n from records.contacts")

SQL is written once, in the PostgreSQL dialect, and transpiled for the engine by sqlglot.
"""

from contextlib import AbstractContextManager

from sqlalchemy import make_url

from readiness.settings import WAREHOUSE_ENGINES
from readiness.warehouse.base import HistoryCounts, Warehouse, moment_literal

__all__ = ["HistoryCounts", "Warehouse", "moment_literal", "open_warehouse"]


def open_warehouse(url: str) -> AbstractContextManager[Warehouse]:
    """Open, work, close: an embedded warehouse can be held by one process at a time, so hold it briefly."""
    engine = make_url(url).get_backend_name()
    if engine == "duckdb":
        from readiness.warehouse.duckdb import DuckDBWarehouse

        return DuckDBWarehouse.open(url)
    if engine == "postgresql":
        from readiness.warehouse.postgresql import PostgreSQLWarehouse

        return PostgreSQLWarehouse.open(url)
    raise ValueError(f"no warehouse adapter for {engine}; there are {', '.join(WAREHOUSE_ENGINES)}")
