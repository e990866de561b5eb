"""One county through every door: what a door carries, it carries whole."""

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
import yaml

from readiness.contracts import load_contract, load_contracts
from readiness.demo import exampleshire, write_county
from readiness.demo.tables import tables
from readiness.records import load_feed
from readiness.settings import PROJECT, Settings
from readiness.sources import Source, Vault, read_feed
from readiness.sources.values import as_moments, as_text
from readiness.tasks.assembly import build_current
from readiness.warehouse import open_warehouse
from tests.sources.annex_a_writer import COMPARABLE, write_annex_a
from tests.sources.cin_census_writer import write_cin_census

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


CENSUS = {
    "referrals": ("child_id", "referred_on", "source_code", "is_nfa", "closed_on", "close_reason"),
    "assessments": ("child_id", "started_on", "authorised_on"),
    "need_plans": ("child_id", "started_on", "ended_on"),
    "section47_enquiries": ("child_id", "started_on"),
    "protection_plans": ("child_id", "started_on", "ended_on"),
}
"""What a census carries of records that hang on a referral."""

ANNEX_A = {feed: COMPARABLE[feed] for feed in ("contacts", "early_help_episodes", "referrals", "assessments",
           "section47_enquiries", "protection_plans")}  # fmt: skip


def whole(county: Tables) -> Tables:
    """The county's rows that a file without ids can tell apart and place: each record once, with its child and, where
    it names one, a referral that is there. What becomes of the others is the gate's matter and tested there."""
    found = {}
    for name, frame in county.items():
        key = list(frame.columns[:1])
        good = frame[as_text(frame[key[0]]).notna()].drop_duplicates(key, keep=False)
        for column in good.columns:
            if column.endswith("_person_id"):
                good = good[as_text(good[column]).notna()]
        found[name] = good
    # A workbook shows who made a contact in words alone: where they do not agree with the code, it cannot come through.
    contacts = found["ssd_contacts"]
    has_words = as_text(contacts.cont_contact_source_desc).notna() & (contacts.cont_contact_source_code != "ZZ")
    found["ssd_contacts"] = contacts[has_words]
    referrals = set(found["ssd_cin_episodes"].cine_referral_id)
    for name in ("ssd_cin_assessments", "ssd_cin_plans", "ssd_s47_enquiry", "ssd_cp_plans"):
        (column,) = (c for c in found[name].columns if c.endswith("referral_id"))
        found[name] = found[name][found[name][column].isin(referrals)]
    return found


def said(home: Settings, address: str, feed: str, columns: tuple[str, ...]) -> list[tuple]:
    batch = read_feed(home, load_contract(feed), source=Source(address), now=NOW)
    frame = batch.frame[list(columns)].astype("str").fillna("")
    return sorted(frame.itertuples(index=False, name=None))


@pytest.mark.parametrize("feed", sorted(CENSUS))
def test_the_census_says_of_its_feeds_what_ssd_says(county, home, tmp_path, feed):
    rows = whole(county)
    census = write_cin_census(rows, tmp_path / "census.xml", 2026, NOW)
    through_ssd = said(home, into_sqlite(rows, tmp_path), feed, CENSUS[feed])
    assert said(home, str(census), feed, CENSUS[feed]) == through_ssd
    assert len(through_ssd) > 10


@pytest.mark.parametrize("feed", sorted(ANNEX_A))
def test_annex_a_says_of_its_feeds_what_ssd_says(county, home, tmp_path, feed):
    rows = whole(county)
    write_annex_a(rows, tmp_path / "annex-a 2026-11-06.xlsx")
    through_ssd = said(home, into_sqlite(rows, tmp_path), feed, ANNEX_A[feed])
    assert said(home, str(tmp_path / "annex-a 2026-11-06.xlsx"), feed, ANNEX_A[feed]) == through_ssd
    assert len(through_ssd) > 10


def test_an_indicator_through_the_census_is_the_indicator_through_ssd(county, tmp_path_factory, home):
    """Assessments by their own start and end: all that a census knows of timeliness, for the authority as a whole."""
    rows = whole(county)
    folders = [tmp_path_factory.mktemp(door) for door in ("ssd", "census")]
    addresses = [into_sqlite(rows, folders[0]), str(write_cin_census(rows, folders[1] / "census.xml", 2026, NOW))]
    counted = []
    for folder, address in zip(folders, addresses, strict=True):
        found = Home(folder, address, None).rows(
            "select month, numerator, denominator, running, overdue, median from marts.indicator_values "
            "where indicator = 'assessment_from_start_in_time' and scope_type = 'authority'"
        )
        counted.append(found)
    pd.testing.assert_frame_equal(*counted)
    assert len(counted[0]) > 10
