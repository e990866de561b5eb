"""What passes from the case system to the gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

import pandas as pd

UNREADABLE, SENTINEL, UNLISTED = "__unreadable", "__is_1900", "__unlisted"
"""Endings of marker columns: a date or number that cannot be read, a 1900-01-01, a flag that is neither Y nor N."""


@dataclass(frozen=True)
class Remembered:
    """What earlier batches showed of the source: the tables it had, and what kind of values each column of the
    contract held (`text`, `number`, `date`, `flag`, or `mixed`)."""

    tables: frozenset[str] = frozenset()
    families: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Since:
    """How far back an increment reads: rows recorded on `recorded_on` or later, and all rows whose record id, as the
    source writes it, is one of `also_ids` (those in quarantine, which may have been mended)."""

    recorded_on: date
    also_ids: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Delivery:
    """What was delivered in files. day: whose state it shows, None if nothing says so. whole: a hash of all of it.
    content: a hash of the part that holds the feed."""

    day: date | None
    whole: str
    content: str


@dataclass(frozen=True)
class Batch:
    """One feed's rows of one extraction.

    frame: the contract's physical columns; `row_digest`, equal for rows that are equal in every contract column as
      trimmed text; and a boolean marker column `<column>__unreadable`, `__is_1900` or `__unlisted` for each column in
      which such a value occurred (the value itself is missing then).
    extracted_at: naive UTC. source_rows: rows read. is_absent: the source has no table for this feed.
    missing_tables, missing_columns: what the source lacks of the feed's tables and of the contract's columns; both are
      read as missing. unknown_columns: columns of the feed's tables that no contract asks for, by name.
    tables, families: what to remember of the source's shape.
    system: whose words were read, a folder of sql/sources/. delivery: of files, None for
      a database.
    identities: per domain the hashes and the ids behind them; they go to the vault and nowhere else.
    """

    feed: str
    day: date
    extracted_at: datetime
    frame: pd.DataFrame = field(repr=False)
    system: str = "ssd"
    delivery: Delivery | None = None
    is_absent: bool = False
    is_partial: bool = False
    notice: str | None = None
    missing_tables: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    tables: frozenset[str] = frozenset()
    families: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    identities: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @property
    def source_rows(self) -> int:
        return len(self.frame)
