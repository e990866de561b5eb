"""Reads one feed: inspect, fit the query, stream, normalise, check that the columns still hold what they held."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from sqlglot import exp

from readiness.contracts import Contract
from readiness.periods import day_moment, day_of
from readiness.settings import Settings, masked
from readiness.sources.batch import Batch, Remembered, Since
from readiness.sources.borders import DayNotReadable, guarded, source_failure
from readiness.sources.connection import ROWS_AT_ONCE, open_source, sql_dialect
from readiness.sources.drift import checked_families
from readiness.sources.inspection import Shape
from readiness.sources.normalising import Normaliser, joined
from readiness.sources.queries import ROWS, FeedQuery, feed_statement, fit_query, recorded_since
from readiness.sources.vault import IdentityKey, Vault

LOG = logging.getLogger(__name__)

NOTICE = "readiness_notice"
MOST_IDS = 1000
"""An increment names at most so many records; with more in quarantine the whole table is read."""


def read_feed(
    settings: Settings,
    contract: Contract,
    *,
    source: str,
    now: datetime,
    day: date | None = None,
    remembered: Remembered | None = None,
    since: Since | None = None,
) -> Batch:
    """Read the rows of a feed as of the end of `day` (London), or as of `now` (naive UTC) from a live source.

    source: whose SQL is used, a folder of sql/sources/. since: how far back an increment reads; all rows without it.
    Raises SourceUnavailable (worth trying again), SourceChanged or DayNotReadable (not), always without a row's value.
    """
    reading = _Reading(contract, source, now, day, remembered or Remembered(), since, Vault(settings).key())
    return guarded(
        f"Reading {contract.feed}",
        lambda: reading.read(settings.case_system),
        source_failure(contract.feed, masked(settings.case_system)),
    )


@dataclass(frozen=True)
class _Reading:
    """One feed's reading; the fields are the arguments of `read_feed`."""

    contract: Contract
    source: str
    now: datetime
    day: date | None
    remembered: Remembered
    since: Since | None
    key: IdentityKey

    def read(self, address: str) -> Batch:
        contract, normaliser = self.contract, Normaliser(self.contract, self.key)
        with open_source(address) as connection:
            shape, dialect = Shape(connection), sql_dialect(connection)
            statement = feed_statement(self.source, contract.feed)
            query = fit_query(contract, statement, shape, self.remembered, self.day or day_of(self.now), dialect)
            day, extracted_at = _moment(contract.feed, query, self.day, self.now)
            chunks = _stream(connection, contract, query, dialect, self.since) if query.select is not None else ()
            frame = joined([normaliser.physical(chunk) for chunk in chunks], normaliser.empty())
            notice = _notice(connection, shape)
        return Batch(
            feed=contract.feed,
            day=day,
            extracted_at=extracted_at,
            frame=frame,
            is_absent=query.select is None,
            is_partial=self.since is not None,
            notice=notice,
            missing_tables=query.missing_tables,
            missing_columns=query.missing_columns,
            unknown_columns=query.unknown_columns,
            tables=query.tables,
            families=checked_families(normaliser, self.remembered, self.since),
            identities=normaliser.identities(),
        )


def _moment(feed: str, query: FeedQuery, day: date | None, now: datetime) -> tuple[date, datetime]:
    """The day and the moment that the rows show."""
    if query.is_dated:
        if day is None:
            raise DayNotReadable(f"{feed}: this case system is read as of a day. Name the day, for example 2026-11-06.")
        return day, day_moment(day)
    today = day_of(now)
    if query.select is not None and day not in (None, today):
        raise DayNotReadable(
            f"{feed}: this case system shows only its present state, so {day} cannot be read from it. Read it every "
            f"day from now on; for earlier days use a source that keeps <table>_history. (Today is {today}.)"
        )
    return (today, now) if day in (None, today) else (day, day_moment(day))


def _stream(
    connection: sa.Connection, contract: Contract, query: FeedQuery, dialect: str, since: Since | None
) -> Iterator[pd.DataFrame]:
    """The feed's rows in chunks, as the driver gives them."""
    names = list(contract.columns)
    outer = exp.select(*(_selected(name, contract, dialect) for name in names)).from_(ROWS)
    text = outer.with_(ROWS, as_=query.select).sql(dialect=dialect)
    binds: dict[str, object] = {}
    parameters = []
    if since is not None and len(since.also_ids) <= MOST_IDS:
        text += f" where {recorded_since(contract, query, dialect, len(since.also_ids))}"
        is_typed = dialect != "sqlite" and dialect != "postgres" and contract.recorded in query.temporal
        binds["since"] = since.recorded_on if is_typed else since.recorded_on.isoformat()
        if since.also_ids:
            binds["ids"] = list(since.also_ids)
            parameters.append(sa.bindparam("ids", expanding=True))
    result = connection.execute(sa.text(text).bindparams(*parameters), binds)
    for rows in result.partitions(ROWS_AT_ONCE):
        columns = zip(*rows, strict=True)
        yield pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in zip(names, columns, strict=True)})


def _selected(name: str, contract: Contract, dialect: str) -> exp.Expression:
    """A column, as text where PostgreSQL's drivers cannot hold every value the server can (infinity, years above
    9999): one such value would otherwise fail the whole feed."""
    column = exp.column(name)
    if dialect == "postgres" and contract.columns[name].type in ("date", "moment"):
        column = exp.cast(column, "text")
    return exp.alias_(column, name)


def _notice(connection: sa.Connection, shape: Shape) -> str | None:
    """What the source asks to be printed on everything made from it, if it does."""
    table = shape.table(NOTICE)
    if table is None or "notice" not in table.columns:
        return None
    query = f"select {shape.quoted(table.columns['notice'])} from {shape.quoted(table.name)}"
    return connection.execute(sa.text(query)).scalar()
