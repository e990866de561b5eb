"""What was planted can be found by an honest count, made by other means than the project's SQL."""

import sqlite3

import pandas as pd
import pytest

from readiness.demo.planted import PLANTED, Planted
from tests.demo import measures


@pytest.fixture(scope="module")
def counted(today: sqlite3.Connection, then: sqlite3.Connection):
    """Gives the rows of an indicator in a county, counted once."""
    counties, found = {"exampleshire": today, "letter": then}, {}

    def of(county: str, indicator: str) -> pd.DataFrame:
        if (county, indicator) not in found:
            found[county, indicator] = getattr(measures, indicator)(counties[county])
        return found[county, indicator]

    return of


def name(planted: Planted) -> str:
    return f"{planted.county}-{planted.indicator}-{planted.where or 'authority'}-{planted.first}"


@pytest.mark.parametrize("planted", PLANTED, ids=name)
def test_what_was_planted_is_there(planted: Planted, counted):
    rows = counted(planted.county, planted.indicator)
    rows = rows[(rows.month >= pd.Period(planted.first)) & (rows.month <= pd.Period(planted.last))]
    if planted.where:
        rows = rows[rows["where"] == planted.where]
    assert len(rows) >= 5
    if "amount" in rows:
        values = [rows.amount.median()]
    elif planted.each_month:
        values = list(rows.groupby("month").is_met.mean() * 100)
    else:
        values = [rows.is_met.mean() * 100]
    assert planted.low <= min(values) and max(values) <= planted.high


def test_every_story_has_a_place_in_one_of_the_two_counties():
    assert {planted.county for planted in PLANTED} == {"exampleshire", "letter"}
    assert all(planted.low < planted.high and planted.first <= planted.last and planted.what for planted in PLANTED)
