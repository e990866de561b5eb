"""The tasks that compare.py measures, this project's part: `python by_readiness.py TASK FOLDER WAREHOUSE ROWS`."""

import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from by_pandas import INDICATORS
from events import FEEDS, FIRST_MONTH, LOADED, note_batches, write_events

from readiness import clocks, indicators
from readiness.clocks import load_definitions
from readiness.contracts import load_contracts
from readiness.indicators.values import create_marts
from readiness.profile import Profile
from readiness.warehouse import Warehouse, moment_literal, open_warehouse

FIRST_COMPLETE = [*FEEDS, "case_note", "protection_visit", "contact", "strategy_discussion"]
UNDATED = {"record_audit", "people", "professionals", "teams"}
PROFILE = Profile(
    name="Anyshire",
    inspection="none",
    first_complete_month={name: FIRST_MONTH for name in FIRST_COMPLETE if name not in UNDATED},
)
CHANGED_ROWS = 5_000
SCANNED = {
    "record_audit": ["record_type", "entry_channel", "team_id", "occurred_at", "created_at"],
    "visits": ["visit_kind", "is_seen", "child_id", "visited_on"],
    "assessments": ["referral_id", "team_id", "started_on", "authorised_on"],
    "referrals": ["referral_id", "team_id", "closed_on"],
    "protection_plans": ["child_id", "referral_id", "started_on", "ended_on"],
    "involvements": ["worker_id", "child_id", "role", "started_on", "ended_on"],
}


def make(folder: Path, url: str, size: int) -> None:
    with open_warehouse(url) as warehouse:
        write_events(warehouse, size, folder)


def few_indicators(folder: Path, url: str, size: int) -> None:
    with open_warehouse(url) as warehouse:
        build(warehouse, INDICATORS, LOADED)


def counts_alone(folder: Path, url: str, size: int) -> None:
    """What the indicators are told from and nothing else: no young months, no looking ahead, no likeness of levels."""
    definitions = load_definitions().only(INDICATORS)
    with open_warehouse(url) as warehouse, warehouse.transaction():
        clocks.know(warehouse, load_contracts(), PROFILE, LOADED)
        clocks.build(warehouse, definitions, PROFILE)
        create_marts(warehouse, definitions, ["marts.indicator_counts"])


def every_indicator(folder: Path, url: str, size: int) -> None:
    with open_warehouse(url) as warehouse:
        build(warehouse, load_definitions().every_id, LOADED)


def scan(folder: Path, url: str, size: int) -> None:
    with open_warehouse(url) as warehouse:
        for feed, columns in SCANNED.items():
            greatest = ", ".join(
                f"{'bool_or' if name.startswith('is_') else 'max'}({name}) as {name}" for name in columns
            )
            warehouse.query(f"select count(*) as n, {greatest} from records.{feed}")


def change_of_a_day(folder: Path, url: str, size: int) -> None:
    with open_warehouse(url) as warehouse:
        next_day = LOADED + timedelta(days=1)
        with warehouse.transaction():
            lay_a_day(warehouse, next_day)
        build(warehouse, INDICATORS, next_day)


def build(warehouse: Warehouse, ids: Iterable[str], as_at: datetime) -> None:
    definitions = load_definitions().only(ids)
    with warehouse.transaction():
        clocks.know(warehouse, load_contracts(), PROFILE, as_at)
        clocks.build(warehouse, definitions, PROFILE)
        indicators.build(warehouse, definitions)


def lay_a_day(warehouse: Warehouse, extracted_at: datetime) -> None:
    """One change in fifty is of an assessment that began at any time, the rest are new entries of the record audit."""
    edits, now = CHANGED_ROWS // 50, moment_literal(extracted_at)
    day = f"cast('{extracted_at.date()}' as date)"
    chosen = (
        f"select assessment_id from records.assessments where known_to is null order by assessment_id limit {edits}"
    )
    warehouse.create_table("records.changing", chosen)
    edited = ", ".join(
        {"known_from": now, "known_to": "null", "authorised_on": day}.get(name, name)
        for name in warehouse.columns("records.assessments")
    )
    same = "assessment_id in (select assessment_id from records.changing)"
    warehouse.run(f"insert into records.assessments select {edited} from records.assessments where {same}")
    warehouse.run(f"update records.assessments set known_to = {now} where {same} and known_from < {now}")
    added = ", ".join(
        {"known_from": now, "record_id": "'new' || record_id", "occurred_on": day, "created_on": day}.get(name, name)
        for name in warehouse.columns("records.record_audit")
    )
    warehouse.run(
        f"insert into records.record_audit select {added} from records.record_audit "
        f"where record_type = 'case_note' limit {CHANGED_ROWS - edits}"
    )
    warehouse.drop("records.changing")
    note_batches(warehouse, extracted_at)


TASKS: dict[str, Callable[[Path, str, int], None]] = {
    task.__name__: task for task in (make, scan, counts_alone, few_indicators, every_indicator, change_of_a_day)
}


if __name__ == "__main__":
    name, where, address, rows = sys.argv[1:]
    began, spent = time.perf_counter(), time.process_time()
    TASKS[name](Path(where), address, int(rows))
    print(time.perf_counter() - began, time.process_time() - spent)
