"""How good the data was: what the gate let through at the as-at, feed by feed and rule by rule."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from readiness.clocks import CURRENT, Schemas
from readiness.contracts import load_contracts
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import Month, day_of
from readiness.quality import results
from readiness.report.model import DataQuality, FeedQuality, RuleQuality
from readiness.report.words import day_in_words, plural
from readiness.warehouse import Warehouse

PROBLEMS = {
    "itself": "said to be merged into the same id",
    "cycle": "said to be merged in a circle",
    "ambiguous": "said to be another worker's",
}
MONTH_AND_SLACK = 62
"""Days to look back for how a rule stood a month before: the day itself may lack a batch."""


def quality_at(ledger: Ledger, warehouse: Warehouse, as_at: datetime, schemas: Schemas = CURRENT) -> DataQuality:
    """Counts of the newest batch of each feed not later than `as_at`; a reconstructed as-at takes the first batch.
    schemas: where what was known at `as_at` stands."""
    base = ledger.batch_behind(as_at)
    batches = [entry for entry in ledger.batches() if entry.day <= day_of(base)]
    feeds = [_feed(feed, [entry for entry in batches if entry.feed == feed], base) for feed in sorted(load_contracts())]
    return DataQuality(
        feeds=tuple(feeds),
        rules=tuple(_rules(warehouse, base)),
        notes=tuple(_notes(warehouse, schemas)),
        missing=tuple(feed.feed for feed in feeds if feed.status != "loaded" or feed.message),
    )


def _notes(warehouse: Warehouse, schemas: Schemas) -> Iterator[str]:
    """Corrections that were applied, and ids that could not be brought together."""
    applied = warehouse.query(
        f"select feed, column_name, owner, decided_on, rows from {schemas.table('known.corrections')} "
        "order by feed, column_name, decided_on"
    )
    for row in applied.itertuples():
        what = f"{row.column_name.replace('_', ' ')} in {row.feed.replace('_', ' ')}"
        decided = f"decided on {day_in_words(row.decided_on)}, {row.owner}"
        yield f"A correction of {what} is laid over {plural(int(row.rows), 'row')} ({decided})."
    problems = warehouse.query(
        f"select domain, problem, ids from {schemas.table('known.identity_problems')} order by domain, problem"
    )
    for row in problems.itertuples():
        number = plural(int(row.ids), f"{row.domain}'s id")
        yield f"{number} {PROBLEMS[row.problem]}, and stayed as {'it was' if row.ids == 1 else 'they were'}."


def _feed(feed: str, entries: list[BatchEntry], base: datetime) -> FeedQuality:
    """The feed's state in the newest batch, with the counts of the last time it was loaded."""
    newest = max(entries, key=lambda entry: entry.day, default=None)
    loaded = max((entry for entry in entries if entry.status == "loaded"), key=lambda entry: entry.day, default=None)
    if newest is None or newest.day < day_of(base):
        status, message = "missing", None
    else:
        status, message = ("loaded" if newest.status == "unchanged" else newest.status), newest.message
    if loaded is None:
        return FeedQuality(feed=feed, status=status, message=message)
    return FeedQuality(
        feed=feed,
        status=status,
        message=message,
        newest_on=loaded.day,
        source_rows=loaded.source_rows,
        accepted=loaded.accepted,
        quarantined=loaded.quarantined,
        copies=loaded.copies,
        warnings=loaded.warnings,
    )


def _rules(warehouse: Warehouse, base: datetime) -> list[RuleQuality]:
    """The rules that some row breaks as at `base`, most broken first, each beside how it stood a month before."""
    courses = results.trend(warehouse, base, days=MONTH_AND_SLACK)
    earlier_on = _a_month_before(day_of(base))
    broken = sorted((c for c in courses if c.now.failed), key=lambda c: (-c.now.failed, c.feed, c.rule_id))
    return [_rule(course, course.as_of(earlier_on)) for course in broken]


def _rule(course: results.Course, before: results.Point | None) -> RuleQuality:
    return RuleQuality(
        feed=course.feed,
        rule_id=course.rule_id,
        severity=course.severity,
        dimension=course.dimension,
        description=course.description,
        reference=course.reference,
        checked=course.now.checked,
        failed=course.now.failed,
        before_on=before.day if before else None,
        checked_before=before.checked if before else None,
        failed_before=before.failed if before else None,
    )


def _a_month_before(day: date) -> date:
    """The same day of the month before, or its last."""
    before = Month.of(day).shift(-1)
    return min(before.last_on, before.first_on + timedelta(days=day.day - 1))
