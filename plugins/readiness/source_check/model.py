"""What a source check found: counts, months and names of columns, never a value of a person.

Counts are of rows. Dates are those of whole columns, and none of a column that its contract calls personal.
"""

from datetime import date, datetime
from typing import Literal

from readiness.profile import Strict
from readiness.source_check.wording import spoken

State = Literal["read", "partly", "absent", "refused"]
Support = Literal["supported", "caveats", "not_supported", "not_applicable"]
Reason = Literal["absent", "empty", "refused", "table", "column", "kind"]


class DateColumn(Strict):
    """One date or moment of a feed.

    made_by: as the contract says. first_on, last_on: None if the column is personal or empty. is_1900: rows with
    1900-01-01, read as missing. without_time: dates without a time of day, None where none is expected. in_future:
    dates after the day of reading, None where they are expected. on_the_first: dates on the first of a month.
    by_weekday: dates by day of the week, Monday first. due: the due date of the same feed that it was held against,
    with_due: rows that have both, on_due: those on the same day.
    """

    name: str
    meaning: str
    made_by: Literal["worker_entered", "system_stamped", "due"] | None
    is_personal: bool
    filled: int
    first_on: date | None = None
    last_on: date | None = None
    is_1900: int = 0
    unreadable: int = 0
    without_time: int | None = None
    in_future: int | None = None
    on_the_first: int = 0
    by_weekday: tuple[int, ...] = ()
    due: str | None = None
    with_due: int = 0
    on_due: int = 0


class CodeColumn(Strict):
    """A column with a list of codes (flags are Y or N): how many values are not on the list, and never which."""

    name: str
    meaning: str
    filled: int
    unlisted: int


class BulkLoad(Strict):
    """Many rows stamped at once. span: how close together; begins_at: the fullest minute, or the day or night, in
    London time."""

    column: str
    span: Literal["minute", "night", "day"]
    begins_at: datetime
    rows: int


class Months(Strict):
    """Rows by month of the date that the contract names.

    rows: 'YYYY-MM' -> rows, only months that have any, up to the day of reading. typical: their median, the day's own
    month left aside. first_complete: the earliest month with at least half of that, or the profile's word. empty,
    thin: months after that without rows, and with less than a quarter of the median. later: rows dated after the day, 0
    for due dates.
    """

    column: str
    rows: dict[str, int]
    typical: float | None
    first_complete: str | None
    is_setting: bool = False
    empty: tuple[str, ...] = ()
    thin: tuple[str, ...] = ()
    later: int = 0


class Kind(Strict):
    """Rows of one kind, by a listed code of the feed's key (a visit's kind, a record's type)."""

    column: str
    code: str
    rows: int
    first_complete: str | None = None


class MissingColumn(Strict):
    """A column of the contract without any value. place: table.column in the source's own words, if known.

    why: the source has no such column; it has and nobody fills it; this kind of source never has; or `hollow`: the
    query makes it from a table that is not there, so that it says the same of every row.
    """

    name: str
    meaning: str
    place: str | None
    why: Literal["lacking", "empty", "not_carried", "hollow"]

    @property
    def physical(self) -> tuple[str, str]:
        """What a moment of this name is called in the warehouse."""
        return f"{self.name}_at", f"{self.name}_on"


class FeedCheck(Strict):
    """One feed. state: `partly` if tables or columns are missing, `refused` with a message if it could not be read.

    system: whose words were read, a folder of sql/sources/. tables: those the feed is read from in that system, the
    main ones first. repeated_keys: keys on more than one row; copies: rows equal to an earlier one in every column.
    held_back: rows that the contract alone holds back at the gate: a required value missing, a date or number that
    cannot be read, a key on rows that differ. limit: what this kind of source cannot answer for the feed.
    """

    feed: str
    description: str
    owner: str
    is_optional: bool
    state: State
    message: str | None = None
    system: str | None = None
    address: str | None = None
    tables: tuple[str, ...] = ()
    missing_tables: tuple[str, ...] = ()
    missing_columns: tuple[MissingColumn, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    rows: int = 0
    keys: int = 0
    repeated_keys: int = 0
    copies: int = 0
    rows_without_key: int = 0
    held_back: int = 0
    months: Months | None = None
    kinds: tuple[Kind, ...] = ()
    dates: tuple[DateColumn, ...] = ()
    codes: tuple[CodeColumn, ...] = ()
    bulk_loads: tuple[BulkLoad, ...] = ()
    limit: str | None = None

    @property
    def has_rows(self) -> bool:
        return self.state in ("read", "partly") and self.rows > 0


class Lack(Strict):
    """One thing that an indicator cannot do without: a feed, a table that adds to it, a column, or a kind of its rows.

    places: tables or table.column of the source's system that would hold it, if known.
    """

    feed: str
    reason: Reason
    column: str | None = None
    codes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """In our own words, where the source has none for it."""
        return f"{spoken(self.column)} of {spoken(self.feed)}" if self.column else spoken(self.feed)


class IndicatorCheck(Strict):
    """Whether the source can support an indicator, from which month, and what is missing.

    not_applicable: no limit is in force in the months that the source covers; `note` says since when. incomplete: feeds
    that lack columns which it reads, though it can do without.
    """

    id: str
    title: str
    family: str
    support: Support
    from_month: str | None = None
    lacks: tuple[Lack, ...] = ()
    caveats: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    note: str | None = None

    @property
    def is_computable(self) -> bool:
        return self.support in ("supported", "caveats")


class SourceCheck(Strict):
    """A whole check. source: the address, without a password. day: whose state was read. read_at: naive UTC.
    limits: what this kind of source cannot answer at all. notice: what the source asks to be printed."""

    authority: str
    source: str
    is_live: bool
    day: date
    read_at: datetime
    feeds: tuple[FeedCheck, ...]
    indicators: tuple[IndicatorCheck, ...]
    limits: tuple[str, ...] = ()
    notice: str | None = None

    def feed(self, name: str) -> FeedCheck:
        return next(found for found in self.feeds if found.feed == name)

    @property
    def applicable(self) -> tuple[IndicatorCheck, ...]:
        return tuple(found for found in self.indicators if found.support != "not_applicable")

    @property
    def computable(self) -> tuple[IndicatorCheck, ...]:
        return tuple(found for found in self.indicators if found.is_computable)
