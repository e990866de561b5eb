"""One sample report for all tests of the room; building it takes longer than most of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from readiness.judgement import judge, load_registers, read_counts
from readiness.report import Further, Report, StoredVersion, build_report, publish, share, store
from tests.report.sample import AS_AT, AUTHORITY, MONTH, MonthFacts, month_facts, values
from tests.report.sample import facts as indicator_facts


@pytest.fixture(scope="session")
def facts() -> MonthFacts:
    return month_facts()


@pytest.fixture(scope="session")
def report(facts: MonthFacts, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The internal report, not numbered."""
    return build_report(facts, tmp_path_factory.mktemp("none"))


@pytest.fixture(scope="session")
def stored(report: Report, tmp_path_factory: pytest.TempPathFactory) -> StoredVersion:
    """The report as the first version of its month, with its page."""
    version = store(report, tmp_path_factory.mktemp("home") / "reports")
    publish(version.folder)
    return version


@pytest.fixture(scope="session")
def shared(report: Report) -> Report:
    return share(report)


OTHER_INSPECTION = "2026-05-synthetic-ilacs"


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The internal report with another inspection beside the letter."""
    given = month_facts()
    (other,) = load_registers(AUTHORITY, [OTHER_INSPECTION])
    judged = judge(other, read_counts(values(), MONTH), indicator_facts(), (), MONTH, AS_AT.date(), given.profile)
    with_further = month_facts(further=(Further(OTHER_INSPECTION, other, judged),))
    return build_report(with_further, tmp_path_factory.mktemp("none"))


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


def small(report: Report) -> Report:
    """A report of one indicator, quick to draw and to write."""
    kept = "contact_decision_in_time"
    return report.model_copy(
        update={
            "indicators": tuple(i for i in report.indicators if i.id == kept and i.scope.type != "team"),
            "definitions": {kept: report.definitions[kept]},
            "also_watched": (),
        }
    )


@pytest.fixture(scope="session")
def small_report(report: Report) -> Report:
    return small(report)


@pytest.fixture(scope="session")
def other_report(facts: MonthFacts, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The same month with other numbers."""
    return small(build_report(replace(facts, values=values(seed=8)), tmp_path_factory.mktemp("none")))
