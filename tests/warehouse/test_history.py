"""How rows become history, on every engine, against a hand-written story."""

from datetime import datetime

import pandas as pd

from readiness.warehouse import HistoryCounts, Warehouse

MONDAY, TUESDAY, WEDNESDAY = (datetime(2026, 11, day, 6) for day in (2, 3, 4))
TYPES = {"contact_id": "text", "team_id": "text", "contact_on": "date"}


def merge(warehouse: Warehouse, rows: list[dict], at: datetime, present: list[str] = (), **how) -> HistoryCounts:
    frame = pd.DataFrame(rows, columns=list(TYPES))
    warehouse.load("staging.contacts", frame, TYPES)
    warehouse.load("staging.present", pd.DataFrame({"contact_id": list(present)}), {"contact_id": "text"})
    with warehouse.transaction():
        return warehouse.merge_history(
            "records.contacts",
            "staging.contacts",
            ["contact_id"],
            list(TYPES),
            at,
            present_keys="staging.present",
            **({"close_missing": True} | how),
        )


def history(warehouse: Warehouse) -> list[tuple]:
    rows = warehouse.query(
        "select contact_id, team_id, known_from, known_to from records.contacts order by contact_id, known_from"
    )
    return [
        (
            r.contact_id,
            None if pd.isna(r.team_id) else r.team_id,
            r.known_from.day,
            None if pd.isna(r.known_to) else r.known_to.day,
        )
        for r in rows.itertuples()
    ]


A = {"contact_id": "a", "team_id": "north", "contact_on": datetime(2026, 11, 1).date()}
B = {"contact_id": "b", "team_id": None, "contact_on": None}


def test_a_changed_row_gets_a_new_version_and_a_gone_row_is_closed(warehouse):
    assert merge(warehouse, [A, B], MONDAY) == HistoryCounts(new=2, changed=0, closed=0)
    assert merge(warehouse, [A | {"team_id": None}], TUESDAY) == HistoryCounts(new=0, changed=1, closed=1)
    assert history(warehouse) == [("a", "north", 2, 3), ("a", None, 3, None), ("b", None, 2, 3)]


def test_the_same_batch_twice_changes_nothing(warehouse):
    merge(warehouse, [A, B], MONDAY)
    before = history(warehouse)
    assert merge(warehouse, [A, B], TUESDAY) == HistoryCounts(new=0, changed=0, closed=0)
    assert history(warehouse) == before


def test_a_key_in_quarantine_counts_as_present(warehouse):
    merge(warehouse, [A, B], MONDAY)
    assert merge(warehouse, [A], TUESDAY, present=["b"]).closed == 0
    assert ("b", None, 2, None) in history(warehouse)


def test_an_increment_closes_nothing(warehouse):
    merge(warehouse, [A], MONDAY)
    assert merge(warehouse, [B], TUESDAY, close_missing=False) == HistoryCounts(new=1, changed=0, closed=0)
    assert history(warehouse) == [("a", "north", 2, None), ("b", None, 3, None)]


def test_a_row_that_comes_back_is_a_new_version(warehouse):
    merge(warehouse, [A, B], MONDAY)
    merge(warehouse, [A], TUESDAY)
    merge(warehouse, [A, B], WEDNESDAY)
    assert [row for row in history(warehouse) if row[0] == "b"] == [("b", None, 2, 3), ("b", None, 4, None)]


def test_a_failed_load_leaves_the_history_as_it_was(warehouse):
    merge(warehouse, [A], MONDAY)
    warehouse.load("staging.contacts", pd.DataFrame([B]), TYPES)
    try:
        with warehouse.transaction():
            warehouse.merge_history(
                "records.contacts", "staging.contacts", ["contact_id"], list(TYPES), TUESDAY, close_missing=True
            )
            raise InterruptedError
    except InterruptedError:
        pass
    assert history(warehouse) == [("a", "north", 2, None)]


def test_a_contract_that_has_grown_keeps_the_old_versions(warehouse):
    merge(warehouse, [A], MONDAY)
    types = TYPES | {"urgency": "text"}
    warehouse.load("staging.contacts", pd.DataFrame([A | {"urgency": "red"}]), types)
    with warehouse.transaction():
        counts = warehouse.merge_history(
            "records.contacts", "staging.contacts", ["contact_id"], list(types), TUESDAY, close_missing=True
        )
    assert counts == HistoryCounts(new=0, changed=1, closed=0)
