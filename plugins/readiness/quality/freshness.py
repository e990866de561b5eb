"""Feeds that fall silent: one incident for each until data arrives again, and one mail about all of a run.

A feed is *missing* when the day has no loaded batch of it, and *stale* when batches are loaded but nothing in them is
new. Silence has its reasons, and most are dull; but nobody should learn of it from a rate that looks odd weeks later.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal

import pandas as pd

from readiness.contracts import Contract
from readiness.ledger import BatchEntry, Incident, Ledger
from readiness.periods import day_of
from readiness.warehouse import Warehouse

Kind = Literal["missing", "stale"]

READ = ("loaded", "unchanged")
"""What the ledger says of a day on which a feed's source was there, be it with nothing newer."""


def look(
    ledger: Ledger, contracts: Mapping[str, Contract], day: date, newest_events: Mapping[str, date], at: datetime
) -> tuple[list[Incident], list[Incident]]:
    """Open an incident for each feed that is silent on `day`, the newest one loaded, and close those of feeds that are
    not any more. Gives those opened and those closed; a second look changes nothing.

    newest_events: see `newest_events`. at: the moment to note, naive UTC.
    """
    entries = ledger.batches()
    silent = {
        feed: found
        for feed, contract in contracts.items()
        if (found := silence([e for e in entries if e.feed == feed], contract, day, newest_events.get(feed)))
    }
    open_now = {incident.feed for incident in ledger.incidents() if not incident.closed_at}
    opened = {feed for feed, (kind, words) in silent.items() if ledger.open_incident(feed, kind, words, at)}
    closed = {feed for feed in open_now - silent.keys() if ledger.close_incident(feed, at)}
    incidents = ledger.incidents()
    return (
        [each for each in incidents if not each.closed_at and each.feed in opened],
        [each for each in incidents if each.closed_at == at and each.feed in closed],
    )


def silence(
    entries: Iterable[BatchEntry], contract: Contract, day: date, newest_event: date | None
) -> tuple[Kind, str] | None:
    """Whether a feed is silent on a day, and in words why; None if it is not. `entries` are those of the feed.

    A feed that the source never had, or may lack, is not missed.
    """
    until = {entry.day: entry for entry in entries if entry.day <= day}
    today = until.get(day)
    loaded = [entry.day for entry in until.values() if entry.status == "loaded"]
    if today and today.status in READ:
        return _staleness(contract, day, newest_event, max(loaded, default=None))
    if today and today.status == "stopped":
        return "missing", today.message or f"{contract.feed}: not loaded on {_day(day)}."
    if not loaded or (today and contract.is_optional):
        return None
    what = "the source no longer has it" if today else f"it was not read on {_day(day)}"
    return "missing", f"{contract.feed}: {what}; last loaded on {_day(max(loaded))}."


def _staleness(
    contract: Contract, day: date, newest_event: date | None, loaded: date | None
) -> tuple[Kind, str] | None:
    newest = newest_event or loaded
    if not contract.quiet_days or newest is None or newest >= day - timedelta(days=contract.quiet_days):
        return None
    what = "its newest row is of" if newest_event else "nothing newer has been delivered since"
    return "stale", (
        f"{contract.feed}: {what} {_day(newest)}, {(day - newest).days} days before {_day(day)}; "
        f"{contract.quiet_days} would be usual."
    )


def newest_events(warehouse: Warehouse, contracts: Mapping[str, Contract], day: date) -> dict[str, date]:
    """Feed -> the newest of its first dates among the rows now in records. A date after `day` does not count, for one
    mistyped year would hide that nothing comes any more. Feeds without such a date are left out."""
    found = {}
    for feed, contract in contracts.items():
        table = f"records.{feed}"
        if contract.first_date is None or contract.columns[contract.first_date].personal:
            continue
        column = contract.on(contract.first_date)
        if column not in warehouse.columns(table):
            continue
        newest = warehouse.value(
            f"select max({column}) from {table} where known_to is null and {column} <= cast('{day}' as date)"
        )
        if newest is not None:
            found[feed] = pd.Timestamp(newest).date()
    return found


def tell(ledger: Ledger, send: Callable[[str, list[str]], None], at: datetime) -> None:
    """One mail, through `send(subject, paragraphs)`, about all that opened or closed and was not told yet.

    The intent is noted first. If the process dies before the outcome is, nobody knows whether the mail went out: the
    page says so, and it is not sent again.
    """
    opened, closed = ledger.untold()
    if not opened and not closed:
        return
    ledger.begin_telling(opened, closed, at)
    silent = {each.feed for each in opened}
    send(*incident_words(opened, [each for each in closed if each.feed not in silent]))
    ledger.finish_telling(opened, closed, at)


def incident_words(opened: Iterable[Incident], closed: Iterable[Incident]) -> tuple[str, list[str]]:
    """Subject and paragraphs of the mail: names of feeds, days and counts."""
    opened, closed = list(opened), list(closed)
    parts = [f"{_feeds(len(opened))} fell silent"] if opened else []
    parts += [f"{_feeds(len(closed))} in order again"] if closed else []
    paragraphs = [
        f"{'Missing' if each.kind == 'missing' else 'Stale'} since {_day(day_of(each.opened_at))}: {each.detail}"
        for each in opened
    ]
    if closed:
        names = ", ".join(sorted({each.feed.replace("_", " ") for each in closed}))
        paragraphs.append(f"In order again: {names}.")
    return f"Readiness: {', '.join(parts)}", paragraphs


def _feeds(number: int) -> str:
    return "1 feed" if number == 1 else f"{number} feeds"


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"
