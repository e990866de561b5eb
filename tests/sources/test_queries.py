"""The text of a feed's query in databases that we cannot run here."""

import re
from dataclasses import replace
from datetime import date

import pytest
import sqlglot
from sqlalchemy.dialects import mssql, oracle

from readiness.contracts import load_contracts
from readiness.settings import SQL
from readiness.sources import Remembered, Since
from readiness.sources.connection import DIALECTS, READING
from readiness.sources.inspection import Table
from readiness.sources.queries import ROWS, feed_statement, fit_query
from readiness.sources.reading import feed_text


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


class Elsewhere(Everything):
    """The same in a schema of its own, with dates as dates or as text."""

    def __init__(self, has_text_dates: bool) -> None:
        self.has_text_dates = has_text_dates

    def table(self, name: str) -> Table:
        table = super().table(name)
        return replace(table, schema="dbo", temporal=frozenset() if self.has_text_dates else frozenset(table.columns))


SERVERS = {"tsql": mssql.dialect(), "oracle": oracle.dialect()}


@pytest.mark.parametrize("has_text_dates", [True, False])
@pytest.mark.parametrize("dialect", sorted(SERVERS))
@pytest.mark.parametrize("feed", sorted(load_contracts()))
def test_what_is_sent_to_servers_we_cannot_run_is_one_query_of_their_own_sql(feed, dialect, has_text_dates):
    contract = load_contracts()[feed]
    shape = Elsewhere(has_text_dates)
    query = fit_query(contract, feed_statement("ssd", feed), shape, Remembered(), date(2026, 11, 2), dialect)
    since = Since(date(2026, 11, 1), ("V1", "V2")) if contract.load == "increment" else None
    sent = feed_text(contract, query, dialect, since).compile(
        dialect=SERVERS[dialect], compile_kwargs={"render_postcompile": True}
    )
    bound = {"since": "2026-11-01" if has_text_dates else date(2026, 11, 1), "ids_1": "V1", "ids_2": "V2"}
    assert sent.construct_params() == (bound if since else {})
    text = re.sub(r"%\((\w+)\)s|:(\w+)", "'a value'", str(sent))
    assert READING.match(text)
    (parsed,) = sqlglot.parse(text, read=dialect)
    assert isinstance(parsed, sqlglot.exp.Select)
    assert {t.db for t in parsed.find_all(sqlglot.exp.Table) if t.name != ROWS} == {"dbo"}
    # Neither knows a cast by '::', LIMIT, a boolean literal or a type called text.
    assert not re.search(r"::|\blimit\b|\btrue\b|\bfalse\b|\btext\b", text, re.IGNORECASE)
    if dialect == "oracle":  # which knows no AS before the alias of a table
        assert not re.search(r"(from|join) [^ ()]+ as |\) as \w+( left| where|$)", text, re.IGNORECASE)
