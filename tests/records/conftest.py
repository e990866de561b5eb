"""An installation with a hand-written case system, loaded a day at a time, on each warehouse."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from readiness.ledger import BatchEntry, Ledger
from readiness.records import LoadResult, load_feed
from readiness.settings import Settings
from readiness.sources import Vault
from readiness.warehouse import open_warehouse
from tests.sources.case_system import CaseSystem, evening


@dataclass(frozen=True)
class Installation:
    """Settings, the case system behind them, and what a test wants to know of the warehouse."""

    settings: Settings
    system: CaseSystem

    def load(self, feed: str, day: date) -> LoadResult:
        """Load a feed on the evening of a day, as from a live source."""
        return load_feed(self.settings, feed, day, now=evening(day))

    def load_rows(self, feed: str, table: str, day: date, *rows: Mapping[str, object]) -> LoadResult:
        self.system.fill(table, *rows)
        return self.load(feed, day)

    def query(self, sql: str) -> pd.DataFrame:
        with open_warehouse(self.settings.warehouse) as warehouse:
            return warehouse.query(sql)

    def content(self, table: str) -> list[tuple]:
        """Every row of a table as text, sorted: to see whether anything changed."""
        frame = self.query(f"select * from {table}").astype("str").fillna("")
        return sorted(frame[sorted(frame.columns)].itertuples(index=False, name=None))

    def versions(self, feed: str, key: str, value: str, room: str = "records") -> list[tuple]:
        """(id as the source has it, value, day known from, day known to) of every version, by id and day."""
        frame = self.query(f"select {key} as hash, {value} as found, known_from, known_to from {room}.{feed}")
        ids = self.ids("record") | {None: None}
        return sorted(
            (
                (
                    ids.get(_none(row.hash), "?"),
                    _none(row.found),
                    row.known_from.day,
                    None if pd.isna(row.known_to) else row.known_to.day,
                )
                for row in frame.itertuples()
            ),
            key=lambda version: (str(version[0]), version[2], str(version[1])),
        )

    def ids(self, domain: str) -> dict[str, str]:
        """Hash -> id of everything the case system may hold, made with the installation's key."""
        key = Vault(self.settings).key()
        return {key.hashed(domain, one): one for prefix in "ACKPRV" for one in (f"{prefix}{n}" for n in range(1, 10))}

    def ledger(self, feed: str) -> list[BatchEntry]:
        return [entry for entry in Ledger(self.settings).batches() if entry.feed == feed]


@pytest.fixture
def installation(home: Settings, warehouse_url: str, tmp_path: Path) -> Installation:
    """On each warehouse, with a case system in SQLite."""
    system = CaseSystem(f"sqlite:///{tmp_path / 'case_system.sqlite'}")
    return Installation(replace(home, case_system=system.url, warehouse=warehouse_url), system)


@pytest.fixture
def embedded(home: Settings, tmp_path: Path) -> Installation:
    """On the embedded warehouse, for what does not depend on the engine."""
    system = CaseSystem(f"sqlite:///{tmp_path / 'case_system.sqlite'}")
    return Installation(replace(home, case_system=system.url), system)


def _none(value: object) -> object:
    return None if pd.isna(value) else value
