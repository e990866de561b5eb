"""Case systems written by hand, on each database that we can run here, and a check of them on a Monday evening."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from readiness.contracts import load_contract
from readiness.profile import load_profile
from readiness.settings import Settings
from readiness.source_check import FeedCheck, SourceCheck, check_source
from readiness.source_check.profiling import profiled
from readiness.sources import Source, read_feed
from tests.sources.case_system import MONDAY, CaseSystem, evening

Checker = Callable[..., SourceCheck]


@pytest.fixture(params=["sqlite", "postgresql"])
def case_system(request: pytest.FixtureRequest, tmp_path: Path) -> CaseSystem:
    """An empty case system, once per database."""
    if request.param == "postgresql":
        return CaseSystem(request.getfixturevalue("postgresql_url"))
    return CaseSystem(f"sqlite:///{tmp_path / 'case_system.sqlite'}")


@pytest.fixture
def sqlite_system(tmp_path: Path) -> CaseSystem:
    """An empty case system whose columns hold any text."""
    return CaseSystem(f"sqlite:///{tmp_path / 'case_system.sqlite'}")


@pytest.fixture
def check(home: Settings) -> Checker:
    """Check a case system, live, as of 2 November 2026 unless told otherwise."""

    def checking(system: CaseSystem, day: date | None = None) -> SourceCheck:
        return check_source(replace(home, case_system=system.url), day, evening(MONDAY))

    return checking


@pytest.fixture
def look(home: Settings) -> Callable[[CaseSystem, str], FeedCheck]:
    """Look at a single feed of a case system, as a check does."""

    def looking(system: CaseSystem, feed: str) -> FeedCheck:
        contract, source = load_contract(feed), Source(system.url)
        batch = read_feed(replace(home, case_system=system.url), contract, source=source, now=evening(MONDAY))
        return profiled(batch, contract, load_profile(home.authority))

    return looking


def days(first: date, number: int) -> Iterator[date]:
    """So many days in a row."""
    return (first + timedelta(days=n) for n in range(number))
