"""Every feed reads its columns, however the source writes them; the rows stand in all_feeds.yaml."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
import yaml

from readiness.contracts import Contract, load_contracts
from readiness.sources.batch import SENTINEL
from readiness.sources.vault import IdentityKey, Vault
from tests.sources.case_system import STATEMENTS, CaseSystem

Rows = Mapping[str, Mapping[str, object]]

FEEDS = yaml.load((Path(__file__).parent / "all_feeds.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
CONSTANT = ("visit_kind", "has_workforce_row")
"""Columns that the query makes, not the source."""


class Tables(CaseSystem):
    """A case system whose tables have columns of whatever types a test gives them."""

    def __init__(self, url: str, *statements: str) -> None:
        self.url = url
        self.engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
        self.run(*statements)


def retyped(types: Mapping[str, str]) -> list[str]:
    """The statements of the case system with other types; '' for none, so that SQLite keeps every value as it is."""
    kinds = re.compile(rf" ({'|'.join(types)})(?:\(\d+(?:,\d+)?\))?(?=,?\n)")
    return [kinds.sub(lambda found: f" {types[found[1]]}".rstrip(), statement) for statement in STATEMENTS]


def untyped(url: str) -> Tables:
    return Tables(
        url, *retyped(dict.fromkeys(("varchar", "char", "text", "timestamp", "date", "integer", "numeric"), ""))
    )


def fill(system: CaseSystem, change: Callable[[str, str], object] = lambda column, value: value) -> None:
    """The row of every feed, with its values changed."""
    for feed in FEEDS.values():
        for table, row in feed["rows"].items():
            system.add(table, {column: change(column, value) for column, value in row.items()})


def written(frame: pd.DataFrame, contract: Contract) -> list[dict[str, str]]:
    """The physical columns that hold a value, as text."""
    forms = {
        "timestamp": "{:%Y-%m-%d %H:%M:%S}".format,
        "date": "{:%Y-%m-%d}".format,
        "boolean": lambda flag: str(bool(flag)).lower(),
    }
    return [
        {name: forms.get(kind, str)(row[name]) for name, kind in contract.physical.items() if not pd.isna(row[name])}
        for row in frame.to_dict("records")
    ]


def expected(feed: str, contract: Contract, key: IdentityKey) -> dict[str, str]:
    return {
        name: key.hashed(column.domain, value) if column and column.domain not in (None, "team") else value
        for name, value in FEEDS[feed]["gives"].items()
        for column in (contract.columns.get(name),)
    }


@pytest.fixture
def key(home) -> IdentityKey:
    return Vault(home).key()


@pytest.fixture
def as_read(read, key):
    """What is read of every feed where it differs from what should be: feed -> (read, expected)."""

    def reading(system: CaseSystem, without_times: bool = False) -> dict[str, tuple[object, object]]:
        wrong = {}
        for feed, contract in load_contracts().items():
            found, right = written(read(system, feed).frame, contract), expected(feed, contract, key)
            if without_times:
                left_out = {name for name, kind in contract.physical.items() if kind == "timestamp"} | {"interval_id"}
                found = [{name: value for name, value in row.items() if name not in left_out} for row in found]
                right = {name: value for name, value in right.items() if name not in left_out}
            if found != [right]:
                wrong[feed] = (found, right)
        return wrong

    return reading


def test_every_feed_has_a_row_with_a_value_in_every_column():
    assert set(FEEDS) == set(load_contracts())
    for feed, contract in load_contracts().items():
        given = {name.removesuffix("_on").removesuffix("_at") for name in FEEDS[feed]["gives"]}
        assert given == {name.removesuffix("_on") for name in contract.columns}


def test_every_feed_reads_its_row(case_system, as_read):
    fill(case_system)
    assert as_read(case_system) == {}


def test_blanks_around_a_value_change_nothing(tmp_path, as_read):
    system = untyped(f"sqlite:///{tmp_path / 'blanks.sqlite'}")
    fill(system, lambda column, value: f"{value}   ")
    assert as_read(system) == {}


@pytest.mark.parametrize("kind", [int, float])
def test_ids_may_be_numbers(tmp_path, as_read, kind):
    system = untyped(f"sqlite:///{tmp_path / 'numbers.sqlite'}")
    fill(system, lambda column, value: kind(value) if value.isdigit() else value)
    assert as_read(system) == {}


def test_dates_may_be_text(postgresql_url, as_read):
    system = Tables(postgresql_url, *retyped({"timestamp": "varchar(48)", "date": "varchar(48)"}))
    fill(system)
    assert as_read(system) == {}


def test_dates_may_have_a_zone(postgresql_url, as_read):
    system = Tables(postgresql_url, *retyped({"timestamp": "timestamptz"}))
    fill(system, lambda column, value: f"{value} Europe/London" if DAY.match(value) and " " in value else value)
    assert as_read(system) == {}


def test_dates_may_lack_the_time_of_day(postgresql_url, as_read):
    system = Tables(postgresql_url, *retyped({"timestamp": "date"}))
    fill(system)
    assert as_read(system, without_times=True) == {}


@pytest.mark.parametrize("nothing", ["", "   ", "NULL", None])
def test_a_blank_is_missing(tmp_path, read, nothing):
    system = untyped(f"sqlite:///{tmp_path / 'blank.sqlite'}")
    fill(system, lambda column, value: nothing)
    for feed, contract in load_contracts().items():
        (row,) = written(read(system, feed).frame, contract)
        assert set(row) <= set(CONSTANT), feed


def test_1900_01_01_is_missing_and_marked(tmp_path, read):
    system = untyped(f"sqlite:///{tmp_path / 'sentinel.sqlite'}")
    fill(system, lambda column, value: "1900-01-01 00:00:00" if DAY.match(value) else value)
    for feed, contract in load_contracts().items():
        frame = read(system, feed).frame
        for name, column in contract.columns.items():
            if column.type in ("date", "moment"):
                assert frame[contract.on(name)].isna().all()
                assert frame[name + SENTINEL].all()


def test_a_feed_without_its_table_is_absent(tmp_path, read):
    system = Tables(f"sqlite:///{tmp_path / 'nothing.sqlite'}")
    for feed in load_contracts():
        batch = read(system, feed)
        assert (batch.is_absent, batch.source_rows) == (True, 0)
