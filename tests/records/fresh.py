"""New installations, one after the other, for tests that begin again many times."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from readiness.settings import Settings
from tests.records.conftest import Installation
from tests.sources.case_system import CaseSystem

SCHEMAS = ("records", "quarantine", "gate", "staging", "ledger", "vault")


def fresh_installations(home: Settings, folder: Path, warehouse_url: str) -> Callable[..., Installation]:
    """A function that makes an empty installation: a folder of its own, and on a server the same database, emptied.

    Its profile lets a snapshot shrink to a single row. `system` and `key_of` give it the case system and the identity
    key of another one.
    """
    numbers = count()
    authority = folder / "authority"
    authority.mkdir()
    text = (home.authority / "profile.yaml").read_text(encoding="utf-8")
    (authority / "profile.yaml").write_text(text + "\nsmallest_snapshot_share: 0.01\n", encoding="utf-8")

    def make(system: CaseSystem | None = None, key_of: Installation | None = None) -> Installation:
        own = folder / f"installation{next(numbers)}"
        own.mkdir(mode=0o700)
        system = system or CaseSystem(f"sqlite:///{own / 'case_system.sqlite'}")
        if warehouse_url.startswith("duckdb"):
            warehouse = f"duckdb:///{own / 'warehouse.duckdb'}"
        else:
            warehouse = warehouse_url
            _empty(warehouse_url)
        settings = replace(home, home=own, case_system=system.url, warehouse=warehouse, authority=authority)
        if key_of is not None:
            shutil.copy(key_of.settings.identity_key, settings.identity_key)
        return Installation(settings, system)

    return make


def _empty(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for schema in SCHEMAS:
            connection.exec_driver_sql(f"drop schema if exists {schema} cascade")
    engine.dispose()
