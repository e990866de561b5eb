"""How good the data was: what the gate let through at the as-at, feed by feed and rule by rule."""

from datetime import datetime

from readiness.contracts import load_contracts
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import day_of
from readiness.report.model import DataQuality, FeedQuality, RuleQuality
from readiness.warehouse import Warehouse


def quality_at(ledger: Ledger, warehouse: Warehouse, as_at: datetime) -> DataQuality:
    """Counts of the newest batch of each feed not later than `as_at`; a reconstructed as-at takes the first batch."""
    base = ledger.batch_behind(as_at)
    batches = [entry for entry in ledger.batches() if entry.day <= day_of(base)]
    feeds = [_feed(feed, [entry for entry in batches if entry.feed == feed], base) for feed in sorted(load_contracts())]
    return DataQuality(
        feeds=tuple(feeds),
        rules=tuple(_rules(warehouse, base)),
        missing=tuple(feed.feed for feed in feeds if feed.status != "loaded" or feed.message),
    )


def _feed(feed: str, entries: list[BatchEntry], base: datetime) -> FeedQuality:
    """The feed's state in the newest batch, with the counts of the last time it was loaded."""
    newest = max(entries, key=lambda entry: entry.day, default=None)
    loaded = max((entry for entry in entries if entry.status == "loaded"), key=lambda entry: entry.day, default=None)
    if newest is None or newest.day < day_of(base):
        status, message = "missing", None
    else:
        status, message = newest.status, newest.message
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
    """The rules that some row broke in each feed's newest batch up to `base`, most broken first."""
    found = warehouse.query(
        f"""
        select results.feed, results.rule_id, results.severity, results.dimension, results.description,
            results.checked, results.failed
        from gate.rule_results as results
        join (
            select feed, max(extracted_at) as extracted_at
            from gate.rule_results
            where extracted_at <= cast('{base:%Y-%m-%d %H:%M:%S.%f}' as timestamp)
            group by feed
        ) as newest on newest.feed = results.feed and newest.extracted_at = results.extracted_at
        where results.failed > 0
        order by results.failed desc, results.feed, results.rule_id
        """
    )
    return [RuleQuality(**row) for row in found.to_dict("records")]
