"""One SQL text, two engines: whatever the records look like, DuckDB and PostgreSQL give the same rows."""

from datetime import date

import pandas as pd
import pytest

from readiness.clocks import load_definitions
from readiness.profile import Profile
from readiness.warehouse import Warehouse, open_warehouse
from tests.clocks.history import batches, count, records
from tests.indicators.random_county import LOADED, County

AS_AT = date(2025, 7, 10)
FEEDS = ["contacts", "contact_decisions", "referrals", "assessments", "protection_plans", "visits", "involvements"]
FEEDS += ["supervision_sessions", "contact", "protection_visit", "need_visit", "looked_after_visit", "section47_visit"]
FEEDS += ["case_note", "strategy_discussion", "supervision", "system_outages"]
FEEDS += ["section47_enquiries", "strategy_discussions"]
FEEDS += ["strategy_discussions", "police_notifications", "section47_enquiries", "conferences", "plan_reviews"]
FEEDS += ["need_plans", "looked_after_episodes"]
FEEDS += ["call_intervals", "emergency_handovers", "medicals"]
MASH = {"value": 9, "unit": "working_hours", "without_times": {"value": 1, "unit": "working_days"}}
PROFILE = Profile(
    name="Testshire",
    inspection="none",
    limits={"contact_decision_in_time.amber": [MASH]},
    first_complete_month=dict.fromkeys(FEEDS, "2024-11"),
    count_sibling_copies_once=True,
)


def counted(warehouse: Warehouse, county: County) -> dict[str, pd.DataFrame]:
    batches(warehouse, LOADED)
    for feed, rows in county.rows.items():
        records(warehouse, feed, [row | {"known_from": LOADED} for row in rows])
    for feed, rows in county.quarantined.items():
        records(warehouse, feed, [row | {"known_from": LOADED} for row in rows], table="quarantine")
    definitions = count(warehouse, AS_AT, tuple(load_definitions().every_id), PROFILE)
    tables = [mart.words.table for mart in definitions.marts.values()]
    made = ("clocks.levels", "marts.indicator_values", "marts.young_months", "marts.started_in_time")
    return {table: plain(warehouse, table) for table in (*tables, *made)}


def plain(warehouse: Warehouse, table: str) -> pd.DataFrame:
    """The rows as text in one order: engines differ in the types they hand out, not in what they mean."""
    rows = warehouse.query(f"select * from {table}")
    for name in rows.columns:
        rows[name] = [as_text(value, name) for value in rows[name]]
    return rows.sort_values(list(rows.columns), ignore_index=True)


def rows_of(table: pd.DataFrame) -> list[tuple]:
    return list(table.itertuples(index=False, name=None))


def as_text(value: object, name: str) -> str:
    if pd.isna(value):
        return ""
    if name.endswith(("_on", "_at", "on_date")):
        return pd.Timestamp(value).strftime("%Y-%m-%d %H:%M:%S")
    if name.startswith("is_"):
        return str(bool(value))
    if not hasattr(value, "__float__"):
        return str(value)
    return f"{float(value):.9g}"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_engines_agree_row_for_row(duckdb_warehouse, postgresql_url, seed):
    county = County(seed)
    expected = counted(duckdb_warehouse, county)
    with open_warehouse(postgresql_url) as postgresql:
        found = counted(postgresql, county)
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        assert rows_of(found[table]) == rows_of(rows), table
    values = expected["marts.indicator_values"]
    assert set(values.indicator) == load_definitions().every_id
