"""One sample report for all tests of the room; building it takes longer than most of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from readiness.report import Report, StoredVersion, build_report, publish, share, store
from tests.report.sample import MonthFacts, month_facts, values


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
