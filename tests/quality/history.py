"""Days of one feed, merged into history without a case system: what the gate would have said is given by hand."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from readiness.contracts import load_contract
from readiness.gate import RuleResult, Sifted
from readiness.ledger import BatchEntry
from readiness.periods import day_moment
from readiness.records.memory import recall
from readiness.records.merging import Merger
from readiness.sources import Batch
from readiness.warehouse import Warehouse

VISITS = load_contract("visits")
RULES = {
    "visits.visit_id.missing": "The visit, within its kind is missing.",
    "visits.child_id.missing": "The child is missing.",
    "visits.visited.missing": "When the visit was made is missing.",
    "visits.key.repeated": "The same key stands in several rows with different content.",
}


@dataclass(frozen=True)
class Visit:
    """One row of the feed as the source has it; a row without its child or its day is bad, so is one without its id,
    and so are all rows that share a key."""

    kind: str = "protection"
    id: str | None = "V1"
    child: str | None = "C1"
    on: date | None = date(2026, 10, 30)
    plan: str | None = None

    @property
    def is_keyed(self) -> bool:
        return self.id is not None

    def broken(self, times: int) -> list[str]:
        found = [] if self.id else ["visits.visit_id.missing"]
        found += [] if self.child else ["visits.child_id.missing"]
        found += [] if self.on else ["visits.visited.missing"]
        return [*found, "visits.key.repeated"] if times > 1 else found


def judged(rows: Iterable[Visit]) -> dict[Visit, list[str]]:
    """Row -> the critical rules it breaks; equal rows are one."""
    distinct = dict.fromkeys(rows)
    times = Counter((row.kind, row.id) for row in distinct if row.is_keyed)
    return {row: row.broken(times[row.kind, row.id]) for row in distinct}


def load_day(warehouse: Warehouse, day: date, rows: Iterable[Visit]) -> BatchEntry:
    """Merge the feed's rows of a day, and give what the ledger would note of them."""
    rows = list(rows)
    found = judged(rows)
    good = _frame([row for row, broken in found.items() if not broken])
    bad = [row for row, broken in found.items() if broken]
    quarantined = _frame(bad).assign(
        row_digest=[f"{abs(hash(row)):x}" for row in bad], rule_ids=[";".join(found[row]) for row in bad]
    )
    results = tuple(
        RuleResult(
            rule_id=rule,
            severity="critical",
            dimension="completeness",
            description=words,
            checked=len(found),
            failed=sum(rule in broken for broken in found.values()),
            owner=VISITS.owner,
            reference=None,
        )
        for rule, words in RULES.items()
    )
    sifted = Sifted(len(rows), good, quarantined, len(rows) - len(found), results)
    moment = day_moment(day)
    batch = Batch("visits", day, moment, _frame(rows))
    entry = BatchEntry("visits", day, moment, "loaded", len(rows), len(good), len(bad), sifted.copies)
    with warehouse.transaction():
        Merger(warehouse, VISITS, "ssd", recall(warehouse, VISITS)).merge(batch, sifted, entry, "fingerprint")
    return entry


def at(day: date) -> datetime:
    return day_moment(day)


def _frame(rows: list[Visit]) -> pd.DataFrame:
    records = [
        {"visit_kind": r.kind, "visit_id": r.id, "child_id": r.child, "plan_id": r.plan, "visited_on": r.on}
        for r in rows
    ]
    return pd.DataFrame(records, columns=list(VISITS.physical), dtype=object)
