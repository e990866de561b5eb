"""Where files arrive: one file or folder, or a folder of dated ones. What is in them says who they are, not their name.

A *drop* is what was delivered at one time: an Annex A workbook (.xlsx), a CIN census (.xml), or a folder of CSV and
Parquet files. Its day is the date in its own name (2026-11-06), else what the file itself says, else unknown.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from readiness.sources.borders import DayNotReadable, SourceUnavailable
from readiness.sources.files import folder
from readiness.sources.files.tables import FileRefused, FileTable

DAY_IN_NAME = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
DOORS = {".xlsx": "annex_a", ".xlsm": "annex_a", ".xls": "annex_a", ".xml": "cin_census"}


@dataclass(frozen=True)
class Drop:
    """day: whose state it shows, None if nothing says so."""

    path: Path
    day: date | None

    @property
    def door(self) -> str:
        return "folder" if self.path.is_dir() else DOORS[self.path.suffix.lower()]

    def tables(self, wanted: frozenset[str]) -> Iterator[FileTable]:
        """The tables of these names that are in it."""
        return _reader(self.door).read_tables(self.path, wanted)

    def content(self, wanted: frozenset[str] | None = None) -> str:
        """A hash of all that is in it, or, in a folder, of these tables: the same content is the same drop, whatever
        its name or time."""
        if self.path.is_file():
            return _digest(self.path, self.path.stat().st_mtime_ns, self.path.stat().st_size).hex()
        whole = hashlib.sha256()
        for file in folder.files(self.path):
            if wanted is None or file.stem.lower() in wanted:
                whole.update(f"{file.name.lower()}\0".encode())
                whole.update(_digest(file, file.stat().st_mtime_ns, file.stat().st_size))
        return whole.hexdigest()


def find_drop(address: Path, day: date) -> Drop:
    """The drop that shows the state at `day`: the newest one dated up to then, or the only one there is.

    Raises SourceUnavailable if nothing is there, DayNotReadable if all drops are of later days, FileRefused if it is
    not clear what is meant.
    """
    found = _drops(address)
    dated = sorted((drop for drop in found if drop.day), key=lambda drop: drop.day)
    if len(dated) < len(found):
        if len(found) > 1:
            raise FileRefused(
                f"{address} holds several deliveries, and {len(found) - len(dated)} of them have no date in their "
                "name. Name each file or folder with the day whose state it shows, for example 2026-11-06."
            )
        return found[0]
    _no_two_of_a_day(address, dated)
    until = [drop for drop in dated if drop.day <= day]
    if not until:
        raise DayNotReadable(f"{address} has nothing of {day} or before; the first delivery is of {dated[0].day}.")
    return until[-1]


def drop_days(address: Path) -> list[date]:
    """The days of the drops, in order; empty if none has a date."""
    return sorted(drop.day for drop in _drops(address) if drop.day)


def _drops(address: Path) -> list[Drop]:
    if not address.exists():
        raise SourceUnavailable(
            f"There is nothing at {address}. Set READINESS_CASE_SYSTEM (or the feed's address under sources in "
            "profile.yaml) to a database address, or to the path of a file or folder."
        )
    if address.is_file():
        return [_drop(address)]
    inside = [entry for entry in sorted(address.iterdir()) if not entry.name.startswith((".", "~$"))]
    tables = folder.files(address)
    deliveries = [
        entry for entry in inside if entry.suffix.lower() in DOORS or (entry.is_dir() and folder.files(entry))
    ]
    if tables and deliveries:
        raise FileRefused(
            f"{address} holds tables ({tables[0].name} …) beside whole deliveries ({deliveries[0].name} …), so it is "
            "not clear which of them are meant. Keep them in folders of their own."
        )
    if tables:
        return [_drop(address)]
    if not deliveries:
        raise FileRefused(
            f"{address} holds no file that can be read: expected CSV or Parquet files named like the tables, an "
            "Annex A workbook (.xlsx), a CIN census (.xml), or folders of these named with their day."
        )
    return [_drop(entry) for entry in deliveries]


def _drop(path: Path) -> Drop:
    if path.is_file() and path.suffix.lower() not in DOORS:
        raise FileRefused(
            f"{path.name} is of no kind that can be read: expected an Annex A workbook (.xlsx), a CIN census (.xml), "
            "or a folder of CSV or Parquet files. (A database file is named by its address, sqlite:////folder/file.)"
        )
    named = DAY_IN_NAME.search(path.name)
    if named:
        try:
            return Drop(path, date.fromisoformat(named[1]))
        except ValueError:
            raise FileRefused(f"The name of {path.name} holds {named[1]}, which is not a day. Rename it.") from None
    return Drop(path, _reader("cin_census").reference_day(path) if path.suffix.lower() == ".xml" else None)


def _reader(door: str) -> ModuleType:
    """The module that reads a kind of file; imported when it is needed, for not every council needs each."""
    return import_module(f"readiness.sources.files.{door}")


def _no_two_of_a_day(address: Path, dated: list[Drop]) -> None:
    days = [drop.day for drop in dated]
    twice = sorted({str(day) for day in days if days.count(day) > 1})
    if twice:
        raise FileRefused(
            f"{address} holds more than one delivery of {', '.join(twice[:3])}; nobody can say which is true. Keep one."
        )


@cache
def _digest(file: Path, changed_at: int, size: int) -> bytes:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()
