"""Corrections: laid over the records from the day they were decided on, and loud once the source was mended."""

from datetime import date, datetime

import pandas as pd
import pytest
import yaml

from readiness import clocks
from readiness.clocks import CURRENT, Schemas
from readiness.clocks.corrections import EXPECTED, PYTHON_TYPES, load_corrections
from readiness.clocks.overlay import CorrectionOutdated, CorrectionUnfit
from readiness.contracts import load_contracts
from readiness.errors import ReadinessError
from readiness.periods import day_moment
from readiness.settings import PROJECT
from tests.clocks.history import PROFILE, batches, records

APRIL, MAY, JUNE, JULY = date(2025, 4, 30), date(2025, 5, 1), date(2025, 6, 2), date(2025, 7, 1)
MONDAY, TUESDAY = date(2025, 4, 7), date(2025, 4, 8)
CONTACT = {
    "contact_id": "k1",
    "child_id": "c1",
    "contact_at": datetime(2025, 4, 7, 9),
    "contact_on": MONDAY,
    "source_code": "6",
    "source_name": "canary",
}
CORRECTION = {
    "feed": "contacts",
    "key": {"contact_id": "k1"},
    "column": "source_code",
    "instead_of": "6",
    "value": "3A",
    "reason": "It was the school.",
    "owner": "First Response manager",
    "decided_on": MAY,
}
MOMENT = {"column": "contact", "instead_of": "2025-04-07 10:00", "value": "2025-04-08 11:30"}


@pytest.fixture
def corrections(tmp_path):
    """Corrections as a council writes them; each is CORRECTION with some keys changed."""

    def written(*changes: dict) -> tuple:
        content = {"corrections": [CORRECTION | change for change in changes]}
        (tmp_path / "corrections.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        return load_corrections(tmp_path)

    return written


def know(warehouse, as_at: date, corrections: tuple, schemas: Schemas = CURRENT) -> None:
    clocks.know(warehouse, load_contracts(), PROFILE, day_moment(as_at), schemas, corrections)


def contacts(warehouse, *rows: dict) -> None:
    batches(warehouse, MAY)
    records(warehouse, "contacts", [{"known_from": MAY} | row for row in rows])


def known(warehouse, table: str = "known.contacts") -> dict:
    return warehouse.query(f"select * from {table} order by 1").iloc[0].to_dict()


def test_a_correction_holds_from_its_day_to_the_day_before_it_is_retired(warehouse, corrections):
    contacts(warehouse, CONTACT, CONTACT | {"contact_id": "k2"})
    decided = corrections({"decided_on": JUNE, "retired_on": JULY})
    for as_at, expected in ((MAY, "6"), (JUNE, "3A"), (date(2025, 6, 30), "3A"), (JULY, "6")):
        know(warehouse, as_at, corrections=decided)
        found = warehouse.query("select source_code from known.contacts order by contact_id").source_code
        assert found.tolist() == [expected, "6"]
        rows = warehouse.query("select feed, column_name, reason, owner, decided_on, rows from known.corrections")
        listed = [(*row[:4], pd.Timestamp(row[4]).date(), row[5]) for row in rows.itertuples(index=False)]
        said = ("contacts", "source_code", "It was the school.", "First Response manager", JUNE, 1)
        assert listed == ([said] if expected == "3A" else [])
    assert set(warehouse.query("select source_code from records.contacts").source_code) == {"6"}


def test_a_moment_changes_its_time_and_its_london_day(warehouse, corrections):
    contacts(warehouse, CONTACT)
    know(warehouse, MAY, corrections=corrections(MOMENT))
    found = known(warehouse)
    assert found["contact_at"] == pd.Timestamp("2025-04-08 10:30")
    assert pd.Timestamp(found["contact_on"]).date() == TUESDAY
    know(warehouse, MAY, corrections=corrections(MOMENT | {"value": "2025-04-08"}))
    found = known(warehouse)
    assert pd.isna(found["contact_at"])
    assert pd.Timestamp(found["contact_on"]).date() == TUESDAY


def test_nothing_can_be_corrected_into_something_and_back(warehouse, corrections):
    contacts(warehouse, CONTACT | {"source_name": None})
    filled = {"column": "source_name", "instead_of": None, "value": "O'Hara's school"}
    emptied = {"instead_of": "6", "value": None}
    know(warehouse, MAY, corrections=corrections(filled, emptied))
    found = known(warehouse)
    assert found["source_name"] == "O'Hara's school"
    assert pd.isna(found["source_code"])
    assert warehouse.value("select count(*) from known.corrections") == 2


def test_flags_numbers_dates_and_keys_of_two_columns_can_be_corrected(warehouse, corrections):
    batches(warehouse, MAY)
    visit = {"visit_id": "v1", "child_id": "c1", "visited_on": MONDAY, "is_seen": False, "known_from": MAY}
    records(warehouse, "visits", [visit | {"visit_kind": kind} for kind in ("need", "protection")])
    worker = {"worker_id": "w1", "full_time_equivalency": 1.0, "left_on": date(2052, 5, 1), "known_from": MAY}
    records(warehouse, "professionals", [worker])
    who = {"feed": "professionals", "key": {"worker_id": "w1"}}
    decided = corrections(
        {
            "feed": "visits",
            "key": {"visit_kind": "protection", "visit_id": "v1"},
            "column": "is_seen",
            "instead_of": False,
            "value": True,
        },
        who | {"column": "full_time_equivalency", "instead_of": 1, "value": 0.5},
        who | {"column": "left_on", "instead_of": date(2052, 5, 1), "value": "2025-05-01"},
    )
    know(warehouse, MAY, corrections=decided)
    seen = warehouse.query("select is_seen from known.visits order by visit_kind").is_seen
    assert seen.tolist() == [False, True]
    found = known(warehouse, "known.professionals")
    assert found["full_time_equivalency"] == 0.5
    assert pd.Timestamp(found["left_on"]).date() == MAY


def test_a_mended_value_says_which_correction_to_retire_and_from_when(warehouse, corrections):
    mended = {"source_code": "3A", "known_from": JUNE}
    closed, again = {"known_to": JUNE}, {"source_name": "x", "known_from": JULY}
    contacts(warehouse, CONTACT | closed, CONTACT | mended | {"known_to": JULY}, CONTACT | mended | again)
    decided = corrections({"decided_on": APRIL})
    know(warehouse, MAY, corrections=decided)
    for as_at in (JUNE, JULY):
        with pytest.raises(CorrectionOutdated) as stopped:
            know(warehouse, as_at, corrections=decided)
        message = str(stopped.value)
        assert "correction 1 (contacts, source_code)" in message
        assert "instead_of names (6)" in message
        assert "retired_on: 2025-06-02" in message
        assert "3A" not in message
    know(warehouse, JULY, corrections=corrections({"decided_on": APRIL, "retired_on": JUNE}))
    know(warehouse, MAY, corrections=corrections({"decided_on": APRIL, "retired_on": JUNE}))
    assert known(warehouse)["source_code"] == "3A"


def test_a_row_that_is_gone_or_never_was_says_so(warehouse, corrections):
    contacts(warehouse, CONTACT | {"known_to": JUNE})
    with pytest.raises(CorrectionOutdated, match=r"gone from the source.*retired_on: 2025-06-02"):
        know(warehouse, JULY, corrections=corrections({}))
    with pytest.raises(CorrectionOutdated, match="correction 2 .*was ever loaded"):
        know(warehouse, MAY, corrections=corrections({}, {"key": {"contact_id": "other"}}))
    with pytest.raises(CorrectionOutdated, match="never had the value"):
        know(warehouse, MAY, corrections=corrections({"instead_of": "8"}))
    elsewhere = {"feed": "people", "key": {"child_id": "c1"}, "column": "sex", "instead_of": "F", "value": "M"}
    with pytest.raises(CorrectionOutdated, match="was ever loaded"):
        know(warehouse, MAY, corrections=corrections(elsewhere))


def test_no_value_that_may_be_a_persons_is_told(duckdb_warehouse, corrections):
    contacts(duckdb_warehouse, CONTACT | {"contact_id": "k1"})
    for change in ({"column": "source_name", "instead_of": "canary bird", "value": "x"}, MOMENT | {"instead_of": None}):
        with pytest.raises(CorrectionOutdated) as stopped:
            know(duckdb_warehouse, MAY, corrections=corrections(change))
        assert not any(word in str(stopped.value) for word in ("canary", "2025-04-0", "k1"))


def test_before_the_first_batch_a_correction_comes_before_the_reconstruction(warehouse, corrections):
    batches(warehouse, JULY)
    plan = {"plan_id": "p1", "child_id": "c1", "started_on": date(2025, 3, 3), "ended_on": date(2052, 4, 1)}
    records(warehouse, "protection_plans", [plan | {"known_from": JULY}])
    change = {"feed": "protection_plans", "key": {"plan_id": "p1"}, "column": "ended"}
    decided = corrections(change | {"instead_of": "2052-04-01", "value": "2025-04-01", "decided_on": APRIL})
    know(warehouse, MAY, corrections=decided)
    assert pd.Timestamp(known(warehouse, "known.protection_plans")["ended_on"]).date() == date(2025, 4, 1)


def test_a_corrected_child_id_follows_a_merge(warehouse, corrections):
    contacts(warehouse, CONTACT)
    merge = {"merged_id": "c2", "child_id": "c3", "merged_on": MONDAY, "known_from": MAY}
    records(warehouse, "person_merges", [merge])
    know(warehouse, MAY, corrections=corrections({"column": "child_id", "instead_of": "c1", "value": "c2"}))
    assert known(warehouse)["child_id"] == "c3"


def test_another_as_at_reads_the_corrections_of_its_own_day(duckdb_warehouse, corrections):
    contacts(duckdb_warehouse, CONTACT)
    decided = corrections({"decided_on": JUNE})
    know(duckdb_warehouse, JUNE, corrections=decided)
    know(duckdb_warehouse, MAY, schemas=Schemas.scratch("asked"), corrections=decided)
    assert known(duckdb_warehouse)["source_code"] == "3A"
    assert known(duckdb_warehouse, "asked_known.contacts")["source_code"] == "6"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"feed": "phone_calls"}, "correction 1: there is no feed 'phone_calls'"),
        ({"column": "colour"}, "contacts has no column 'colour'"),
        ({"column": "contact_on"}, "no column 'contact_on'"),
        ({"column": "contact_id"}, "another key is another row"),
        ({"key": {}}, "the key of contacts is contact_id"),
        ({"key": {"contact_id": None}}, "contact_id must be the keyed hash"),
        ({"key": {"contact_id": "k1", "child_id": "c1"}}, "and no other"),
        ({"value": "99"}, "value must be one of the codes of contacts.source_code"),
        ({"value": 6}, "value must be text"),
        (MOMENT | {"value": "soon"}, "value must be a London time"),
        (MOMENT | {"value": None}, "cannot be empty"),
        ({"feed": "visits", "key": {"visit_kind": "need", "visit_id": "v"}, "column": "is_seen"}, "true or false"),
        ({"value": "6"}, "value and instead_of are the same"),
        ({"retired_on": APRIL}, "retired_on comes before decided_on"),
        ({"reason": ""}, "reason"),
        ({"why": "x"}, "why: Extra inputs are not permitted"),
    ],
)
def test_a_correction_that_cannot_be_meant_names_what_is_wrong(corrections, change, problem):
    with pytest.raises(ReadinessError, match=problem):
        corrections(change)


def test_two_corrections_of_one_value_must_not_meet(corrections):
    with pytest.raises(ReadinessError, match="corrections 1 and 2 hold for the same value of contacts"):
        corrections({}, {"value": "8", "decided_on": JUNE})
    assert len(corrections({"retired_on": JUNE}, {"value": "8", "decided_on": JUNE})) == 2


def test_a_value_of_every_type_that_contracts_know_can_be_told_apart():
    kinds = {column.type for contract in load_contracts().values() for column in contract.columns.values()}
    assert kinds <= PYTHON_TYPES.keys() == EXPECTED.keys()


def test_without_the_file_nothing_is_corrected_and_the_example_corrects_nothing(tmp_path):
    assert load_corrections(tmp_path / "nowhere") == ()
    assert load_corrections(PROJECT / "authority") == ()


def test_a_correction_whose_row_came_after_it_was_decided_changes_nothing_before_that(warehouse, corrections):
    """Decided on 30 April of a row first loaded on 1 May: a look back between the two must not fail."""
    batches(warehouse, APRIL)
    records(warehouse, "contacts", [CONTACT | {"known_from": MAY}, {"contact_id": "k0", "known_from": APRIL}])
    decided = corrections({"decided_on": date(2025, 4, 29)})
    know(warehouse, APRIL, decided)
    assert warehouse.value("select rows from known.corrections") == 0
    know(warehouse, MAY, decided)
    assert warehouse.value("select rows from known.corrections") == 1


def test_a_correction_that_makes_a_row_the_gate_would_hold_back_is_refused(warehouse, corrections):
    """A mistyped year would end the referral before it began, and clear it from the backlog."""
    batches(warehouse, MAY)
    referral = {"referral_id": "r1", "child_id": "c1", "referred_on": date(2025, 4, 7), "known_from": MAY}
    records(warehouse, "referrals", [referral])
    change = {"feed": "referrals", "key": {"referral_id": "r1"}, "column": "closed", "instead_of": None}
    with pytest.raises(CorrectionUnfit, match=r"correction 1 \(referrals, closed\): with it the row breaks") as error:
        know(warehouse, MAY, corrections(change | {"value": "2024-04-30"}))
    assert "2024" not in str(error.value)
    know(warehouse, MAY, corrections(change | {"value": "2025-04-30"}))
    assert warehouse.value("select closed_on from known.referrals") is not None
