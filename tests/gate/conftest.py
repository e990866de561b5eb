"""Batches from a hand-written case system, put through the gate."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from readiness.contracts import load_contract
from readiness.gate import Sifted, sift
from readiness.settings import Settings
from readiness.sources import Source, read_feed
from tests.sources.case_system import MONDAY, CaseSystem, evening

Gate = Callable[..., Sifted]


@pytest.fixture
def gate(home: Settings, tmp_path: Path) -> Gate:
    """Give rows of one table to the gate of a feed."""
    system = CaseSystem(f"sqlite:///{tmp_path / 'case_system.sqlite'}")
    settings = replace(home, case_system=system.url)

    def sifting(feed: str, table: str, *rows: Mapping[str, object], **how: object) -> Sifted:
        system.fill(table, *rows)
        contract = load_contract(feed)
        return sift(read_feed(settings, contract, source=Source(system.url), now=evening(MONDAY)), contract, **how)

    return sifting
