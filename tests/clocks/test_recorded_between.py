"""Recording lag where only snapshots exist: each record was made between two extractions."""

from datetime import date, datetime, timedelta
from random import Random

import pandas as pd
import pytest

from readiness.clocks.identities import AS_THEY_CAME, DOMAINS
from readiness.clocks.sightings import has_intervals
from readiness.contracts import load_contracts
from readiness.periods import day_moment
from tests.clocks.history import count, records

FIRST = date(2025, 3, 3)
DAYS = [FIRST + timedelta(days=n) for n in (0, 1, 2, 5, 6, 9)]
INDICATOR = ("contact_decision_in_time",)


def extractions(warehouse, days: dict[str, list[date]], absent: dict[str, list[date]] | None = None) -> None:
    """Batches of some feeds on some days; on the absent ones the source had no table."""
    rows = [(feed, day_moment(day), False) for feed, each in days.items() for day in each]
    rows += [(feed, day_moment(day), True) for feed, each in (absent or {}).items() for day in each]
    frame = pd.DataFrame(rows, columns=["feed", "extracted_at", "is_absent"])
    warehouse.load("records.batches", frame, {"feed": "text", "extracted_at": "timestamp", "is_absent": "boolean"})


def intervals(warehouse, feed: str) -> dict[str, tuple[date | None, date | None]]:
    found = warehouse.query(
        "select record_key, recorded_after_at, recorded_by_at from clocks.recorded_between "
        f"where feed = '{feed}' order by record_key"
    )
    return {row.record_key: (_day(row.recorded_after_at), _day(row.recorded_by_at)) for row in found.itertuples()}


def _day(value) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def contact(id: str, known_from: date, known_to: date | None = None) -> dict:
    row = {"contact_id": id, "child_id": "c", "contact_on": FIRST, "source_name": str(known_from)}
    return row | {"known_from": known_from, "known_to": known_to}


def test_a_record_was_made_after_the_last_extraction_without_it_and_by_the_first_with_it(warehouse):
    extractions(warehouse, {"contacts": DAYS, "teams": [*DAYS, DAYS[2] + timedelta(days=1)]})
    rows = [
        contact("there from the first", DAYS[0]),
        contact("new", DAYS[3]),
        contact("changed", DAYS[1], DAYS[4]),
        contact("changed", DAYS[4]),
        contact("came back", DAYS[1], DAYS[2]),
        contact("came back", DAYS[4]),
        contact("gone", DAYS[1], DAYS[2]),
        contact("mended", DAYS[4]),
        contact("later", DAYS[5]),
    ]
    records(warehouse, "contacts", rows)
    bad = {"contact_id": "mended", "row_digest": "x", "known_from": DAYS[2], "known_to": DAYS[4]}
    still_bad = {"contact_id": "never good", "row_digest": "y", "known_from": DAYS[2]}
    records(warehouse, "contacts", [bad, still_bad], table="quarantine")
    count(warehouse, DAYS[4], INDICATOR)
    assert intervals(warehouse, "contacts") == {
        "there from the first": (None, DAYS[0]),
        "new": (DAYS[2], DAYS[3]),
        "changed": (DAYS[0], DAYS[1]),
        "came back": (DAYS[0], DAYS[1]),
        "mended": (DAYS[1], DAYS[2]),
    }


def test_an_extraction_without_the_table_is_none_and_before_the_first_one_nothing_is_known(warehouse):
    extractions(warehouse, {"contacts": DAYS[2:]}, absent={"contacts": DAYS[:2]})
    records(warehouse, "contacts", [contact("k1", DAYS[2]), contact("k2", DAYS[3])])
    count(warehouse, DAYS[5], INDICATOR)
    assert intervals(warehouse, "contacts") == {"k1": (None, DAYS[2]), "k2": (DAYS[2], DAYS[3])}
    count(warehouse, DAYS[1], INDICATOR)
    assert intervals(warehouse, "contacts") == {"k1": (None, DAYS[2])}


def test_the_row_says_child_team_and_day_under_the_key_of_its_feed(warehouse):
    feeds = ("visits", "assessments", "person_merges", "record_audit", "teams")
    extractions(warehouse, dict.fromkeys(feeds, DAYS))
    known = {"known_from": DAYS[1]}
    visit = {"visit_kind": "need", "visit_id": "v1", "child_id": "old", "visited_on": FIRST}
    records(warehouse, "visits", [visit | known])
    records(warehouse, "assessments", [{"assessment_id": "a1", "team_id": "t1", "started_on": FIRST} | known])
    merge = {"merged_id": "old", "child_id": "new", "merged_on": FIRST}
    records(warehouse, "person_merges", [merge | known])
    audit = {"record_type": "contact", "record_id": "k1", "occurred_on": FIRST, "created_at": datetime(2025, 3, 4)}
    records(warehouse, "record_audit", [audit | known])
    count(warehouse, DAYS[5], INDICATOR)
    found = warehouse.query(
        "select feed, record_key, child_id, team_id, occurred_on from clocks.recorded_between "
        "where feed <> 'person_merges' order by feed"
    )
    rows = [
        (row.feed, row.record_key, *(None if pd.isna(v) else v for v in (row.child_id, row.team_id)), _day(row[5]))
        for row in found.itertuples()
    ]
    assert rows == [("assessments", "a1", None, "t1", FIRST), ("visits", "need:v1", "new", None, FIRST)]


@pytest.mark.parametrize("seed", range(3))
def test_any_history_agrees_with_a_search_through_every_extraction(warehouse, seed):
    """Random presence of rows, day by day: absent, good or in quarantine, looked at from each as-at."""
    random = Random(seed)
    present = {f"k{n}": [random.choice([None, "good", "good", "bad"]) for _ in DAYS] for n in range(25)}
    for room, state in (("records", "good"), ("quarantine", "bad")):
        rows = [
            {"contact_id": id, "child_id": "c", "contact_on": FIRST, "row_digest": f"{id} {since}"}
            | {"known_from": since, "known_to": until}
            for id, days in present.items()
            for since, until in _runs(days, state)
        ]
        records(warehouse, "contacts", rows, table=room)
    extractions(warehouse, {"contacts": DAYS})
    for place in random.sample(range(len(DAYS)), 2):
        count(warehouse, DAYS[place], INDICATOR)
        expected = {}
        for id, days in present.items():
            if _is_current(days[: place + 1]):
                first = next(n for n, state in enumerate(days) if state)
                expected[id] = (DAYS[first - 1] if first else None, DAYS[first])
        assert intervals(warehouse, "contacts") == expected


def _runs(days: list[str | None], state: str) -> list[tuple[date, date | None]]:
    """Versions as the records room keeps them: a good row stays while its key is in quarantine."""
    runs: list[tuple[date, date | None]] = []
    since = None
    for day, now in zip(DAYS, days, strict=True):
        holds = now == state or (state == "good" and since is not None and now == "bad")
        if holds and since is None:
            since = day
        elif not holds and since is not None:
            runs.append((since, day))
            since = None
    return [*runs, (since, None)] if since else runs


def _is_current(days: list[str | None]) -> bool:
    """Whether a good version holds on the last of these days."""
    for state in reversed(days):
        if state != "bad":
            return state == "good"
    return False


def test_every_feed_with_intervals_keeps_its_key_when_ids_are_replaced():
    for contract in load_contracts().values():
        if has_intervals(contract) and contract.feed not in AS_THEY_CAME:
            assert not {contract.columns[name].domain for name in contract.key} & set(DOMAINS)


def test_a_kind_whose_table_arrives_late_brings_its_past_with_it(warehouse):
    """Visits come from three tables: what stands in the first extraction of one of them may be of any age."""
    extractions(warehouse, {"visits": DAYS})
    old = {"child_id": "c", "visited_on": FIRST}
    rows = [
        {"visit_kind": "protection", "visit_id": "v1", "known_from": DAYS[0]},
        {"visit_kind": "protection", "visit_id": "v2", "known_from": DAYS[2]},
        {"visit_kind": "need", "visit_id": "v1", "known_from": DAYS[2]},
        {"visit_kind": "need", "visit_id": "v2", "known_from": DAYS[3]},
    ]
    records(warehouse, "visits", [old | row for row in rows])
    count(warehouse, DAYS[-1], INDICATOR)
    assert intervals(warehouse, "visits") == {
        "protection:v1": (None, DAYS[0]),
        "protection:v2": (DAYS[1], DAYS[2]),
        "need:v1": (None, DAYS[2]),
        "need:v2": (DAYS[2], DAYS[3]),
    }
