"""Where a feed comes from: the case system, or a database, file or folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlglot import exp

from readiness.contracts import Contract
from readiness.errors import ReadinessError
from readiness.profile import Profile
from readiness.settings import Settings, is_path, masked
from readiness.sources.batch import Delivery
from readiness.sources.borders import SourceUnavailable, guarded
from readiness.sources.connection import open_database, open_tables
from readiness.sources.files.drops import Drop, find_drop
from readiness.sources.files.tables import FileRefused
from readiness.sources.inspection import Shape
from readiness.sources.queries import feed_statement, own_statement, tables_of

SSD = "ssd"
NOTICE = "readiness_notice"


@dataclass(frozen=True)
class Source:
    """address: an SQLAlchemy URL, or the path of a file or folder. system: whose words its database uses, a folder of
    sql/sources/. schema: of the tables of a database. date_order: how 03/04/2026 is meant where nothing else tells."""

    address: str
    system: str = SSD
    schema: str | None = None
    date_order: Literal["day_first", "month_first"] | None = None

    @property
    def is_file(self) -> bool:
        return is_path(self.address)

    @property
    def in_words(self) -> str:
        """The address for messages, without a password."""
        return masked(self.address)


@dataclass(frozen=True)
class OpenSource:
    """An open connection on which one feed can be read. statement: the feed's query, None if the source does not carry
    the feed. delivery: of files, None for a database."""

    connection: sa.Connection
    shape: Shape
    statement: exp.Query | None
    system: str
    delivery: Delivery | None = None


def source_of(settings: Settings, profile: Profile, feed: str) -> Source:
    """The one active source of a feed; raises ReadinessError for addresses of feeds that do not exist."""
    own = profile.sources.get(feed)
    return Source(
        address=own or settings.case_system,
        system=profile.source,
        schema=None if own else profile.source_schema,
        date_order=profile.date_order,
    )


@contextmanager
def open_feed(source: Source, contract: Contract, day: date) -> Iterator[OpenSource]:
    """Open a feed's source as of `day` (a database shows what it shows). Raises SourceUnavailable on leaving if files
    changed meanwhile."""
    if not source.is_file:
        with open_database(source.address) as connection:
            statement = feed_statement(source.system, contract.feed)
            yield OpenSource(connection, Shape(connection, source.schema), statement, source.system)
        return
    drop = find_drop(Path(source.address), day)
    system = _system(drop)
    delivery = _delivery(drop, contract)
    with _tables(drop, contract, feed_statement(system, contract.feed)) as (connection, statement):
        yield OpenSource(connection, Shape(connection), statement, system, delivery)
    if _delivery(drop, contract) != delivery:
        raise SourceUnavailable(
            f"{contract.feed}: {drop.path.name} changed while it was read, so nothing of it was taken. Deliver under "
            "another name and rename when the copy is complete, or try again."
        )


def find_delivery(source: Source, contract: Contract, day: date) -> Delivery | None:
    """What `read_feed` would read of a feed from files as of `day`, without reading it; None for a database. Raises as
    `read_feed` does."""
    if not source.is_file:
        return None
    return guarded(f"Looking for {contract.feed}", lambda: _delivery(find_drop(Path(source.address), day), contract))


def _delivery(drop: Drop, contract: Contract) -> Delivery:
    return Delivery(
        drop.day, drop.content(), drop.content(_wanted(contract, feed_statement(_system(drop), contract.feed)))
    )


def _system(drop: Drop) -> str:
    return SSD if drop.door == "folder" else drop.door


def _wanted(contract: Contract, statement: exp.Query | None) -> frozenset[str]:
    """Names of the tables that can hold a feed: those of its query, and its own name."""
    return frozenset({contract.feed, *(tables_of(statement) if statement is not None else ())})


@contextmanager
def _tables(
    drop: Drop, contract: Contract, statement: exp.Query | None
) -> Iterator[tuple[sa.Connection, exp.Query | None]]:
    """The tables of a delivery that a feed needs; a folder may hold the feed under its own name instead."""
    own = own_statement(contract) if drop.door == "folder" else None
    is_carried = statement is not None or own is not None
    with open_tables(drop.tables(_wanted(contract, statement) | {NOTICE}) if is_carried else ()) as connection:
        if own is not None:
            shape = Shape(connection)
            has_own = shape.table(contract.feed) is not None
            theirs = [name for name in tables_of(statement) if shape.table(name)] if statement is not None else []
            if has_own and theirs:
                raise FileRefused(
                    f"{contract.feed}: {drop.path} holds the feed both under its own name and as {', '.join(theirs)}; "
                    "nobody can say which is true. Keep one of them."
                )
            statement = own if has_own else statement
        yield connection, statement


def no_such_feed(profile: Profile, feeds: frozenset[str]) -> None:
    """Raise if the profile names a source for a feed that does not exist."""
    unknown = sorted(profile.sources.keys() - feeds)
    if unknown:
        raise ReadinessError(
            f"profile.yaml names a source for {', '.join(unknown)}, which is no feed. Feeds are named like the files "
            "in expectations/."
        )
