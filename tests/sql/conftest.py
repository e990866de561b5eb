"""One warehouse per engine for all golden cases: each case replaces the tables that it counts from."""

from collections.abc import Iterator

import psycopg
import pytest

from readiness.warehouse import Warehouse, open_warehouse


@pytest.fixture(scope="session")
def golden_duckdb() -> Iterator[Warehouse]:
    with open_warehouse("duckdb:///:memory:") as opened:
        yield opened


@pytest.fixture(scope="session")
def golden_postgresql(postgresql_server: str) -> Iterator[Warehouse]:
    server = postgresql_server.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database golden")
    head, _, query = postgresql_server.partition("?")
    with open_warehouse(f"{head.rsplit('/', 1)[0]}/golden?{query}") as opened, pytest.MonkeyPatch.context() as patch:
        # Of a case's few rows there is nothing for a planner to learn, of the many days of the calendar there is.
        analyze = opened.analyze
        patch.setattr(opened, "analyze", lambda table: analyze(table) if table.startswith("calendar.") else None)
        yield opened


@pytest.fixture(params=["duckdb", "postgresql"])
def golden_warehouse(request: pytest.FixtureRequest) -> Warehouse:
    """One warehouse per engine for all cases: each case replaces the tables that it counts from."""
    return request.getfixturevalue(f"golden_{request.param}")
