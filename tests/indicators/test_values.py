"""Monthly values: scopes that add up, percentiles from histograms, the way back to the cases, no surprise twice."""

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random

import pandas as pd
import pytest

from readiness.clocks import load_definitions
from readiness.contracts import load_contract
from readiness.errors import ReadinessError
from readiness.indicators import trace
from readiness.indicators.statistics.percentiles import MEDIAN, P90, nearest_rank
from tests.clocks.history import batches, count, records

LOADED = date(2025, 6, 30)
CONTACTS = ("contact_decision_in_time",)
TEAMS = {"t1": "north", "t2": "north", "t3": "south", "unknown": None, None: None}


def county(warehouse, seed: int = 7) -> dict[str, dict]:
    """Four hundred contacts of March to June, some undecided, in teams known and unknown. Gives them by id."""
    draw = Random(seed)
    contacts = {}
    for n in range(400):
        received = date(2025, 3, 1) + timedelta(days=draw.randrange(122))
        decided = received + timedelta(days=draw.choice([0, 0, 1, 1, 1, 2, 3, 5, 8, 13]))
        contacts[f"k{n}"] = {
            "received_on": received,
            "decided_on": decided if draw.random() < 0.9 and decided <= LOADED else None,
            "team_id": draw.choice(list(TEAMS)),
        }
    batches(warehouse, LOADED)
    known = {"known_from": LOADED}
    rows = [{"contact_id": id, "child_id": "c", "contact_on": c["received_on"]} | known for id, c in contacts.items()]
    records(warehouse, "contacts", rows)
    records(warehouse, "contact_decisions", [{"contact_id": id} | c | known for id, c in contacts.items()])
    teams = [{"team_id": team, "area_id": area} | known for team, area in TEAMS.items() if area]
    records(warehouse, "teams", teams)
    return contacts


def values(warehouse, where: str = "1 = 1") -> pd.DataFrame:
    return warehouse.query(
        f"select * from marts.indicator_values where {where} order by indicator, month, scope_type, scope_id"
    )


def test_counts_and_percentiles_agree_with_the_rows(warehouse):
    contacts = county(warehouse)
    count(warehouse, LOADED, CONTACTS)
    spans = warehouse.query("select subject_id, elapsed, outcome from clocks.spans").set_index("subject_id")
    expected: dict[tuple, Counter] = defaultdict(Counter)
    for id, contact in contacts.items():
        if contact["decided_on"]:
            scopes = [("authority", "authority")]
            if TEAMS[contact["team_id"]]:
                scopes += [("team", contact["team_id"]), ("area", TEAMS[contact["team_id"]])]
            for scope in scopes:
                expected[(f"{contact['decided_on']:%Y-%m}", *scope)][int(spans.elapsed[id])] += 1
    found = {
        (row.month, row.scope_type, row.scope_id): row for row in values(warehouse, "denominator > 0").itertuples()
    }
    assert found.keys() == expected.keys()
    for key, histogram in expected.items():
        row = found[key]
        assert row.denominator == histogram.total()
        assert row.numerator == sum(n for elapsed, n in histogram.items() if elapsed <= 1)
        assert row.value == pytest.approx(100 * row.numerator / row.denominator)
        assert (row.median, row.p90) == (nearest_rank(histogram, MEDIAN), nearest_rank(histogram, P90))


def test_open_work_at_a_month_end_is_what_had_begun_and_not_ended_by_then(warehouse):
    contacts = county(warehouse)
    count(warehouse, LOADED, CONTACTS)
    for row in values(warehouse, "scope_type = 'authority'").itertuples():
        end = (pd.Timestamp(row.month) + pd.offsets.MonthEnd()).date()
        still_open = [
            c for c in contacts.values() if c["received_on"] <= end and (not c["decided_on"] or c["decided_on"] > end)
        ]
        assert row.running + row.overdue == len(still_open), row.month


def test_what_falls_due_next_is_done_in_time_or_too_late_or_still_possible(warehouse):
    contacts = county(warehouse)
    count(warehouse, LOADED, CONTACTS)
    expected = {month: Counter() for month in ("2025-06", "2025-07")}
    for contact in contacts.values():
        due = contact["received_on"] + timedelta(days=1)
        while due.weekday() > 4:
            due += timedelta(days=1)
        if due.month < 6:
            continue
        decided = contact["decided_on"]
        # A Friday's contact decided on a Saturday is in time: the count of working days reaches 1 on Monday.
        done = None if decided is None else decided <= due + timedelta(days=2 * (due.weekday() == 4))
        state = {True: "done_in_time", False: "too_late", None: "possible" if due >= LOADED else "too_late"}[done]
        expected[f"{due:%Y-%m}"][state] += 1
    found = warehouse.query("select * from marts.looking_ahead where scope_type = 'authority'").set_index("month")
    states = ["done_in_time", "too_late", "possible"]
    assert {month: row.to_dict() for month, row in found[states].iterrows()} == {
        month: {state: counts[state] for state in states} for month, counts in expected.items()
    }
    assert found.possible.sum() > 0
    areas = warehouse.query("select sum(too_late) as n from marts.looking_ahead where scope_type = 'area'").n[0]
    teams = warehouse.query("select sum(too_late) as n from marts.looking_ahead where scope_type = 'team'").n[0]
    assert 0 < areas == teams < found.too_late.sum()


def test_the_same_knowledge_gives_the_same_tables(warehouse):
    county(warehouse)
    count(warehouse, LOADED, CONTACTS)
    before = values(warehouse)
    count(warehouse, LOADED, CONTACTS)
    pd.testing.assert_frame_equal(values(warehouse), before)


def test_the_order_of_the_rows_does_not_matter(duckdb_warehouse):
    county(duckdb_warehouse)
    count(duckdb_warehouse, LOADED, CONTACTS)
    before = values(duckdb_warehouse)
    for feed in ("contacts", "contact_decisions", "teams"):
        shuffled = duckdb_warehouse.query(f"select * from records.{feed} order by 1 desc")
        types = load_contract(feed).physical | {"known_from": "timestamp", "known_to": "timestamp"}
        duckdb_warehouse.load(f"records.{feed}", shuffled, types)
    count(duckdb_warehouse, LOADED, CONTACTS)
    pd.testing.assert_frame_equal(values(duckdb_warehouse), before)


def test_any_number_leads_back_to_its_cases(warehouse):
    contacts = county(warehouse)
    definitions = count(warehouse, LOADED, CONTACTS)
    for scope in (("authority", "authority"), ("area", "north"), ("team", "t3")):
        found = trace(warehouse, definitions, *CONTACTS, "2025-05", *scope)
        counted = Counter(found.cases.counted_as)
        assert counted["numerator"] == found.value["numerator"]
        assert counted["numerator"] + counted["denominator"] == found.value["denominator"]
        left_out = json.loads(found.value["left_out"])
        assert counted["left_out"] == sum(left_out.values())
        states = Counter(found.open_work.counted_as)
        assert (states["running"], states["overdue"]) == (found.value["running"], found.value["overdue"])
        assert set(found.cases.subject_id) <= contacts.keys()
    assert [str(path) for path in found.sql] == ["sql/clocks/contact_decision_in_time/query.sql"]
    assert found.feeds == ("contacts", "contact_decisions")
    assert found.words["stop"] == load_definitions().indicators[CONTACTS[0]].words.definition.stop


def test_a_value_that_is_not_there_cannot_be_traced(duckdb_warehouse):
    county(duckdb_warehouse)
    definitions = count(duckdb_warehouse, LOADED, CONTACTS)
    with pytest.raises(ReadinessError, match="no value"):
        trace(duckdb_warehouse, definitions, *CONTACTS, "1999-01")
    with pytest.raises(ReadinessError, match="no indicator"):
        trace(duckdb_warehouse, definitions, "contacts_loved", "2025-05")


def test_recurring_duties_levels_and_ratios_lead_back_too(warehouse):
    batches(warehouse, LOADED)
    known = {"known_from": LOADED}
    post = {"has_workforce_row": True, "is_case_holding": True, "full_time_equivalency": 0.5, "team_id": "t1"}
    workers = [{"worker_id": f"w{n}", "started_on": date(2025, 1, 6 + n)} | post | known for n in range(6)]
    records(warehouse, "professionals", workers)
    held = {"session_type": "personal", "recorded_on": date(2025, 6, 1)} | known
    sessions = [
        held | {"session_id": f"s{n}{month}", "worker_id": f"w{n}", "held_on": date(2025, month, 20)}
        for n in range(4)
        for month in range(1, 6)
        if month != n
    ]
    records(warehouse, "supervision_sessions", sessions)
    involved = {"role": "Allocated Case Worker", "started_on": date(2025, 1, 6)} | known
    records(
        warehouse,
        "involvements",
        [involved | {"involvement_id": f"i{n}", "worker_id": f"w{n % 3}", "child_id": f"c{n % 5}"} for n in range(6)],
    )
    ids = ("personal_supervision_held", "personal_supervision_in_date", "caseload_per_worker")
    definitions = count(warehouse, LOADED, ids)
    for indicator in ids:
        found = trace(warehouse, definitions, indicator, "2025-05")
        numerator = found.cases[found.cases.counted_as == "numerator"]
        counted = found.cases[found.cases.counted_as.isin(["numerator", "denominator"])]
        if indicator == "caseload_per_worker":
            assert numerator.child_id.nunique() == found.value["numerator"] == 5
            assert numerator.drop_duplicates("worker_id").amount.sum() == found.value["denominator"] == 1.5
            assert found.value["value"] == pytest.approx(5 / 1.5)
        else:
            assert len(numerator) == found.value["numerator"]
            assert len(counted) == found.value["denominator"] > 0
        states = Counter(found.open_work.counted_as)
        assert (states["running"], states["overdue"]) == (found.value["running"], found.value["overdue"])
