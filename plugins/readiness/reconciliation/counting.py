"""Counts a measure over a period, as known at one moment or another, and tells one count from the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from readiness.clocks import Schemas
from readiness.reconciliation.measures import Measure
from readiness.warehouse import Warehouse


@dataclass(frozen=True)
class Count:
    """cases: the counted ones (subject_id, child_id, counted_on). not_counted: reason in words -> how many.
    quarantined: rows of the measure's feeds, of whatever date, that wait in quarantine."""

    cases: pd.DataFrame
    not_counted: Mapping[str, int]
    quarantined: int = 0

    @property
    def value(self) -> int:
        return len(self.cases)


def count(warehouse: Warehouse, schemas: Schemas, measure: Measure, from_on: date | None, to_on: date) -> Count:
    """The cases of a period by what `schemas` knows; a case counts once, however many rows it has."""
    words = measure.words
    last = f"cast('{to_on}' as date)"
    is_open = f"from_on <= {last} and (until_on is null or until_on > {last})"
    if words.kind == "stock":
        is_in, counted_on = is_open, "from_on"
        is_waiting = "1 = 0"
    else:
        is_in, counted_on = f"until_on between cast('{from_on}' as date) and {last}", "until_on"
        is_waiting = is_open if words.open else "1 = 0"
    found = warehouse.query(
        schemas.sql(
            f"with cases as ({measure.query}) "
            f"select subject_id, child_id, {counted_on} as counted_on, reason, "
            f"case when {is_in} then 1 else 0 end as is_in, case when {is_waiting} then 1 else 0 end as is_waiting "
            f"from cases where ({is_in}) or ({is_waiting})"
        )
    ).drop_duplicates()
    inside = found[found.is_in == 1]
    reasons = inside.reason[inside.reason.notna()].value_counts().sort_index()
    not_counted = {words.reasons[reason]: int(number) for reason, number in reasons.items()}
    if waiting := int((found.is_waiting == 1).sum()):
        not_counted[words.open] = waiting
    counted = inside.loc[inside.reason.isna(), ["subject_id", "child_id", "counted_on"]]
    return Count(counted.drop_duplicates("subject_id"), not_counted, _quarantined(warehouse, schemas, measure))


def only_in(one: Count, other: Count, by: list[str]) -> int:
    """How many cases of `one` have no counterpart in `other`, case by case: two alike need two."""
    mine, theirs = (each.cases.groupby(by, dropna=False).size() for each in (one, other))
    return int((mine.sub(theirs, fill_value=0)).clip(lower=0).sum())


def _quarantined(warehouse: Warehouse, schemas: Schemas, measure: Measure) -> int:
    tables = [schemas.table(f"known.quarantined_{feed}") for feed in measure.words.feeds]
    return sum(int(warehouse.value(f"select count(*) from {table}")) for table in tables if warehouse.exists(table))
