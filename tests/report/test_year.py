"""Twelve months side by side, each as it was frozen."""

import re

import pytest

from readiness.errors import ReadinessError
from readiness.periods import Month
from readiness.report import publish, store
from readiness.report.year import year_of, year_page

OCTOBER = Month.parse("2026-10")


def of_month(report, month: str, verdict: str, inspection: str | None = None):
    """The report as if of another month, P1b with a verdict of its own."""
    findings = [
        finding.model_copy(
            update={
                "claims": tuple(
                    claim.model_copy(update={"verdict": verdict}) if claim.id == "P1b" else claim
                    for claim in finding.claims
                )
            }
        )
        for finding in report.findings
    ]
    update = {"month": month, "findings": tuple(findings), "inspection": inspection or report.inspection}
    return report.model_copy(update=update)


@pytest.fixture
def bare(small_report):
    """Without figures, so that nothing is drawn."""
    return small_report.model_copy(update={"indicators": (), "definitions": {}})


def test_each_month_shows_its_own_verdict_and_a_month_without_report_says_so(bare, reports):
    for month, verdict in (("2026-08", "not_met"), ("2026-10", "met"), ("2025-10", "met")):
        publish(store(of_month(bare, month, verdict), reports).folder)
    year = year_of(reports, OCTOBER)
    assert [str(month) for month in year.months][::11] == ["2025-11", "2026-10"]
    verdicts = [claim and claim.verdict for claim in year.of("P1b")]
    assert verdicts == [None] * 9 + ["not_met", None, "met"]
    html = year_page(year)
    assert html.count("no report") == 10
    row = re.search(r"<strong>P1b</strong>.*?</tr>", html, re.DOTALL)[0]
    assert re.findall(r"(.)</span> (Met|Not met)", row) == [("✕", "Not met"), ("✓", "Met")], "a mark and a word"
    assert html == year_page(year_of(reports, OCTOBER))


def test_the_current_version_of_a_month_counts(bare, reports):
    for verdict in ("not_met", "met"):
        publish(store(of_month(bare, "2026-10", verdict), reports).folder)
    assert year_of(reports, OCTOBER).of("P1b")[-1].verdict == "met"


def test_months_judged_against_another_letter_are_left_out(bare, reports):
    publish(store(of_month(bare, "2026-09", "met", inspection="2009-05-earlier"), reports).folder)
    publish(store(of_month(bare, "2026-10", "not_met"), reports).folder)
    assert [str(month) for month in year_of(reports, OCTOBER).reports] == ["2026-10"]


def test_the_course_of_the_priority_action_has_the_counts_reported_then(stored):
    year = year_of(stored.folder.parents[2], OCTOBER)
    item = next(i for claim in year.of("P1b") if claim for i in claim.details if i.id == "contact_decision_in_time")
    assert f"{item.now.numerator:,} of {item.now.denominator:,}" in year_page(year)


def test_a_year_without_any_report_is_an_error_that_says_what_to_do(reports):
    with pytest.raises(ReadinessError, match="make report MONTH=2026-10"):
        year_of(reports, OCTOBER)
