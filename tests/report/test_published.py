"""Published figures beside the indicators: the right year, the right areas, and our own year among them."""

import shutil
from datetime import date

import pytest

from readiness.clocks import load_definitions
from readiness.errors import ReadinessError
from readiness.profile import CompareWith, read_yaml
from readiness.report.beside import published_sentences
from readiness.report.model import Indicator, MonthValue, Scope, Suppressed
from readiness.report.published import COMPARISONS, Comparisons, published_beside
from readiness.settings import PROJECT

AUTHORITY = PROJECT / "authority"
ID = "assessment_from_start_in_time"
ROWS = """measure,level,area_code,area_name,region_name,year_ending,numerator,denominator,percent,source_table
assessments_within_45_working_days,country,E92000001,England,,2023-03-31,80,100,80.0,C2
assessments_within_45_working_days,country,E92000001,England,,2024-03-31,84,100,84.0,C2
assessments_within_45_working_days,region,E12000005,West Midlands,West Midlands,2024-03-31,,,,C2
assessments_within_45_working_days,authority,E1,One,West Midlands,2024-03-31,70,100,70.0,C2
assessments_within_45_working_days,authority,E2,Two,West Midlands,2024-03-31,90,100,90.0,C2
assessments_within_45_working_days,authority,E3,Three,West Midlands,2024-03-31,,,,C2
"""


@pytest.fixture
def authority(tmp_path):
    folder = tmp_path / "published"
    folder.mkdir()
    shutil.copy(AUTHORITY / "published" / COMPARISONS, folder)
    (folder / "published_measures.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def test_the_latest_year_that_had_ended_is_taken(authority):
    assert published_beside(authority, CompareWith(), date(2024, 3, 31))[ID].figures[0].value == 84
    assert published_beside(authority, CompareWith(), date(2024, 3, 30))[ID].figures[0].value == 80
    assert published_beside(authority, CompareWith(), date(2011, 6, 30)) == {}


def test_what_nobody_published_is_left_out_and_few_authorities_make_no_quartiles(authority):
    compare = CompareWith(authority="E1", region="West Midlands", neighbours=("E2", "E3"))
    found = published_beside(authority, compare, date(2026, 10, 31))[ID]
    assert [(figure.area, figure.value) for figure in found.figures] == [("England", 84), ("One", 70)]
    assert (found.neighbours, found.neighbours_median, found.authorities, found.quartiles) == (1, 90, 2, None)


def test_an_area_of_which_nothing_is_known_is_named(authority):
    with pytest.raises(ReadinessError, match="names E9, Mercia, of which published_measures.csv knows nothing"):
        published_beside(authority, CompareWith(neighbours=("E9",), region="Mercia"), date(2026, 10, 31))


def test_the_figures_that_come_with_the_project_are_those_of_the_department(tmp_path):
    """England 2024 in table C2: 543,210 of 643,160; a quarter of the authorities counted by hand with another tool."""
    found = published_beside(AUTHORITY, CompareWith(), date(2026, 10, 31))[ID]
    assert found.year_ending == date(2024, 3, 31)
    assert (found.figures[0].numerator, found.figures[0].denominator, found.figures[0].value) == (543210, 643160, 84.5)
    lower, median, upper = found.quartiles
    rows = [line.split(",") for line in (AUTHORITY / "published/published_measures.csv").read_text().splitlines()]
    shares = [
        float(row[-2])
        for row in rows
        if row[0] == "assessments_within_45_working_days" and row[1] == "authority" and "2024-03-31" in row and row[-2]
    ]
    assert len(shares) == found.authorities > 100
    assert sum(share <= lower for share in shares) == pytest.approx(len(shares) / 4, abs=2)
    assert sum(share <= median for share in shares) == pytest.approx(len(shares) / 2, abs=2)
    assert sum(share >= upper for share in shares) == pytest.approx(len(shares) / 4, abs=2)


def test_every_comparison_is_of_an_indicator_of_the_catalogue():
    words = read_yaml(AUTHORITY / "published" / COMPARISONS, Comparisons)
    known = {"conference_in_time", "plan_review_in_time", *load_definitions().indicators}
    assert words.comparisons.keys() <= known


class TestSentences:
    def indicator(self, authority, months) -> Indicator:
        found = published_beside(authority, CompareWith(), date(2026, 10, 31))[ID]
        scope = Scope(type="authority", id="authority", name="Exampleshire")
        published = found.model_copy(update={"quartiles": (78.0, 85.0, 92.0), "authorities": 150})
        return Indicator(
            id=ID,
            family="timeliness",
            measure="proportion",
            unit="percent",
            scope=scope,
            months=months,
            published=published,
        )

    def months(self, numerator=8, denominator=10, count=13):
        return tuple(
            MonthValue(month=f"{2025 + (n > 11)}-{n % 12 + 1:02d}", numerator=numerator, denominator=denominator)
            for n in range(count)
        )

    def test_our_latest_year_stands_among_the_authorities(self, authority):
        first, ours, difference = published_sentences(self.indicator(authority, self.months()), 20)
        assert first.startswith(
            "Published: assessments completed within 45 working days, year to 31 March 2024. England"
        )
        assert "England 84.0%; the middle half of 150 authorities 78.0% to 92.0%." in first
        assert ours == (
            "Ours, February 2025 to January 2026: 96 of 120 (80.0%), which would stand in the second lowest quarter of "
            "authorities."
        )
        assert difference.startswith("They are not the same measure. The published figure counts a year")

    def test_a_value_on_a_bound_is_above_it(self, authority):
        sentences = published_sentences(self.indicator(authority, self.months(78, 100)), 20)
        assert "the second lowest quarter" in sentences[1]

    def test_with_a_withheld_count_or_too_few_months_nothing_is_said_of_ours(self, authority):
        hidden = (*self.months()[:-1], MonthValue(month="2026-01", numerator=Suppressed(), denominator=10))
        for months in (hidden, self.months(count=11), self.months(1, 1)):
            assert len(published_sentences(self.indicator(authority, months), 20)) == 2
