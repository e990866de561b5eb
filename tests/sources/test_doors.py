"""One county through every door: what a door carries, it carries whole."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
import yaml

from readiness.contracts import load_contracts
from readiness.demo import exampleshire, write_county
from readiness.demo.tables import tables
from readiness.records import load_feed
from readiness.settings import PROJECT, Settings
from readiness.sources import Vault
from readiness.sources.values import as_moments, as_text
from readiness.tasks.assembly import build_current
from readiness.warehouse import open_warehouse
from tests.sources.annex_a_writer import write_annex_a
from tests.sources.cin_census_writer import write_cin_census

pytestmark = pytest.mark.xdist_group("doors")

NOW = datetime(2026, 11, 6, 20)
Tables = Mapping[str, pd.DataFrame]


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Tables:
    """The last state of a small county, by table, as text; without dates that cannot be read, which a server's typed
    columns could not hold."""
    file = tmp_path_factory.mktemp("county") / "county.sqlite"
    write_county(file, exampleshire().resized(0.02, 14))
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        found = {name: pd.read_sql(f"select * from {name}", connection, dtype=object) for name in tables()}
    engine.dispose()
    return {name: _readable(frame, tables()[name].columns) for name, frame in found.items()}


def _readable(frame: pd.DataFrame, types: Mapping[str, str]) -> pd.DataFrame:
    is_good = pd.Series(True, index=frame.index)
    for name in _dates(types):
        is_good &= ~as_moments(as_text(frame[name])).is_unreadable
    return frame[is_good].reset_index(drop=True)


def _dates(types: Mapping[str, str]) -> list[str]:
    return [name for name, sql_type in types.items() if sql_type.startswith(("timestamp", "date"))]


def into_sqlite(county: Tables, folder: Path) -> str:
    engine = sa.create_engine(f"sqlite:///{folder / 'ssd.sqlite'}")
    for name, frame in county.items():
        frame.to_sql(name, engine, index=False)
    engine.dispose()
    return f"sqlite:///{folder / 'ssd.sqlite'}"


def into_postgresql(county: Tables, url: str) -> str:
    """With dates and moments as such, in the columns of the dataset."""
    engine = sa.create_engine(url)
    for name, frame in county.items():
        types = tables()[name].columns
        typed = frame.assign(**{date: _typed(frame[date]) for date in _dates(types)})
        sql_types = {date: sa.Date() if types[date] == "date" else sa.DateTime() for date in _dates(types)}
        typed.to_sql(name, engine, index=False, dtype=sql_types, chunksize=5_000, method="multi")
    engine.dispose()
    return url


def _typed(text: pd.Series) -> pd.Series:
    moments = pd.to_datetime(as_text(text), format="ISO8601")
    return moments.astype(object).where(moments.notna(), None)


def into_csv(county: Tables, folder: Path) -> str:
    """As an older export writes it: semicolons, Windows text, dates the British way."""
    made = folder / "csv"
    made.mkdir()
    for name, frame in county.items():
        dated = {date: _british(frame[date]) for date in _dates(tables()[name].columns)}
        frame.assign(**dated).to_csv(made / f"{name.upper()}.csv", sep=";", index=False, encoding="cp1252")
    return str(made)


def _british(text: pd.Series) -> pd.Series:
    trimmed = as_text(text)
    moments = pd.to_datetime(trimmed, format="ISO8601")
    has_time = trimmed.str.len() > 10
    written = moments.dt.strftime("%d/%m/%Y").where(~has_time, moments.dt.strftime("%d/%m/%Y %H:%M:%S"))
    return written.where(moments.notna(), text)


def into_parquet(county: Tables, folder: Path) -> str:
    made = folder / "parquet"
    made.mkdir()
    for name, frame in county.items():
        dated = {date: _typed(frame[date]) for date in _dates(tables()[name].columns)}
        pq.write_table(pa.Table.from_pandas(frame.assign(**dated), preserve_index=False), made / f"{name}.parquet")
    return str(made)


class Home:
    """An installation that has loaded a source; what it holds is compared."""

    def __init__(self, folder: Path, address: str, key: Path | None, **profile: object) -> None:
        authority = folder / "authority"
        shutil.copytree(PROJECT / "authority", authority)
        written = yaml.safe_load((authority / "profile.yaml").read_text(encoding="utf-8"))
        (authority / "profile.yaml").write_text(yaml.safe_dump(written | profile), encoding="utf-8")
        self.settings = Settings(folder / "home", address, f"duckdb:///{folder / 'warehouse.duckdb'}", authority)
        if key:
            self.settings.home.mkdir(mode=0o700)
            shutil.copy(key, self.settings.identity_key)
        Vault(self.settings).key()
        self.results = {feed: load_feed(self.settings, feed, now=NOW) for feed in load_contracts()}
        build_current(self.settings)

    def rows(self, sql: str) -> pd.DataFrame:
        """In an order of their own, all as text."""
        with open_warehouse(self.settings.warehouse) as warehouse:
            found = warehouse.query(sql).astype("str").fillna("")
        return found.sort_values(list(found.columns), ignore_index=True)

    def records(self, feed: str, columns: list[str] | None = None) -> pd.DataFrame:
        listed = ", ".join(columns or [*load_contracts()[feed].physical, "source", "known_from", "known_to"])
        return self.rows(f"select {listed} from records.{feed}")


@pytest.fixture(scope="module")
def ssd(county, tmp_path_factory) -> Home:
    folder = tmp_path_factory.mktemp("sqlite")
    return Home(folder, into_sqlite(county, folder), None)


@pytest.fixture
def through(ssd, tmp_path) -> Callable[..., Home]:
    def loading(address: str, **profile: object) -> Home:
        return Home(tmp_path, address, ssd.settings.identity_key, **profile)

    return loading


def assert_same(home: Home, ssd: Home) -> None:
    for feed in load_contracts():
        assert home.results[feed].source_rows == ssd.results[feed].source_rows, feed
        pd.testing.assert_frame_equal(home.records(feed), ssd.records(feed), obj=feed)
        quarantined = f"select * from quarantine.{feed}"
        assert len(home.rows(quarantined)) == len(ssd.rows(quarantined)), feed
    values = "select * from marts.indicator_values"
    assert len(ssd.rows(values)) > 1_000
    pd.testing.assert_frame_equal(home.rows(values), ssd.rows(values))


def test_every_feed_of_the_county_has_rows(ssd):
    assert [feed for feed, result in ssd.results.items() if not result.accepted] == []


def test_ssd_in_postgresql_gives_what_ssd_in_sqlite_gives(county, ssd, through, postgresql_url):
    assert_same(through(into_postgresql(county, postgresql_url)), ssd)


def test_a_folder_of_csv_gives_what_ssd_in_sqlite_gives(county, ssd, through, tmp_path):
    assert_same(through(into_csv(county, tmp_path), date_order="day_first"), ssd)


def test_a_folder_of_parquet_gives_what_ssd_in_sqlite_gives(county, ssd, through, tmp_path):
    assert_same(through(into_parquet(county, tmp_path)), ssd)
