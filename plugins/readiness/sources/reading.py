"""Reads one feed: open its source, fit the query, stream, normalise, check that columns still hold what they held."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from sqlglot import exp

from readiness.contracts import Contract
from readiness.periods import day_moment, day_of
from readiness.settings import Settings
from readiness.sources.batch import Batch, Remembered, Since
from readiness.sources.borders import DayNotReadable, guarded, source_failure
from readiness.sources.connection import ROWS_AT_ONCE, sql_dialect
from readiness.sources.drift import checked_families
from readiness.sources.inspection import Shape
from readiness.sources.normalising import Normaliser
from readiness.sources.queries import NOT_CARRIED, ROWS, FeedQuery, fit_query, read_by, recorded_since
from readiness.sources.source import NOTICE, OpenSource, Source, open_feed
from readiness.sources.vault import IdentityKey, Vault

LOG = logging.getLogger(__name__)

MOST_IDS = 1000
"""An increment names at most so many records; with more in quarantine the whole table is read."""
TELL_EVERY_ROWS = 1_000_000


def read_feed(
    settings: Settings,
    contract: Contract,
    *,
    source: Source,
    now: datetime,
    day: date | None = None,
    remembered: Remembered | None = None,
    since: Since | None = None,
) -> Batch:
    """Read the rows of a feed as of the end of `day` (London), or as of `now` (naive UTC) from a live source.

    since: how far back an increment reads; all rows without it. Raises SourceUnavailable (worth trying again),
    SourceChanged, FileRefused or DayNotReadable (not), always without a row's value.
    """
    reading = _Reading(contract, source, now, day, remembered or Remembered(), since, Vault(settings).key())
    return guarded(f"Reading {contract.feed}", reading.read, source_failure(contract.feed, source.in_words))


@dataclass(frozen=True)
class _Reading:
    """One feed's reading; the fields are the arguments of `read_feed`."""

    contract: Contract
    source: Source
    now: datetime
    day: date | None
    remembered: Remembered
    since: Since | None
    key: IdentityKey

    def read(self) -> Batch:
        contract, normaliser = self.contract, Normaliser(self.contract, self.key, self.source.date_order)
        with open_feed(self.source, contract, self.day or day_of(self.now)) as opened:
            connection, dialect = opened.connection, sql_dialect(opened.connection)
            query = self._query(opened, dialect)
            day, extracted_at = self._moment(opened, query)
            chunks = _stream(connection, contract, query, dialect, self.since) if query.select is not None else ()
            frame = normaliser.whole(normaliser.physical(chunk) for chunk in self._counted(chunks))
            notice = _notice(connection, opened.shape)
        return Batch(
            feed=contract.feed,
            day=day,
            extracted_at=extracted_at,
            frame=frame,
            system=opened.system,
            delivery=opened.delivery,
            is_absent=query.select is None,
            is_partial=self.since is not None,
            notice=notice,
            missing_tables=query.missing_tables,
            missing_columns=query.missing_columns,
            unknown_columns=tuple(name for name in query.unknown_columns if name not in read_by(opened.system)),
            tables=query.tables,
            families=checked_families(normaliser, self.remembered, self.since),
            identities=normaliser.identities(),
        )

    def _query(self, opened: OpenSource, dialect: str) -> FeedQuery:
        if opened.statement is None:
            return NOT_CARRIED
        as_of = self.day or day_of(self.now)
        return fit_query(self.contract, opened.statement, opened.shape, self.remembered, as_of, dialect)

    def _moment(self, opened: OpenSource, query: FeedQuery) -> tuple[date, datetime]:
        if opened.delivery and opened.delivery.day:
            return opened.delivery.day, day_moment(opened.delivery.day)
        return _moment(self.contract.feed, query, self.day, self.now)

    def _counted(self, chunks: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        """The chunks as they are, with a line in the log now and then while a large table is read."""
        rows = 0
        for chunk in chunks:
            rows += len(chunk)
            if rows % TELL_EVERY_ROWS < len(chunk) and rows >= TELL_EVERY_ROWS:
                LOG.info("%s: %s rows read so far", self.contract.feed, f"{rows:,}")
            yield chunk


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
    for rows in connection.execute(feed_text(contract, query, dialect, since)).partitions(ROWS_AT_ONCE):
        columns = zip(*rows, strict=True)
        yield pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in zip(names, columns, strict=True)})


def feed_text(contract: Contract, query: FeedQuery, dialect: str, since: Since | None) -> sa.TextClause:
    """The one query that is sent for a feed, in the database's own SQL, with the values that go with it."""
    outer = exp.select(*(_selected(name, contract, dialect) for name in contract.columns)).from_(ROWS)
    text = outer.with_(ROWS, as_=query.select).sql(dialect=dialect)
    if since is None or len(since.also_ids) > MOST_IDS:
        return sa.text(text)
    condition = recorded_since(contract, query, dialect, len(since.also_ids))
    is_typed = dialect not in ("sqlite", "postgres") and contract.recorded in query.temporal
    bound = since.recorded_on if is_typed else since.recorded_on.isoformat()
    binds = [sa.bindparam("since", bound, type_=sa.types.NullType())]  # the column's own type decides
    if since.also_ids:
        binds.append(sa.bindparam("ids", list(since.also_ids), expanding=True))
    return sa.text(f"{text} where {condition}").bindparams(*binds)


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
    notice = sa.select(sa.column(table.columns["notice"])).select_from(sa.table(table.name, schema=table.schema))
    return connection.execute(notice).scalar()
