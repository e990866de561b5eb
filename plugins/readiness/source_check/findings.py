"""What is worth knowing of a feed, in sentences; and when a number is worth a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from readiness.periods import Month
from readiness.source_check.model import BulkLoad, DateColumn, FeedCheck
from readiness.source_check.wording import capital, counted, listed, months, percent, spoken

FIRST_OF_MONTH = 12 / 365.25
"""The share of dates on the first of a month when dates are spread evenly: about 3 percent."""
HEAP_TIMES, HEAP_DATES = 2, 30
"""A heap on the first of the month: twice the even share, and more dates than a few busy firsts would give."""
DUE_SHARE, DUE_DATES = 0.3, 30
"""Meetings are often booked for the day they are due; three in ten on that very day is worth asking who typed it."""
WEEKDAY_SHARE = 0.4
"""Of five working days each has a fifth; one with twice that is a default value or a weekly routine."""
UNTIMED_SHARE = 0.5
LOUD_SHARE, HEARD_SHARE = 0.05, 0.01
"""Above 5 percent in quarantine an indicator cannot be good; below 1 percent a number hardly moves."""
DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
MADE_BY = {"worker_entered": "typed by workers", "system_stamped": "stamped by the system", "due": "a due date"}


@dataclass(frozen=True)
class Finding:
    """tone: `bad` if rows are lost by it, `warn` if numbers may mislead, `quiet` if it is only good to know."""

    tone: Literal["bad", "warn", "quiet"]
    text: str


def findings(feed: FeedCheck) -> tuple[Finding, ...]:
    """The most harmful first."""
    found = [*_refused(feed), *_missing(feed), *_rows(feed), *_months(feed)]
    found += [finding for column in feed.dates for finding in _dates(column, feed.rows)]
    found += [Finding("warn", bulk_load(load)) for load in feed.bulk_loads]
    found += [*_unlisted(feed), *_untimed(feed)]
    return tuple(sorted(found, key=lambda finding: ("bad", "warn", "quiet").index(finding.tone)))


def bulk_load(load: BulkLoad) -> str:
    when = {
        "minute": f"within one minute, {load.begins_at:%H:%M on %-d %B %Y}",
        "night": f"in one night, that of {load.begins_at:%-d %B %Y}",
        "day": f"on {load.begins_at:%-d %B %Y} without a time of day",
    }[load.span]
    return f"Looks like a bulk load: {counted(load.rows, 'row')} {spoken(load.column)} {when}."


def heaps(column: DateColumn) -> bool:
    """Whether dates heap on the first of the month."""
    return column.on_the_first >= HEAP_DATES and column.on_the_first > HEAP_TIMES * FIRST_OF_MONTH * column.filled


def refusal(feed: FeedCheck) -> str:
    """Why a feed could not be read, without its name in front."""
    return capital((feed.message or "").removeprefix(f"{feed.feed}: "))


def _refused(feed: FeedCheck) -> Iterator[Finding]:
    if feed.state == "refused":
        yield Finding("bad", refusal(feed))


def _missing(feed: FeedCheck) -> Iterator[Finding]:
    if feed.missing_tables and feed.state == "partly":
        yield Finding("warn", f"Without {listed(feed.missing_tables)}: what it would give is read as missing.")
    tables = {f"{table}." for table in feed.missing_tables}
    lacking = [c for c in feed.missing_columns if c.why == "lacking" and not (c.place or "").startswith(tuple(tables))]
    if lacking:
        named = (f"{spoken(c.name)} ({c.place})" if c.place else spoken(c.name) for c in lacking)
        yield Finding("warn", f"The source does not say: {listed(named)}.")
    if empty := [column.name for column in feed.missing_columns if column.why == "empty"]:
        yield Finding("quiet", f"Never filled: {listed(map(spoken, empty))}.")
    if void := [column.name for column in feed.missing_columns if column.why == "not_carried"]:
        yield Finding("quiet", f"Not in this kind of source: {listed(map(spoken, void))}.")


def _rows(feed: FeedCheck) -> Iterator[Finding]:
    if feed.held_back:
        rows = counted(feed.held_back, "row breaks", "rows break")
        share = percent(feed.held_back, feed.rows)
        yield _counted(feed.held_back, feed.rows, f"{rows} the contract and would go to quarantine ({share}).")
    if feed.rows_without_key:
        text = f"{counted(feed.rows_without_key, 'row has', 'rows have')} no key."
        yield _counted(feed.rows_without_key, feed.rows, text)
    if feed.repeated_keys:
        keys = counted(feed.repeated_keys, "key stands", "keys stand")
        yield _counted(feed.repeated_keys, feed.rows, f"{keys} on more than one row.")
    if feed.copies:
        copies = counted(feed.copies, "row is an exact copy", "rows are exact copies")
        yield _counted(feed.copies, feed.rows, f"{copies} of another and would be read once.")
    if feed.state in ("read", "partly") and not feed.rows:
        yield Finding("warn", "The table is there, but it holds no rows.")


def _months(feed: FeedCheck) -> Iterator[Finding]:
    if feed.months is None:
        return
    if feed.months.empty:
        yield Finding("warn", f"No rows in {months(feed.months.empty)}.")
    if feed.months.thin:
        yield Finding("warn", f"Less than a quarter of the usual rows in {months(feed.months.thin)}.")
    if feed.months.later:
        lie = counted(feed.months.later, "row lies", "rows lie")
        yield _counted(feed.months.later, feed.rows, f"{lie} after the day that was read.")


def _dates(column: DateColumn, rows: int) -> Iterator[Finding]:
    name, filled = capital(spoken(column.name)), column.filled
    if column.unreadable:
        text = f"{name}: {counted(column.unreadable, 'date')} cannot be read."
        yield _counted(column.unreadable, rows, text)
    if column.is_1900:
        sentinels = f"{counted(column.is_1900, 'row')} with 1900-01-01, read as missing"
        yield _counted(column.is_1900, rows, f"{name}: {sentinels} ({percent(column.is_1900, rows)}).")
    if column.made_by == "system_stamped" and column.in_future:
        yield Finding("warn", f"{name}: {counted(column.in_future, 'stamp')} after the day that was read.")
    if heaps(column) and not column.is_personal:
        share = percent(column.on_the_first, filled)
        yield Finding("warn", f"{name}: {share} on the first of a month, where an even spread gives 3%.")
    if column.due and column.on_due >= max(DUE_DATES, DUE_SHARE * column.with_due):
        share = percent(column.on_due, column.with_due)
        yield Finding("warn", f"{name}: {share} on the very day on which it was due ({spoken(column.due)}).")
    if sum(column.by_weekday) >= HEAP_DATES and max(column.by_weekday) > WEEKDAY_SHARE * filled:
        busiest = max(range(7), key=column.by_weekday.__getitem__)
        yield Finding("quiet", f"{name}: {percent(column.by_weekday[busiest], filled)} on {DAYS[busiest]}.")


def _untimed(feed: FeedCheck) -> Iterator[Finding]:
    """Moments that are mostly dates."""
    untimed = [c for c in feed.dates if c.without_time and c.without_time >= UNTIMED_SHARE * c.filled]
    if untimed:
        shares = [f"{spoken(column.name)} ({percent(column.without_time, column.filled)})" for column in untimed]
        yield Finding("quiet", f"Without a time of day, so that hours cannot be counted: {listed(shares)}.")


def _unlisted(feed: FeedCheck) -> Iterator[Finding]:
    for column in feed.codes:
        if column.unlisted:
            values = f"{counted(column.unlisted, 'value')} not in the list of codes"
            share = percent(column.unlisted, column.filled)
            yield _counted(column.unlisted, column.filled, f"{capital(spoken(column.name))}: {values} ({share}).")


def _counted(part: int, whole: int, text: str) -> Finding:
    """A count of rows, as loud as its share."""
    tone = "bad" if part > LOUD_SHARE * whole else "warn" if part > HEARD_SHARE * whole else "quiet"
    return Finding(tone, text)


def first_complete(feed: FeedCheck) -> str:
    """From which month the feed is complete, in words."""
    if feed.months is None or feed.months.first_complete is None:
        return "–"
    return Month.parse(feed.months.first_complete).in_words()
