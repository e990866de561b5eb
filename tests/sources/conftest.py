"""A case system on each database that we can run here, and a way to read feeds from it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from readiness.contracts import load_contract
from readiness.settings import Settings
from readiness.sources import Batch, Source, read_feed
from tests.sources.case_system import MONDAY, CaseSystem, evening

Reader = Callable[..., Batch]


@pytest.fixture(params=["sqlite", "postgresql"])
def case_system(request: pytest.FixtureRequest, tmp_path: Path) -> CaseSystem:
    """An empty case system, once per database."""
    if request.param == "postgresql":
        return CaseSystem(request.getfixturevalue("postgresql_url"))
    return CaseSystem(f"sqlite:///{tmp_path / 'case_system.sqlite'}")


@pytest.fixture
def sqlite_system(tmp_path: Path) -> CaseSystem:
    """An empty case system whose columns hold any text, dirty dates too."""
    return CaseSystem(f"sqlite:///{tmp_path / 'case_system.sqlite'}")


@pytest.fixture
def read(home: Settings) -> Reader:
    """Read a feed of a case system: as of Monday evening unless told otherwise."""

    def reading(system: CaseSystem, feed: str, **how: object) -> Batch:
        settings = replace(home, case_system=system.url)
        return read_feed(settings, load_contract(feed), source=Source(system.url), **({"now": evening(MONDAY)} | how))

    return reading
