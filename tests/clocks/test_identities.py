"""One person under one id, as known at the as-at; and children whose records are restricted."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.clocks.identities import survivors
from readiness.indicators import trace
from tests.clocks.history import PROFILE, batches, count, know, records

MAY, JUNE, JULY = date(2025, 5, 1), date(2025, 6, 2), date(2025, 7, 1)
MONDAY = date(2025, 4, 7)
SINCE_JANUARY = PROFILE.model_copy(
    update={"first_complete_month": {"protection_plans": "2025-01", "visits": "2025-01"}}
)


def merge(merged: str, surviving: str, merged_on: date | None = MONDAY, known_from: date = MAY) -> dict:
    return {"merged_id": merged, "child_id": surviving, "merged_on": merged_on, "known_from": known_from}


def contact(number: int, child: str) -> dict:
    return {"contact_id": f"k{number}", "child_id": child, "contact_on": MONDAY, "known_from": MAY}


def decision(number: int) -> dict:
    return {"contact_id": f"k{number}", "received_on": MONDAY, "decided_on": MONDAY, "known_from": MAY}


def children(warehouse, table: str = "known.contacts") -> list[str]:
    return warehouse.query(f"select child_id from {table} order by child_id").child_id.tolist()


def problems(warehouse) -> list[tuple]:
    found = warehouse.query("select domain, problem, ids from known.identity_problems order by domain, problem")
    return list(found.itertuples(index=False, name=None))


def test_rows_of_a_merged_child_stand_under_the_surviving_id(warehouse):
    batches(warehouse, MAY)
    records(warehouse, "contacts", [contact(1, "a"), contact(2, "b"), contact(3, "c"), contact(4, "z")])
    bad = {"contact_id": "k5", "child_id": "a", "row_digest": "x", "known_from": MAY}
    records(warehouse, "contacts", [bad], table="quarantine")
    records(warehouse, "person_merges", [merge("a", "b"), merge("b", "c")])
    know(warehouse, MAY)
    assert children(warehouse) == ["c", "c", "c", "z"]
    assert children(warehouse, "known.quarantined_contacts") == ["c"]
    assert children(warehouse, "records.contacts") == ["a", "b", "c", "z"]
    assert problems(warehouse) == []


def test_a_merge_recorded_or_dated_later_does_not_hold_earlier(warehouse):
    batches(warehouse, MAY)
    records(warehouse, "contacts", [contact(1, "a"), contact(2, "b")])
    late = merge("a", "x", known_from=JUNE)
    ahead = merge("b", "y", merged_on=JULY)
    records(warehouse, "person_merges", [late, ahead])
    for as_at, expected in ((MAY, ["a", "b"]), (JUNE, ["b", "x"]), (JULY, ["x", "y"])):
        know(warehouse, as_at)
        assert children(warehouse) == expected


def test_a_merge_that_leads_to_itself_or_in_a_circle_is_left_aside_and_counted(warehouse):
    batches(warehouse, MAY)
    records(warehouse, "contacts", [contact(n, child) for n, child in enumerate("abcde")])
    rows = [merge("a", "a"), merge("b", "c"), merge("c", "b"), merge("d", "c"), merge("e", "a")]
    records(warehouse, "person_merges", rows)
    know(warehouse, MAY)
    assert children(warehouse) == ["a", "a", "b", "c", "d"]
    assert problems(warehouse) == [("child", "cycle", 3), ("child", "itself", 1)]


def test_of_two_rows_of_one_child_the_survivors_own_stays(warehouse):
    batches(warehouse, MAY)
    people = {"own": ("a", "b"), "lone": ("c",), "two": ("e", "f")}
    rows = [{"child_id": id, "ethnicity": id, "known_from": MAY} for ids in people.values() for id in ids]
    records(warehouse, "people", rows)
    bad = [{"child_id": id, "row_digest": id, "known_from": MAY} for id in ("a", "g")]
    records(warehouse, "people", bad, table="quarantine")
    merges = [merge("a", "b"), merge("c", "d"), merge("e", "h"), merge("f", "h"), merge("g", "i")]
    records(warehouse, "person_merges", merges)
    know(warehouse, MAY)
    found = warehouse.query("select child_id, ethnicity from known.people order by child_id")
    assert list(found.itertuples(index=False, name=None)) == [("b", "b"), ("d", "c"), ("h", "e")]
    assert children(warehouse, "known.quarantined_people") == ["i"]


def test_a_staff_id_leads_to_the_professional(warehouse):
    batches(warehouse, MAY)
    workers = [
        {"worker_id": "p1", "line_manager_id": "hr2", "known_from": MAY},
        {"worker_id": "p2", "known_from": MAY},
        {"worker_id": "p3", "known_from": MAY},
    ]
    records(warehouse, "professionals", workers)
    session = {"session_type": "personal", "held_on": MONDAY, "known_from": MAY}
    ids = ("hr1", "p1", "log2", "p3", "stranger")
    rows = [session | {"session_id": f"s{n}", "worker_id": id, "supervisor_id": "hr2"} for n, id in enumerate(ids)]
    records(warehouse, "supervision_sessions", rows)
    crosswalk = {"hr1": "p1", "hr2": "p2", "log2": "hr2", "p3": "p1", "p2": "p2"}
    staff = [{"staff_id": id, "worker_id": worker, "known_from": MAY} for id, worker in crosswalk.items()]
    records(warehouse, "staff_ids", staff)
    know(warehouse, MAY)
    found = warehouse.query("select session_id, worker_id, supervisor_id from known.supervision_sessions order by 1")
    assert found.worker_id.tolist() == ["p1", "p1", "p2", "p3", "stranger"]
    assert set(found.supervisor_id) == {"p2"}
    managers = warehouse.query("select line_manager_id from known.professionals where worker_id = 'p1'")
    assert managers.line_manager_id.tolist() == ["p2"]
    assert problems(warehouse) == [("worker", "ambiguous", 1), ("worker", "itself", 1)]


def test_a_span_follows_the_surviving_child(warehouse):
    batches(warehouse, MAY)
    plan = {"plan_id": "p1", "child_id": "old", "started_on": date(2025, 4, 1), "known_from": MAY}
    records(warehouse, "protection_plans", [plan])
    visit = {"visit_kind": "protection", "visit_id": "v1", "child_id": "new", "visited_on": MONDAY, "is_seen": True}
    records(warehouse, "visits", [visit | {"known_from": MAY}])
    records(warehouse, "person_merges", [merge("old", "new")])
    count(warehouse, MAY, ("protection_visit_in_time",), SINCE_JANUARY)
    found = warehouse.query("select child_id, outcome from clocks.spans order by started_on")
    assert found.child_id.unique().tolist() == ["new"]
    assert found.outcome.iloc[0] == "in_time"


def restricted(child: str, from_on: date | None = None, until_on: date | None = None, **known) -> dict:
    return {"child_id": child, "from_on": from_on, "until_on": until_on, "known_from": MAY, **known}


def test_restricted_is_who_is_so_at_the_as_at_or_now_under_any_id(warehouse):
    batches(warehouse, MAY)
    rows = [
        restricted("always"),
        restricted("until today", until_on=MAY),
        restricted("until yesterday", until_on=date(2025, 4, 30)),
        restricted("from tomorrow", from_on=date(2025, 5, 2)),
        restricted("merged"),
        restricted("recorded later", known_from=JUNE),
    ]
    records(warehouse, "restricted_records", rows)
    unsure = {"child_id": "unsure", "row_digest": "x", "known_from": MAY}
    records(warehouse, "restricted_records", [unsure], table="quarantine")
    records(warehouse, "person_merges", [merge("merged", "survivor"), merge("twin", "always", known_from=JUNE)])
    know(warehouse, MAY)
    assert children(warehouse, "known.restricted_children") == ["always", "survivor", "unsure", "until today"]
    warehouse.run(
        "insert into records.batches (feed, extracted_at, is_absent) values ('contacts', '2025-06-02 22:59:59', false)"
    )
    know(warehouse, MAY)
    since = {"from tomorrow", "recorded later", "twin"}
    then = {"always", "survivor", "unsure", "until today"}
    assert set(children(warehouse, "known.restricted_children")) == then | since
    know(warehouse, JUNE)
    found = ["always", "from tomorrow", "recorded later", "survivor", "unsure"]
    assert children(warehouse, "known.restricted_children") == found


def test_a_restricted_child_is_counted_and_kept_out_of_the_case_list(warehouse):
    batches(warehouse, MAY)
    records(warehouse, "contacts", [contact(1, "a"), contact(2, "b"), contact(3, "c")])
    undecided = {**decision(3), "decided_on": None}
    records(warehouse, "contact_decisions", [decision(1), decision(2), undecided])
    records(warehouse, "restricted_records", [restricted("b"), restricted("c")])
    definitions = count(warehouse, MAY, ("contact_decision_in_time",))
    found = trace(warehouse, definitions, "contact_decision_in_time", "2025-04")
    assert (found.value["numerator"], found.value["denominator"], found.value["overdue"]) == (2, 2, 1)
    assert found.cases.subject_id.tolist() == ["k1"]
    assert found.open_work.empty
    assert found.restricted_rows == 2


def test_a_restricted_child_is_kept_out_of_the_open_work_of_recurring_duties(warehouse):
    batches(warehouse, MAY)
    plan = {"started_on": date(2025, 4, 1), "known_from": MAY}
    records(warehouse, "protection_plans", [plan | {"plan_id": f"p{id}", "child_id": id} for id in ("a", "b")])
    records(warehouse, "restricted_records", [restricted("b")])
    visit = {"visit_kind": "protection", "visit_id": "v1", "child_id": "z", "visited_on": MONDAY, "known_from": MAY}
    records(warehouse, "visits", [visit])
    definitions = count(warehouse, MAY, ("protection_visit_in_time",), SINCE_JANUARY)
    found = trace(warehouse, definitions, "protection_visit_in_time", "2025-04")
    assert (found.value["denominator"], found.value["overdue"]) == (2, 2)
    assert found.cases.child_id.tolist() == ["a"]
    assert found.open_work.person_id.tolist() == ["a"]
    assert found.restricted_rows == 2


@pytest.mark.parametrize("indicator", ["personal_supervision_held", "personal_supervision_in_date"])
def test_spans_of_workers_know_no_restriction(duckdb_warehouse, indicator):
    batches(duckdb_warehouse, MAY)
    worker = {"worker_id": "w1", "has_workforce_row": True, "started_on": date(2025, 1, 6), "known_from": MAY}
    records(duckdb_warehouse, "professionals", [worker])
    session = {"session_id": "s1", "session_type": "personal", "worker_id": "w1", "held_on": date(2025, 2, 3)}
    records(duckdb_warehouse, "supervision_sessions", [session | {"recorded_on": MAY, "known_from": MAY}])
    records(duckdb_warehouse, "restricted_records", [restricted("b")])
    definitions = count(duckdb_warehouse, MAY, (indicator,))
    found = trace(duckdb_warehouse, definitions, indicator, "2025-04")
    assert len(found.cases) == 1
    assert found.restricted_rows == 0


IDS = st.sampled_from([*"abcdefgh"])


@given(st.dictionaries(IDS, IDS))
def test_every_chain_ends_at_an_id_that_goes_on_or_is_counted(leads_to):
    found, counted = survivors(leads_to)
    itself = {id for id, other in leads_to.items() if id == other}
    circling = set()
    for start in leads_to:
        if start in itself:
            assert start not in found
            continue
        id = start
        for _ in leads_to:
            id = leads_to[id] if id in leads_to and id not in itself else id
        if id in leads_to and id not in itself:
            circling.add(start)
            assert start not in found
        else:
            assert found[start] == id
    assert (counted["itself"], counted["cycle"]) == (len(itself), len(circling))


def test_what_is_known_of_identities_is_listed(duckdb_warehouse):
    batches(duckdb_warehouse, MAY)
    records(duckdb_warehouse, "person_merges", [merge("a", "b")])
    know(duckdb_warehouse, MAY)
    expected = pd.DataFrame({"domain": ["child"], "id": ["a"], "surviving_id": ["b"]})
    pd.testing.assert_frame_equal(duckdb_warehouse.query("select * from known.identities"), expected, check_dtype=False)
