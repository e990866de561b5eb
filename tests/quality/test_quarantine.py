"""The quarantine as a working list: one item a record, whatever becomes of it."""

import json
import stat
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from readiness.contracts import load_contract, load_contracts
from readiness.quality.quarantine import Item, items, publish_items, read_items
from readiness.quality.restricted import Restricted
from tests.quality.history import VISITS, Visit, at, judged, load_day

MONDAY = date(2026, 11, 2)
CONTRACTS = {"visits": VISITS}
WITH_PEOPLE = CONTRACTS | {feed: load_contract(feed) for feed in ("restricted_records", "person_merges")}
GOOD = Visit()
BAD = replace(GOOD, child=None)


def days(warehouse, *each: list[Visit]) -> None:
    for number, rows in enumerate(each):
        load_day(warehouse, MONDAY + timedelta(days=number), rows)


def found(warehouse, day: int) -> tuple[Item, ...]:
    """The list as known on a day of the week, Monday being 0."""
    return items(warehouse, WITH_PEOPLE, at(MONDAY + timedelta(days=day)))


def test_an_item_says_what_is_wrong_with_which_record_since_when_and_who_mends_it(warehouse):
    days(warehouse, [GOOD], [BAD])
    (item,) = found(warehouse, 1)
    assert item == Item(
        feed="visits",
        key=(("visit_kind", "protection"), ("visit_id", "V1")),
        is_keyed=True,
        is_restricted=False,
        reasons=({"rule_id": "visits.child_id.missing", "description": "The child is missing."},),
        owner="safeguarding team managers",
        state="open",
        since=date(2026, 11, 3),
        first_on=date(2026, 11, 3),
        last_on=date(2026, 11, 3),
        spells=1,
        rows=1,
    )


def test_a_good_version_mends_it(warehouse):
    days(warehouse, [BAD], [BAD], [GOOD], [])
    (item,) = found(warehouse, 3)
    assert (item.state, item.since, item.rows) == ("mended", date(2026, 11, 4), 0)
    assert (item.first_on, item.last_on) == (date(2026, 11, 2), date(2026, 11, 3))


def test_the_good_version_of_before_mends_it_when_it_comes_back_unchanged(warehouse):
    days(warehouse, [GOOD], [BAD], [GOOD])
    (item,) = found(warehouse, 2)
    assert (item.state, item.since) == ("mended", date(2026, 11, 4))


def test_a_record_that_leaves_the_source_is_gone(warehouse):
    other = replace(GOOD, id="V2")
    days(warehouse, [GOOD, other], [BAD, other], [other], [other])
    (item,) = found(warehouse, 3)
    assert (item.state, item.since, item.last_on) == ("gone", date(2026, 11, 4), date(2026, 11, 3))


def test_a_record_that_left_and_came_back_good_is_mended_on_the_day_it_came_back(warehouse):
    days(warehouse, [BAD], [], [], [GOOD])
    (item,) = found(warehouse, 3)
    assert (item.state, item.since) == ("mended", date(2026, 11, 5))


def test_a_record_that_changes_while_it_is_bad_stays_one_item_of_one_spell(warehouse):
    days(warehouse, [BAD], [replace(BAD, on=None)], [replace(GOOD, on=None)])
    (item,) = found(warehouse, 2)
    assert (item.spells, item.since) == (1, date(2026, 11, 2))
    assert [reason.rule_id for reason in item.reasons] == ["visits.visited.missing"]


def test_a_record_that_alternates_is_one_item_of_several_spells(warehouse):
    days(warehouse, [BAD], [GOOD], [BAD], [GOOD], [BAD])
    (item,) = found(warehouse, 4)
    assert (item.state, item.spells, item.since) == ("open", 3, date(2026, 11, 6))
    assert (item.first_on, item.last_on) == (date(2026, 11, 2), date(2026, 11, 6))


def test_several_reasons_and_several_rows_of_a_key_are_one_item(warehouse):
    days(warehouse, [replace(BAD, on=None), GOOD])
    (item,) = found(warehouse, 0)
    assert item.rows == 2
    assert [reason.rule_id for reason in item.reasons] == [
        "visits.child_id.missing",
        "visits.key.repeated",
        "visits.visited.missing",
    ]


def test_rows_without_their_key_are_items_of_their_own_and_lead_to_the_child(warehouse):
    days(warehouse, [Visit(id=None, child="C1"), Visit(id=None, child="C2")], [Visit(id=None, child="C2")])
    still, gone = found(warehouse, 1)
    assert (still.state, gone.state) == ("open", "gone")
    assert still.key == (("visit_kind", "protection"), ("child_id", "C2"))
    assert not still.is_keyed


def test_a_stray_value_in_a_key_is_not_shown(warehouse):
    days(warehouse, [replace(BAD, kind="Ann Canary")])
    (item,) = found(warehouse, 0)
    assert item.key == (("visit_kind", "not shown"), ("visit_id", "V1"))


def restrict(warehouse, *children: tuple[str, date | None], from_on: date | None = None) -> None:
    """Children whose records are restricted until a day (None: until further notice), loaded before the first day."""
    rows = pd.DataFrame(children, columns=["child_id", "until_on"], dtype=object)
    rows = rows.assign(source="ssd", from_on=from_on, known_from=datetime(2026, 11, 1), known_to=None)
    types = {"child_id": "text", "until_on": "date", "source": "text", "from_on": "date"}
    warehouse.load("records.restricted_records", rows, types | {"known_from": "timestamp", "known_to": "timestamp"})
    first_batch(warehouse, "restricted_records")


def first_batch(warehouse, feed: str) -> None:
    row = pd.DataFrame(
        [{"feed": feed, "day": date(2026, 11, 1), "extracted_at": datetime(2026, 11, 1), "is_absent": False}]
    )
    types = {"feed": "text", "day": "date", "extracted_at": "timestamp", "is_absent": "boolean"}
    warehouse.append("records.batches", row, types)


def test_a_child_whose_records_are_restricted_is_counted_but_not_listed(warehouse):
    secret = Visit(id="V7", child="C7", on=None)
    days(warehouse, [GOOD, replace(GOOD, id="V8", child="C7")], [BAD, secret, Visit(id="V8", child=None)])
    restrict(warehouse, ("C7", None))
    listed, *hidden = sorted(found(warehouse, 1), key=lambda item: item.is_restricted)
    assert listed.key and [item.key for item in hidden] == [(), ()]
    assert [item.rows for item in hidden] == [1, 1]


def test_a_restriction_that_ended_hides_nothing_any_more(warehouse):
    days(warehouse, [Visit(on=None), Visit(id="V2", child="C2", on=None), Visit(id="V3", child="C3", on=None)])
    restrict(warehouse, ("C1", date(2026, 11, 1)), ("C2", None), ("C3", date(2026, 11, 2)))
    listed = {dict(item.key).get("visit_id"): item.is_restricted for item in found(warehouse, 0)}
    assert listed == {"V1": False, None: True}  # the last day of a restriction is part of it


def test_a_restriction_that_ends_before_it_begins_holds(warehouse):
    days(warehouse, [Visit(on=None)])
    restrict(warehouse, ("C1", date(2026, 1, 1)), from_on=date(2026, 5, 1))
    assert [item.is_restricted for item in found(warehouse, 0)] == [True]


def test_rows_under_the_former_id_of_a_restricted_child_are_hidden_too(warehouse):
    unkeyed = Visit(id=None, child="A")
    days(warehouse, [Visit(id="V1", child="A", on=None), unkeyed, Visit(id="V2", child="C2", on=None)])
    restrict(warehouse, ("B", None))
    merges = pd.DataFrame({"merged_id": ["A"], "child_id": ["B"], "known_from": [datetime(2026, 11, 1)]})
    table = merges.assign(source="ssd", merged_on=None, known_to=None)
    types = {"merged_id": "text", "child_id": "text", "merged_on": "date", "source": "text"}
    warehouse.load("records.person_merges", table, types | {"known_from": "timestamp", "known_to": "timestamp"})
    first_batch(warehouse, "person_merges")
    listed = found(warehouse, 0)
    assert sorted(item.is_restricted for item in listed) == [False, True, True]
    assert not any("A" in dict(item.key).values() for item in listed)


def test_a_record_of_a_restricted_child_is_hidden_under_whatever_name_a_feed_has_for_it():
    """The audit of records names the contact as `record_id`, and a review the period of care, which is nobody's key."""
    contracts = load_contracts()
    restricted = Restricted(frozenset({"C7"}), {"contact_id": frozenset({"K1"}), "period_id": frozenset({"P1"})})
    assert "record_id in ('K1', 'P1')" in restricted.condition(contracts["record_audit"])
    assert "period_id in ('P1')" in restricted.condition(contracts["looked_after_reviews"])
    assert "contact_id in ('K1')" in restricted.condition(contracts["contact_decisions"])


def test_a_feed_of_which_nothing_was_loaded_has_no_items(warehouse):
    assert items(warehouse, {"visits": VISITS, "contacts": load_contract("contacts")}, at(MONDAY)) == ()


def test_the_published_list_is_private_and_reads_back_as_it_was(duckdb_warehouse, home):
    days(duckdb_warehouse, [BAD, Visit(id=None)])
    listed = found(duckdb_warehouse, 0)
    assert read_items(home) is None
    file = publish_items(home, listed)
    assert file == home.home / "quarantine" / "items.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["items.json"]
    assert read_items(home) == listed
    assert len(json.loads(file.read_text(encoding="utf-8"))) == 2


# Any days whatever, against a replay by hand

ROWS = st.builds(
    Visit,
    kind=st.sampled_from(["protection", "need"]),
    id=st.sampled_from(["V1", "V2", None]),
    child=st.sampled_from(["C1", None]),
    on=st.sampled_from([date(2026, 10, 30), date(2026, 10, 31), None]),
)
DAYS = st.lists(st.none() | st.lists(ROWS, max_size=6), min_size=2, max_size=6)


def by_hand(loaded: dict[date, list[Visit]]) -> Counter:
    """Every item as its rules say it in words: day by day, is the record bad, good or not there?"""
    on_days = {day: judged(rows) for day, rows in loaded.items()}
    bad: dict[tuple, dict[date, list[list[str]]]] = defaultdict(dict)
    for day, rows in on_days.items():
        for row, broken in rows.items():
            if broken:
                bad[identity(row)].setdefault(day, []).append(broken)
    return Counter(replayed(item, when, on_days) for item, when in bad.items())


def identity(row: Visit) -> tuple:
    return (row.kind, row.id) if row.is_keyed else ("row", row)


def replayed(item: tuple, bad: dict[date, list], on_days: dict[date, dict]) -> tuple:
    every = list(on_days)
    starts = [day for n, day in enumerate(every) if day in bad and (n == 0 or every[n - 1] not in bad)]
    last = max(bad)
    after = [day for day in every if day > last]
    good = [day for day in after if any(identity(row) == item for row, broken in on_days[day].items() if not broken)]
    state, since = ("open", starts[-1]) if not after else ("mended", good[0]) if good else ("gone", after[0])
    reasons = tuple(sorted({rule for broken in bad[last] for rule in broken}))
    rows = 0 if after else len(bad[last])
    key = item if item[0] != "row" else (item[1].kind, item[1].child)
    return (key, item[0] != "row", state, since, min(bad), last, len(starts), rows, reasons)


def told(item: Item) -> tuple:
    key = dict(item.key)
    keyed = (key["visit_kind"], key.get("visit_id" if item.is_keyed else "child_id"))
    reasons = tuple(reason.rule_id for reason in item.reasons)
    return (
        *(keyed, item.is_keyed, item.state, item.since, item.first_on, item.last_on, item.spells, item.rows),
        reasons,
    )


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(weeks=DAYS)
def test_any_days_give_the_list_that_a_replay_by_hand_gives_at_every_as_at(warehouse, weeks):
    for schema in ("records", "quarantine", "gate", "staging"):
        warehouse.run(f"drop schema if exists {schema} cascade")
    loaded: dict[date, list[Visit]] = {}
    entries = []
    for number, rows in enumerate(weeks):
        if rows is not None:  # a day without a load says nothing of any record
            loaded[MONDAY + timedelta(days=number)] = rows
            entries.append(load_day(warehouse, MONDAY + timedelta(days=number), rows))
    for entry in entries:
        until = {day: rows for day, rows in loaded.items() if day <= entry.day}
        listed = items(warehouse, CONTRACTS, entry.extracted_at)
        assert Counter(map(told, listed)) == by_hand(until)
        assert sum(item.rows for item in listed) == entry.quarantined
