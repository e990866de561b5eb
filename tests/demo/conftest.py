"""Counties to test on, written once: half a county of today, the whole one of the letter, and a very small one."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from readiness.demo import County, exampleshire, letter, write_county

SCALE = 0.5


def _written(county: County, folder: Path) -> Iterator[sqlite3.Connection]:
    path = folder / "county.sqlite"
    write_county(path, county)
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Exampleshire at half its size."""
    yield from _written(exampleshire().resized(SCALE), tmp_path_factory.mktemp("today"))


@pytest.fixture(scope="session")
def then(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The county of the letter, whole."""
    yield from _written(letter(), tmp_path_factory.mktemp("then"))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Exampleshire at a fiftieth of its size."""
    yield from _written(exampleshire().resized(0.02), tmp_path_factory.mktemp("small"))
