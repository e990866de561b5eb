"""The text of a feed's query in databases that we cannot run here."""

from datetime import date

import pytest
import sqlglot

from readiness.contracts import load_contracts
from readiness.settings import SQL
from readiness.sources import Remembered
from readiness.sources.connection import DIALECTS
from readiness.sources.inspection import Table
from readiness.sources.queries import feed_statement, fit_query


class Everything:
    """A source that has every table, under names that need quoting, and keeps no history."""

    def table(self, name: str) -> Table:
        names = {c.name for file in SQL.glob("sources/ssd/*.sql") for c in _columns(file.read_text())}
        return Table(name.upper(), {name: name.upper() for name in names}, frozenset(), is_dated=False)

    def quoted(self, name: str) -> str:
        return f'"{name}"'


def _columns(text: str):
    return sqlglot.parse_one(text, read="postgres").find_all(sqlglot.exp.Column)


@pytest.mark.parametrize("dialect", sorted(DIALECTS.values()))
@pytest.mark.parametrize("feed", sorted(load_contracts()))
def test_every_query_parses_in_every_dialect_with_the_sources_own_names(feed, dialect):
    contract = load_contracts()[feed]
    query = fit_query(contract, feed_statement("ssd", feed), Everything(), Remembered(), date(2026, 11, 2), dialect)
    text = query.select.sql(dialect=dialect)
    again = sqlglot.parse_one(text, read=dialect)
    assert again.named_selects == list(contract.columns)
    assert {table.name for table in again.find_all(sqlglot.exp.Table)} == {t.upper() for t in query.tables}


@pytest.mark.parametrize("feed", sorted(load_contracts()))
def test_a_feeds_query_gives_the_contracts_columns_in_order(feed):
    assert feed_statement("ssd", feed).named_selects == list(load_contracts()[feed].columns)
