"""The frozen report holds what the house promises, rounded and complete."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from pydantic import ValidationError

from readiness.report import Report, build_report
from readiness.report.versions import canonical_json
from tests.report.sample import MONTH

PROMISED = {
    "schema", "authority", "inspection", "month", "as_at", "reconstructed", "working_day_rule", "overall", "findings",
    "indicators", "data_quality", "annotations", "versions",
}  # fmt: skip
PROMISED_OF_A_MONTH = {
    "month", "numerator", "denominator", "running", "overdue", "left_out", "value", "lower", "upper", "median", "p90",
    "maturity", "first_reported",
}  # fmt: skip


@pytest.fixture(scope="module")
def content(report: Report) -> dict:
    return json.loads(canonical_json(report))


def test_the_keys_that_the_design_promises_are_there(content):
    assert content.keys() >= PROMISED
    assert content["schema"] == 1
    assert {"id", "kind", "quote", "claims"} <= content["findings"][0].keys()
    assert {"id", "verdict", "reason", "direction", "evidence"} <= content["findings"][0]["claims"][0].keys()
    assert {"id", "family", "measure", "unit", "scope", "months", "target", "limit", "published"} <= content[
        "indicators"
    ][0].keys()
    assert content["indicators"][0]["months"][0].keys() >= PROMISED_OF_A_MONTH
    assert content["versions"].keys() == {"readiness", "definitions", "warehouse"}


def test_every_claim_and_repeat_of_the_letter_is_there(content):
    ids = [claim["id"] for finding in content["findings"] for claim in finding["claims"]]
    assert len(ids) == len(set(ids)) == 45
    assert [finding["id"] for finding in content["findings"]][:4] == ["P1", "R1", "R2", "R3"]


def test_all_fourteen_indicators_are_there_and_say_what_they_mean(content):
    assert len(content["definitions"]) == 14
    of_authority = [i["id"] for i in content["indicators"] if i["scope"]["type"] == "authority"]
    assert sorted(of_authority) == sorted(content["definitions"])
    for definition in content["definitions"].values():
        assert definition["definition_hash"]
        assert definition["sql"].endswith("query.sql")


def test_percentages_have_one_decimal_and_counts_none(content):
    rows = [row for i in content["indicators"] if i["measure"] == "proportion" for row in i["months"]]
    assert all(row["value"] == round(row["value"], 1) for row in rows if row["value"] is not None)
    assert all(isinstance(row["numerator"], int) and isinstance(row["denominator"], int) for row in rows)


def test_a_value_can_be_had_from_its_counts(report):
    rows = [row for i in report.indicators if i.measure == "proportion" for row in i.months if row.denominator]
    assert all(abs(row.value - 100 * row.numerator / row.denominator) <= 0.05 + 1e-9 for row in rows)


def test_a_month_without_cases_stands_in_the_series_with_zero(facts, reports):
    rows = facts.values
    gone = (rows.indicator == "child_views_recorded") & (rows.month == "2026-03")
    report = build_report(replace(facts, values=rows[~gone]), reports)
    found = next(i for i in report.indicators if i.id == "child_views_recorded" and i.scope.type == "authority")
    march = next(row for row in found.months if row.month == "2026-03")
    assert (march.numerator, march.denominator, march.value) == (0, 0, None)
    assert [row.month for row in found.months] == sorted(row.month for row in found.months)


def test_months_after_the_reported_one_are_left_out(facts, reports):
    later = facts.values[facts.values.month == str(MONTH)].assign(month="2026-11")
    report = build_report(replace(facts, values=pd.concat([facts.values, later])), reports)
    assert max(row.month for indicator in report.indicators for row in indicator.months) == "2026-10"


def test_an_indicator_without_rows_is_still_there(report):
    found = next(i for i in report.indicators if i.id == "initial_assessment_in_time")
    assert found.months == ()


def test_the_letter_is_quoted_word_for_word(report):
    quote = next(finding.quote for finding in report.findings if finding.id == "S6")
    assert quote == (
        "Caseloads are generally manageable and effective systems are in place to promptly allocate new work."
    )


def test_a_reconstructed_report_says_so_in_words(facts, reports):
    report = build_report(replace(facts, is_reconstructed=True), reports)
    assert "reconstructed" in report.how_we_counted[0].text
    assert "reconstructed" not in build_report(facts, reports).how_we_counted[0].text


def test_the_first_screen_tells_what_moved_and_what_is_overdue(report):
    assert [note.claims for note in report.summary.better] == [
        ("P1b", "P1d"),
        ("R1", "D4a"),
        ("R3", "D5b"),
        ("D6a", "D6b"),
    ]
    assert any(note.text.startswith("Assessments overdue") and ": 93" in note.text for note in report.summary.backlog)
    assert len(report.summary.not_known) == 36


def test_an_unknown_key_in_a_report_is_an_error(report):
    with pytest.raises(ValidationError):
        Report.model_validate(report.model_dump(by_alias=True) | {"surprise": 1})


def test_a_report_survives_being_written_and_read(report):
    assert Report.model_validate_json(canonical_json(report)) == report
