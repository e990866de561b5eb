"""Rules across feeds: each is broken by the row that should break it and by no other, on both engines."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import psycopg
import pytest
import yaml

from readiness.contracts import load_contracts
from readiness.errors import ReadinessError
from readiness.gate import GateBroken, RuleResult
from readiness.gate.suites import build_suite
from readiness.quality.across import ACROSS, KnowledgeOutdated, check_across, judge, lacking, load_subjects
from readiness.records.tables import RULE_RESULT_COLUMNS, RULE_RESULTS
from readiness.sources.batch import SENTINEL, UNLISTED, UNREADABLE
from readiness.warehouse import Warehouse, open_warehouse
from tests.quality.fragments import AS_AT, TODAY, know, know_the_days

CASES = yaml.safe_load((Path(__file__).parent / "across_cases.yaml").read_text(encoding="utf-8"))
SUBJECTS = load_subjects()
RULES = {rule.id: rule for subject in SUBJECTS.values() for rule in subject.rules}

# The rules of the children in need census that a council is asked about most.
PUBLISHED = (
    "1103", "1104", "1105", "2883", "2884", "2885", "2889", "2990", "2991Q", "4220", "8565", "8604", "8608", "8615",
    "8670Q", "8675Q", "8831", "8840", "8841", "8863Q", "8867", "8868", "8870Q", "8875", "8890", "8896",
)  # fmt: skip

CONFERENCE_TOO_EARLY = {
    "section47_enquiries": [{"enquiry_id": "canary-enquiry", "child_id": "canary-child", "started": "2026-03-04"}],
    "conferences": [
        {"conference_id": "f1", "child_id": "canary-child", "enquiry_id": "canary-enquiry", "held": "2026-03-03"}
    ],
}


@pytest.fixture(scope="module")
def duckdb_county() -> Iterator[Warehouse]:
    with open_warehouse("duckdb:///:memory:") as opened:
        know_the_days(opened)
        yield opened


@pytest.fixture(scope="module")
def postgresql_county(postgresql_server: str) -> Iterator[Warehouse]:
    server = postgresql_server.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database across")
    head, _, query = postgresql_server.partition("?")
    with open_warehouse(f"{head.rsplit('/', 1)[0]}/across?{query}") as opened:
        know_the_days(opened)
        yield opened


@pytest.fixture(params=["duckdb", "postgresql"])
def county(request: pytest.FixtureRequest) -> Warehouse:
    """One warehouse per engine for all fragments: each replaces the tables that its rules read."""
    return request.getfixturevalue(f"{request.param}_county")


def judged(warehouse: Warehouse, rule_id: str, fragment: dict) -> RuleResult:
    """What one rule alone says of a fragment."""
    subject, name = SUBJECTS[RULES[rule_id].subject], RULES[rule_id].name
    only = tuple(expectation for expectation in subject.expectations if expectation["meta"]["rule"] == name)
    know(warehouse, fragment, subject.feeds)
    [result] = judge(warehouse, replace(subject, expectations=only))
    assert result.rule_id == rule_id
    return result


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_a_row_that_breaks_a_rule_is_counted_and_one_that_keeps_it_is_not(rule_id: str, county: Warehouse):
    case = CASES[rule_id]
    assert judged(county, rule_id, case["breaks"]).failed == case.get("failed", 1)
    kept = judged(county, rule_id, case["breaks"] | case["keeps"])
    assert kept.failed == 0
    assert kept.checked > 0, "the rule looked at nothing, so it says nothing"


def test_every_rule_has_a_case_and_every_case_a_rule():
    assert CASES.keys() == RULES.keys()


@pytest.mark.parametrize("number", PUBLISHED)
def test_a_published_number_is_a_rule_or_the_readme_says_why_not(number: str):
    readme = (ACROSS / "README.md").read_text(encoding="utf-8")
    left_out = readme.partition("## Not expressed")[2]
    is_rule = any(rule.reference == f"CIN census {number}" for rule in RULES.values())
    assert is_rule != (f"| {number} |" in left_out)


def test_a_rule_with_a_published_number_is_called_by_it():
    for rule in RULES.values():
        assert (rule.reference is not None) == rule.name.startswith("cin_")
        if rule.reference:
            assert rule.reference == f"CIN census {rule.name.removeprefix('cin_').upper()}"


def test_a_rule_across_feeds_has_an_id_that_no_rule_of_a_feed_has():
    for feed, contract in load_contracts().items():
        markers = [name + ending for name in contract.columns for ending in (UNREADABLE, SENTINEL, UNLISTED)]
        of_feed = build_suite(contract, markers, has_teams=True, is_partial=False).expectations
        assert not RULES.keys() & {f"{feed}.{expectation.meta['rule']}" for expectation in of_feed}


def test_whoever_mends_the_feed_mends_the_rows():
    rule = RULES["conferences.cin_8615"]
    assert rule.owner == load_contracts()["conferences"].owner


def test_a_subject_reads_only_what_is_known_and_the_calendar():
    for subject in SUBJECTS.values():
        assert "from records." not in subject.query and "from quarantine." not in subject.query
        assert {rule.feed for rule in subject.rules} <= subject.feeds


def test_a_subject_of_an_absent_feed_is_passed_over_and_said(duckdb_warehouse, caplog):
    know_all(duckdb_warehouse, CONFERENCE_TOO_EARLY)
    with caplog.at_level(logging.INFO, logger="readiness.quality.across"):
        results = check_across(duckdb_warehouse, load_contracts(), AS_AT, TODAY)
    assert {result.rule_id for result in results if result.failed} == {"conferences.cin_8615"}
    assert not any(result.rule_id.startswith("visits.") for result in results)
    assert lacking(duckdb_warehouse, load_contracts())["protection_visits_and_plans"] == {"visits", "protection_plans"}
    assert "protection visits and plans: not judged, the source has no protection_plans, visits" in caplog.text


def test_results_are_noted_with_feed_day_owner_and_number(warehouse):
    know_all(warehouse, CONFERENCE_TOO_EARLY)
    check_across(warehouse, load_contracts(), AS_AT, TODAY)
    noted = warehouse.query(f"select * from {RULE_RESULTS} where rule_id = 'conferences.cin_8615'").iloc[0]
    assert (noted.feed, noted.severity, noted.dimension) == ("conferences", "warning", "consistency")
    assert (noted.owner, noted.reference) == (load_contracts()["conferences"].owner, "CIN census 8615")
    assert (pd.Timestamp(noted.day).date(), noted.extracted_at) == (TODAY, pd.Timestamp(AS_AT))
    assert (noted.checked, noted.failed) == (1, 1)


def test_running_twice_changes_nothing_and_rules_of_feeds_stay(warehouse):
    of_feed = dict.fromkeys(RULE_RESULT_COLUMNS) | {
        "feed": "conferences", "extracted_at": AS_AT, "day": TODAY, "rule_id": "conferences.key.repeated",
        "severity": "critical", "dimension": "uniqueness", "description": "Repeated.", "checked": 1, "failed": 0,
    }  # fmt: skip
    warehouse.append(RULE_RESULTS, pd.DataFrame([of_feed]), RULE_RESULT_COLUMNS)
    know_all(warehouse, CONFERENCE_TOO_EARLY)
    first = check_across(warehouse, load_contracts(), AS_AT, TODAY)
    once = noted_rules(warehouse)
    assert check_across(warehouse, load_contracts(), AS_AT, TODAY) == first
    assert noted_rules(warehouse) == once
    assert "conferences.key.repeated" in once
    assert len(once) == len(set(once)) == len(first) + 1


def test_another_day_is_noted_beside_the_first(duckdb_warehouse):
    know_all(duckdb_warehouse, CONFERENCE_TOO_EARLY)
    first = check_across(duckdb_warehouse, load_contracts(), AS_AT, TODAY)
    duckdb_warehouse.run("update known.moment set as_at = as_at + interval 1 day")
    check_across(duckdb_warehouse, load_contracts(), AS_AT + pd.Timedelta(days=1), TODAY + pd.Timedelta(days=1))
    assert len(noted_rules(duckdb_warehouse)) == 2 * len(first)


def test_knowledge_of_another_day_is_not_judged_as_if_it_were_of_today(duckdb_warehouse):
    know_all(duckdb_warehouse, CONFERENCE_TOO_EARLY)
    with pytest.raises(KnowledgeOutdated, match="rules across feeds were not judged"):
        check_across(duckdb_warehouse, load_contracts(), AS_AT + pd.Timedelta(days=1), TODAY + pd.Timedelta(days=1))


def test_no_value_of_a_row_stands_in_the_results(duckdb_warehouse):
    know_all(duckdb_warehouse, CONFERENCE_TOO_EARLY)
    results = check_across(duckdb_warehouse, load_contracts(), AS_AT, TODAY)
    noted = duckdb_warehouse.query(f"select * from {RULE_RESULTS}").to_csv()
    assert "canary" not in noted + repr(results)


def test_a_rule_across_feeds_cannot_hold_rows_back(tmp_path):
    write_subject(tmp_path, severity="critical")
    with pytest.raises(ReadinessError, match="no proper severity"):
        load_subjects(tmp_path)


def test_a_rule_names_a_feed_that_exists(tmp_path):
    write_subject(tmp_path, feed="conference")
    with pytest.raises(ReadinessError, match="no proper feed"):
        load_subjects(tmp_path)


def test_a_query_without_rules_is_refused(tmp_path):
    (tmp_path / "alone.sql").write_text("select 1 as one", encoding="utf-8")
    with pytest.raises(ReadinessError, match="across/alone.json is missing"):
        load_subjects(tmp_path)


def test_a_rule_on_a_column_that_the_query_does_not_give_is_no_pass(duckdb_county, tmp_path):
    write_subject(tmp_path, column="is_elsewhere")
    know(duckdb_county, {}, ["people"])
    with pytest.raises(GateBroken, match=r"across/subject\.sql and \.json"):
        judge(duckdb_county, load_subjects(tmp_path)["subject"])


def know_all(warehouse: Warehouse, given: dict) -> None:
    know_the_days(warehouse)
    know(warehouse, given, load_contracts())


def noted_rules(warehouse: Warehouse) -> list[str]:
    return list(warehouse.query(f"select rule_id from {RULE_RESULTS} order by rule_id").rule_id)


def write_subject(folder: Path, severity: str = "warning", feed: str = "people", column: str = "is_here") -> None:
    (folder / "subject.sql").write_text("select true as is_here from known.people", encoding="utf-8")
    rule = {
        "type": "expect_column_values_to_be_in_set",
        "severity": severity,
        "description": "It is not here.",
        "kwargs": {"column": column, "value_set": [True]},
        "meta": {"rule": "elsewhere", "dimension": "consistency", "feed": feed},
    }
    (folder / "subject.json").write_text(json.dumps({"name": "subject", "expectations": [rule]}), encoding="utf-8")
