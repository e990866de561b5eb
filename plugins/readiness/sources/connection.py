"""Opens a source through SQLAlchemy: read-only, streamed, parameters hidden.

A database is opened as it is. A file or folder is first read into text tables of an SQLite database in memory, which
nobody else sees and which is gone when it is closed; after that, everything is as for a database.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from readiness.errors import ReadinessError
from readiness.sources.borders import SourceUnavailable
from readiness.sources.files.tables import FileTable

CONNECT_SECONDS = 10
LOCK_SECONDS = 5
ROWS_AT_ONCE = 50_000

READING = re.compile(r"\s*(select|with|pragma|show|set)\b", re.IGNORECASE)
"""What may be sent to a case system: queries, and settings of the connection itself."""

DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres", "mssql": "tsql", "oracle": "oracle", "mysql": "mysql"}
"""SQLAlchemy's name of a database -> sqlglot's name of its SQL."""


class NotReading(ReadinessError):
    """A statement other than a query was about to be sent to a case system."""


@contextmanager
def open_database(address: str) -> Iterator[sa.Connection]:
    """A connection that cannot write, in one transaction, so that all it reads is of one moment where the database
    offers that. `address` is an SQLAlchemy URL."""
    yield from _opened(_engine(sa.make_url(address)))


@contextmanager
def open_tables(tables: Iterable[FileTable]) -> Iterator[sa.Connection]:
    """A connection to these tables, all text, in a database in memory."""
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    for table in tables:
        _fill(kept, table)
    kept.commit()
    yield from _opened(sa.create_engine("sqlite://", creator=lambda: kept, poolclass=sa.pool.NullPool))


def _opened(engine: sa.Engine) -> Iterator[sa.Connection]:
    sa.event.listen(engine, "before_cursor_execute", _refuse_writing)
    try:
        with engine.connect() as connection:
            yield _prepared(connection)
    finally:
        engine.dispose()


def _refuse_writing(connection, cursor, statement: str, *_: object) -> None:
    if not READING.match(statement):
        raise NotReading("Only queries may be sent to the case system; this statement was not sent.")


def _fill(database: sqlite3.Connection, table: FileTable) -> None:
    names = ", ".join(f'"{name}" text' for name in table.columns)
    marks = ", ".join("?" * len(table.columns))
    database.execute(f'create table "{table.name}" ({names})')
    rows = iter(table.rows)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        database.executemany(f'insert into "{table.name}" values ({marks})', chunk)


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
            "SQLAlchemy names for it; for SQL Server and Oracle: pip install 'readiness[sqlserver]' or "
            "'readiness[oracle]' in .venv."
        ) from None


def _open_file(url: sa.URL) -> sqlite3.Connection:
    file = Path(url.database or "")
    if not file.is_file():
        raise SourceUnavailable(
            f"There is no case system at {file}. Make the example county with 'make demo', or set "
            "READINESS_CASE_SYSTEM to the address of a database or the path of a file or folder."
        )
    wait = float(url.query.get("timeout", LOCK_SECONDS))
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=wait, check_same_thread=False)


def _prepared(connection: sa.Connection) -> sa.Connection:
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        connection.exec_driver_sql("set datestyle = 'ISO, YMD'")
        connection.exec_driver_sql("set time zone 'Europe/London'")
    elif connection.dialect.name == "oracle":
        connection.exec_driver_sql("set transaction read only")
    return connection.execution_options(stream_results=True, max_row_buffer=ROWS_AT_ONCE)
