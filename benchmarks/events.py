"""Records of an authority of any size, laid straight into a warehouse: for measuring, so never a real person's.

Ten years of months to November 2026, 60 teams in eight areas, a child for every forty rows and a worker for every two
thousand. Everything follows from the row's number, so the same size is the same county on every machine.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from readiness.contracts import load_contract, load_contracts
from readiness.warehouse import Warehouse, moment_literal

LOADED = datetime(2026, 11, 3, 23, 59, 59)
FIRST_MONTH = "2016-11"
DAYS = 3655  # 1 November 2016 to 3 November 2026

MACROS = (
    "create or replace temp macro chance(i, k) as (hash(i * 64 + k) % 1000003) / 1000003.0",
    "create or replace temp macro keyed(kind, i) as rpad(to_hex(hash(kind, i)), 20, '0')",
    "create or replace temp macro team(i, k) as cast(cast(floor(60 * pow(chance(i, k), 1.5)) as int) as text)",
    "create or replace temp macro day(i, k) as cast(floor(chance(i, k) * {days}) as int)",
    "create or replace temp macro later(i, k, mean) as cast(floor(-ln(1 - chance(i, k)) * mean) as int)",
    "create or replace temp macro dated(n) as date '2016-11-01' + cast(n as int)",
    "create or replace temp macro by_then(n) as case when n < {days} then date '2016-11-01' + cast(n as int) end",
    "create or replace temp macro minute(d, i, k) as "
    "cast(d as timestamp) + interval 1 minute * (480 + cast(floor(600 * chance(i, k)) as int))",
    "create or replace temp macro evening(d, i, k) as "
    "cast(d as timestamp) + interval 1 minute * (1080 + cast(floor(300 * chance(i, k)) as int))",
)

# Share of all rows, and a row by its number i; columns that are not named are NULL.
FEEDS: Mapping[str, tuple[float, str]] = {
    "record_audit": (
        0.66,
        "select case when chance(i, 1) < 0.72 then 'case_note' when chance(i, 1) < 0.86 then 'protection_visit' "
        "when chance(i, 1) < 0.95 then 'contact' else 'strategy_discussion' end as record_type, "
        "keyed('entry', i) as record_id, keyed('child', i % {children}) as child_id, "
        "keyed('worker', hash(i) % {workers}) as worker_id, team(i, 2) as team_id, "
        "minute(dated(day(i, 3)), i, 4) as occurred_at, dated(day(i, 3)) as occurred_on, "
        "'minute' as occurred_precision, "
        "evening(dated(day(i, 3) + later(i, 5, 2.5)), i, 6) as created_at, "
        "dated(day(i, 3) + later(i, 5, 2.5)) as created_on, "
        "case when chance(i, 7) < 0.02 then 'migration' else 'manual' end as entry_channel, "
        "'Social Worker' as author_role from range({rows}) as numbers (i)",
    ),
    "visits": (
        0.14,
        "select 'protection' as visit_kind, keyed('visit', i) as visit_id, keyed('child', i % {plans}) as child_id, "
        "keyed('plan', i % {plans}) as plan_id, "
        "dated(day(i % {plans}, 31) + 1 + cast(floor(chance(i, 8) * 320) as int)) as visited_on, "
        "chance(i, 9) < 0.93 as is_seen, chance(i, 10) < 0.8 as is_seen_alone from range({rows}) as numbers (i) "
        "where day(i % {plans}, 31) + 1 + cast(floor(chance(i, 8) * 320) as int) < {days}",
    ),
    "contacts": (
        0.04,
        "select keyed('contact', i) as contact_id, keyed('child', i % {children}) as child_id, "
        "minute(dated(day(i, 11)), i, 12) as contact_at, dated(day(i, 11)) as contact_on, '6' as source_code "
        "from range({rows}) as numbers (i)",
    ),
    "contact_decisions": (
        0.04,
        "select keyed('contact', i) as contact_id, minute(dated(day(i, 11)), i, 12) as received_at, "
        "dated(day(i, 11)) as received_on, by_then(day(i, 11) + later(i, 13, 0.8)) as decided_on, "
        "'no further action' as decision, 'amber' as urgency, false as is_protection_concern, team(i, 14) as team_id "
        "from range({rows}) as numbers (i)",
    ),
    "referrals": (
        0.04,
        "select keyed('referral', i) as referral_id, keyed('child', i % {children}) as child_id, "
        "dated(day(i, 15)) as referred_on, '6' as source_code, chance(i, 16) < 0.1 as is_nfa, "
        "by_then(day(i, 15) + 20 + later(i, 17, 120)) as closed_on, team(i, 18) as team_id, "
        "keyed('worker', hash(i) % {workers}) as worker_id from range({rows}) as numbers (i)",
    ),
    "assessments": (
        0.04,
        "select keyed('assessment', i) as assessment_id, keyed('child', i % {children}) as child_id, "
        "keyed('referral', i) as referral_id, dated(day(i, 15) + least(later(i, 19, 3), {days} - 1 - day(i, 15))) "
        "as started_on, chance(i, 20) < 0.9 as is_child_seen, "
        "by_then(day(i, 15) + 5 + later(i, 19, 3) + later(i, 21, 40)) as authorised_on, "
        "case when chance(i, 22) < 0.7 then team(i, 18) end as team_id, 'single' as assessment_type, "
        "true as is_child_views_recorded, chance(i, 24) < 0.8 as is_identity_considered "
        "from range({rows}) as numbers (i)",
    ),
    "involvements": (
        0.03,
        "select keyed('involvement', i) as involvement_id, keyed('worker', hash(i) % {workers}) as worker_id, "
        "case when chance(i, 25) < 0.8 then 'Allocated Case Worker' else 'Family Support' end as role, "
        "dated(day(i, 15) + 1) as started_on, by_then(day(i, 15) + 20 + later(i, 17, 120)) as ended_on, "
        "keyed('child', i % {children}) as child_id, keyed('referral', i) as referral_id "
        "from range({rows}) as numbers (i)",
    ),
    "protection_plans": (
        0.01,
        "select keyed('plan', i) as plan_id, keyed('child', i) as child_id, keyed('referral', i) as referral_id, "
        "dated(day(i, 31)) as started_on, "
        "by_then(day(i, 31) + 60 + cast(floor(chance(i, 27) * 260) as int)) as ended_on "
        "from range({rows}) as numbers (i)",
    ),
    "people": (
        0.025,
        "select keyed('child', i) as child_id, "
        "date '2002-01-01' + cast(floor(chance(i, 28) * 8500) as int) as born_on, "
        "'F' as sex, case when chance(i, 29) < 0.94 then 'WBRI' end as ethnicity from range({children}) as numbers (i)",
    ),
    "professionals": (
        0.0005,
        "select keyed('worker', i) as worker_id, keyed('registration', i) as registration_id, "
        "case when chance(i, 30) < 0.8 then 1.0 else 0.6 end as full_time_equivalency, true as has_workforce_row, "
        "cast(i % 60 as text) as team_id, date '2015-01-01' as started_on, true as is_case_holding "
        "from range({workers}) as numbers (i)",
    ),
    "supervision_sessions": (
        0.01,
        "select keyed('session', i) as session_id, 'personal' as session_type, "
        "keyed('worker', i % {workers}) as worker_id, dated(day(i, 33)) as held_on, "
        "dated(day(i, 33)) as recorded_on, 2 as actions_set from range({rows}) as numbers (i)",
    ),
    "teams": (
        0,
        "select cast(i as text) as team_id, 'Team ' || i as team_name, cast(100 + i % 8 as text) as area_id, "
        "'Area ' || (i % 8) as area_name from range(60) as numbers (i)",
    ),
}


def write_events(warehouse: Warehouse, size: int, folder: Path) -> None:
    """Write about `size` rows as the first batch of their feeds, and the same rows into `folder` as Parquet files."""
    making = duckdb.connect()
    sizes = {"days": DAYS, "children": size // 40, "workers": max(size // 2000, 60), "plans": size // 100}
    for macro in MACROS:
        making.execute(macro.format(**sizes))
    for feed, (share, query) in FEEDS.items():
        table, file, physical = f"records.{feed}", folder / f"{feed}.parquet", load_contract(feed).physical
        made = query.format(**sizes, rows=int(size * share))
        there = making.sql(made).columns
        columns = ", ".join(
            f"cast({name if name in there else 'null'} as {sql_type}) as {name}" for name, sql_type in physical.items()
        )
        making.execute(
            f"copy (select 'ssd' as source, {columns}, {moment_literal(LOADED)} as known_from, "
            f"cast(null as timestamp) as known_to from ({made}) as made) to '{file}' (format parquet)"
        )
        warehouse.create_empty(
            table, {"source": "text", **physical, "known_from": "timestamp", "known_to": "timestamp"}
        )
        for batch in parquet.ParquetFile(file).iter_batches(500_000):
            warehouse.insert(table, pa.Table.from_batches([batch]))
        warehouse.analyze(table)
    note_batches(warehouse, LOADED)


def note_batches(warehouse: Warehouse, extracted_at: datetime) -> None:
    """A batch of every feed at a moment; feeds without rows are absent."""
    types = {"feed": "text", "extracted_at": "timestamp", "is_absent": "boolean"}
    rows = [(feed, extracted_at, feed not in FEEDS) for feed in load_contracts()]
    warehouse.append("records.batches", pd.DataFrame(rows, columns=list(types)), types)
