"""A small example county, loaded on two days: what was planted in it is found, and nothing is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from readiness.contracts import load_contracts
from readiness.demo import exampleshire, write_county
from readiness.records import load_feed
from readiness.settings import Settings
from readiness.sources import source_days
from readiness.warehouse import open_warehouse


@pytest.fixture(scope="module")
def county_file(tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("county") / "county.sqlite"
    write_county(file, exampleshire().resized(0.02, 6))
    return str(file)


def test_every_feed_of_the_example_county_is_loaded_and_every_row_accounted_for(home: Settings, county_file: str):
    settings = replace(home, case_system=f"sqlite:///{county_file}")
    last = source_days(settings).last_on
    for day in (last - timedelta(days=1), last):
        results = [load_feed(settings, feed, day) for feed in load_contracts()]
        for result in results:
            assert (result.status, result.missing_tables, result.missing_columns) == ("loaded", (), ())
            assert result.source_rows == result.accepted + result.quarantined + result.copies
            assert result.accepted > 0
            assert result.quarantined <= max(2, result.source_rows / 4)  # a small feed has its dirt in few rows
            assert "synthetic" in result.notice
    assert sum(result.quarantined for result in results) > 0
    assert {load_feed(settings, feed, last).status for feed in load_contracts()} == {"already_loaded"}
    with open_warehouse(settings.warehouse) as warehouse:
        batches = warehouse.query("select day, count(*) as feeds from records.batches group by day")
        assert list(batches.feeds) == [len(load_contracts())] * 2
