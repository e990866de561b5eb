"""Case lists as they are kept with a version: private, and without children whose record is restricted."""

from datetime import date

import pandas as pd

from readiness.clocks import CURRENT
from readiness.periods import Month
from readiness.tasks import case_lists
from tests.clocks.history import batches, count, records

MAY, MONDAY = date(2025, 5, 1), date(2025, 4, 7)


def test_a_restricted_child_is_in_no_case_list_and_the_rows_left_out_are_counted(duckdb_warehouse, tmp_path, caplog):
    known = {"known_from": MAY}
    batches(duckdb_warehouse, MAY)
    contacts = [{"contact_id": f"k{id}", "child_id": id, "contact_on": MONDAY} | known for id in "abc"]
    records(duckdb_warehouse, "contacts", contacts)
    decided = {"a": MONDAY, "b": MONDAY, "c": None}
    decisions = [
        {"contact_id": f"k{id}", "received_on": MONDAY, "decided_on": day} | known for id, day in decided.items()
    ]
    records(duckdb_warehouse, "contact_decisions", decisions)
    records(duckdb_warehouse, "restricted_records", [{"child_id": id} | known for id in "bc"])
    definitions = count(duckdb_warehouse, MAY, ("contact_decision_in_time",))
    with caplog.at_level("INFO", "readiness"):
        case_lists.export(duckdb_warehouse, CURRENT, definitions, Month(2025, 4), tmp_path)
    folder = tmp_path / "case_lists"
    assert pd.read_csv(folder / "contact_decision_in_time.csv").child_id.tolist() == ["a"]
    left_out = pd.read_csv(folder / "restricted_rows.csv")
    assert left_out.to_dict("records") == [{"indicator": "contact_decision_in_time", "restricted_rows": 2}]
    assert "2 rows about children with a restricted record are counted and in no case list" in caplog.text
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_whoever_is_restricted_later_is_taken_out_of_the_lists_of_earlier_versions(home):
    folder = home.reports / "2025-04" / "versions" / "1" / "case_lists"
    folder.mkdir(parents=True)
    (folder / "visits_in_time.csv").write_text("subject_id,child_id,due_on\nv1,aaa,2025-04-01\nv2,bbb,2025-04-02\n")
    (folder / "others_in_time.csv").write_text("subject_id,child_id\nv1,aaa\n")
    (folder / "restricted_rows.csv").write_text("indicator,restricted_rows\nothers_in_time,0\nvisits_in_time,3\n")
    untouched = (folder / "others_in_time.csv").read_bytes()
    assert case_lists.close(home, {"bbb", "ccc"}) == 1
    assert (folder / "visits_in_time.csv").read_text() == "subject_id,child_id,due_on\nv1,aaa,2025-04-01\n"
    assert (
        folder / "restricted_rows.csv"
    ).read_text() == "indicator,restricted_rows\nothers_in_time,0\nvisits_in_time,4\n"
    assert (folder / "others_in_time.csv").read_bytes() == untouched
    assert case_lists.close(home, {"bbb", "ccc"}) == 0
    assert (folder / "visits_in_time.csv").stat().st_mode & 0o777 == 0o600
