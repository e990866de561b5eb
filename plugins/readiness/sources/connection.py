"""Opens the case system through SQLAlchemy: read-only, streamed, parameters hidden."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from readiness.errors import ReadinessError
from readiness.sources.borders import SourceUnavailable

CONNECT_SECONDS = 10
LOCK_SECONDS = 5
ROWS_AT_ONCE = 50_000

DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres", "mssql": "tsql", "oracle": "oracle", "mysql": "mysql"}
"""SQLAlchemy's name of a database -> sqlglot's name of its SQL."""


@contextmanager
def open_source(address: str) -> Iterator[sa.Connection]:
    """A connection that cannot write, in one transaction, so that all it reads is of one moment where the database
    offers that. `address` is an SQLAlchemy URL."""
    engine = _engine(sa.make_url(address))
    try:
        with engine.connect() as connection:
            yield _prepared(connection)
    finally:
        engine.dispose()


def sql_dialect(connection: sa.Connection) -> str:
    """The name under which sqlglot knows the database's SQL."""
    name = connection.dialect.name
    if name not in DIALECTS:
        known = ", ".join(sorted(DIALECTS))
        raise ReadinessError(f"Readiness cannot write queries for a {name} database yet; it knows {known}.")
    return DIALECTS[name]


def _engine(url: sa.URL) -> sa.Engine:
    options = {"hide_parameters": True, "poolclass": sa.pool.NullPool}
    if url.get_backend_name() == "sqlite":
        return sa.create_engine("sqlite://", creator=lambda: _open_file(url), **options)
    if url.get_backend_name() == "postgresql":
        options["connect_args"] = {"connect_timeout": CONNECT_SECONDS}
    try:
        return sa.create_engine(url, **options)
    except (ModuleNotFoundError, sa.exc.NoSuchModuleError):
        raise ReadinessError(
            f"The case system is a {url.drivername} database, but no driver for it is installed. Install the one that "
            "SQLAlchemy names for it."
        ) from None


def _open_file(url: sa.URL) -> sqlite3.Connection:
    file = Path(url.database or "")
    if not file.is_file():
        raise SourceUnavailable(
            f"There is no case system at {file}. Make the example county with 'make demo', or set "
            "READINESS_CASE_SYSTEM to the address of a database."
        )
    wait = float(url.query.get("timeout", LOCK_SECONDS))
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=wait, check_same_thread=False)


def _prepared(connection: sa.Connection) -> sa.Connection:
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        connection.exec_driver_sql("set datestyle = 'ISO, YMD'")
        connection.exec_driver_sql("set time zone 'Europe/London'")
    return connection.execution_options(stream_results=True, max_row_buffer=ROWS_AT_ONCE)
