"""Opens an Excel workbook that somebody sent us: what it claims is checked before anything in it is unpacked.

Sheets are read as streams of openpyxl's cells. openpyxl parses with defusedxml, which refuses entities and references
to other files.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TypeVar
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from readiness.sources.borders import guarded
from readiness.sources.files.tables import FileRefused

MOST_BYTES = 200 * 2**20
MOST_UNPACKED = 400 * 2**20
"""Fifty thousand rows of thirty columns take some 60 MB unpacked."""
MOST_READ_WHOLE = 80 * 2**20
"""Of everything but the sheets, which alone are read as streams."""
MOST_RATIO = 250
"""Sheets shrink ten to forty times; only what is made to burst shrinks by more, once it is of some size."""
SMALL = 2**20
MOST_COLUMNS = 200
MOST_ROWS = 1_048_576
"""As many as a sheet of Excel can have."""
ROWS_AT_ONCE = 200

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Row = tuple[ReadOnlyCell, ...]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Sheet:
    """One sheet of an open workbook. title: its name; file: of the workbook, for messages."""

    title: str
    file: str
    is_hidden: bool
    _sheet: ReadOnlyWorksheet = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """Its rows from the first; cells where there is nothing have no value. Raises FileRefused."""
        self._sheet.reset_dimensions()
        found, count = self._sheet.iter_rows(), 0
        while rows := _read(self.file, lambda: list(islice(found, ROWS_AT_ONCE))):
            count += len(rows)
            if count > MOST_ROWS or (widest := max(map(len, rows))) > MOST_COLUMNS:
                what = "more rows than a sheet can have" if count > MOST_ROWS else f"{widest:,} columns"
                raise FileRefused(
                    f"{self.file}, sheet {self.title}: it has {what}; at most {MOST_ROWS:,} rows and {MOST_COLUMNS} "
                    "columns are read. Delete what stands outside the list and save it again."
                )
            yield from rows


@contextmanager
def open_workbook(path: Path) -> Iterator[list[Sheet]]:
    """The sheets of a workbook, in order. Raises FileRefused for a file that is none, is locked, damaged or made to
    burst."""
    _refuse_by_size(path)
    with path.open("rb") as file:
        book = _read(path.name, lambda: openpyxl.load_workbook(file, read_only=True, keep_links=False))
        try:
            yield [Sheet(one.title, path.name, one.sheet_state != "visible", one) for one in book.worksheets]
        finally:
            book.close()


def text(cell: ReadOnlyCell) -> str | None:
    """The cell as trimmed text: a date or moment in ISO, a truth as Y or N, a number without needless zeros."""
    value = cell.value
    match value:
        case None:
            return None
        case str():
            return value.strip() or None
        case bool():
            return "Y" if value else "N"
        case datetime():
            return value.isoformat(" ", "seconds").removesuffix(" 00:00:00")
        case date():
            return value.isoformat()
        case float():
            return format(Decimal(repr(value)), "f").removesuffix(".0")
    return str(value)


def _refuse_by_size(path: Path) -> None:
    """Look at what the archive says of itself; a part that unpacks to more than it says is cut off by zipfile."""
    name = path.name
    if path.stat().st_size > MOST_BYTES:
        raise FileRefused(f"{name} is larger than {MOST_BYTES >> 20} MB; no Annex A is. Send the workbook alone.")
    with path.open("rb") as file:
        start = file.read(4)
        if start == OLE:
            raise FileRefused(_locked_or_old(name, ENCRYPTED in file.read()))
    if not start:
        raise FileRefused(f"{name} is empty (no bytes at all). Export the workbook again.")
    if start != ZIP:
        raise FileRefused(f"{name} is not an Excel workbook, whatever its name. Save the lists as .xlsx.")
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
    except BadZipFile:
        raise FileRefused(_damaged(name)) from None
    unpacked = sum(part.file_size for part in parts)
    read_whole = sum(part.file_size for part in parts if "/worksheets/" not in part.filename)
    bursts = any(p.file_size > SMALL and p.file_size > MOST_RATIO * p.compress_size for p in parts)
    if unpacked > MOST_UNPACKED or read_whole > MOST_READ_WHOLE or bursts:
        raise FileRefused(
            f"{name} claims to hold {unpacked / 2**20:,.0f} MB unpacked, out of all proportion to its size; it was not "
            "opened. Copy the lists, as values, to a new workbook."
        )


def _read(name: str, action: Callable[[], Result]) -> Result:
    """Let openpyxl do it, without its warnings, which quote cells, and with one error for all that is broken."""

    def quietly() -> Result:
        with warnings.catch_warnings(action="ignore"):
            return action()

    return guarded(f"Reading {name}", quietly, lambda error: FileRefused(_damaged(name)))


def _damaged(name: str) -> str:
    return (
        f"{name} is damaged, cut off, or holds what no workbook needs: it cannot be read as one. Open it in Excel, and "
        "save it again as .xlsx."
    )


def _locked_or_old(name: str, is_encrypted: bool) -> str:
    if is_encrypted:
        return f"{name} is locked with a password. Save it without one, in a folder that only the data team can open."
    return f"{name} is a workbook of the old kind (.xls), which is not read. Save it in Excel as .xlsx, without macros."
