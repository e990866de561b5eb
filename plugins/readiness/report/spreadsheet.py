"""How a workbook is written: sheets that are one table each, text that stays text, and the same bytes every time."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.numbers import FORMAT_GENERAL
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

LIKE_A_FORMULA = ("=", "+", "-", "@", "#", "\t", "\r")
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can name; every entry bears it."""

INK, WASH = "1B2733", "F5F7F9"
STYLE = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")
WRAPS_FROM = 40
"""Text in columns of this width and more is broken into lines."""


@dataclass(frozen=True)
class Column:
    """width in letters; format: of its numbers and dates, if they have one in common."""

    heading: str
    width: int = 12
    format: str | None = None


class Figure(NamedTuple):
    """A number that brings its own format."""

    value: float | None
    format: str


Value = str | int | float | date | Figure | None
Row = Sequence[Value]


def add_page(book: Workbook, title: str, heading: str, lines: Iterable[tuple[str, str]]) -> None:
    """A sheet to read: a heading, then a name and a text each line."""
    sheet = _sheet(book, title, (28, 110))
    first = _cell(sheet, heading)
    first.font = Font(size=16, bold=True, color=INK)
    sheet.append([first])
    sheet.append([])
    for line in lines:
        name, text = (_cell(sheet, said) for said in line)
        name.font = Font(bold=True, color=INK)
        name.alignment = text.alignment = WRAPPED
        sheet.append([name, text])


def add_table(book: Workbook, title: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """A sheet that is one named table: a frozen header with filters, and a row each."""
    sheet = _sheet(book, title, [column.width for column in columns])
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.append([_heading(sheet, column) for column in columns])
    patterns = _Patterns(sheet)
    last = 2  # a table has at least one row under its header
    for last, row in enumerate(rows, start=2):  # noqa: B007
        sheet.append(patterns.cell(value, column) for value, column in zip(row, columns, strict=True))
    table = Table(
        displayName=title.replace(" ", "_"), ref=f"A1:{get_column_letter(len(columns))}{last}", tableStyleInfo=STYLE
    )
    table._initialise_columns()
    for described, column in zip(table.tableColumns, columns, strict=True):
        described.name = column.heading
    sheet.tables.add(table)  # add_table would warn, whatever the columns


def _sheet(book: Workbook, title: str, widths: Iterable[int]) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(title)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return sheet


def _heading(sheet: WriteOnlyWorksheet, column: Column) -> Cell:
    cell = WriteOnlyCell(sheet, column.heading)
    cell.font, cell.fill, cell.alignment = Font(bold=True, color=INK), PatternFill("solid", fgColor=WASH), WRAPPED
    return cell


@dataclass
class _Patterns:
    """One cell per format, written again and again: a new cell for each value takes several times as long."""

    sheet: WriteOnlyWorksheet
    made: dict[str, Cell] = field(default_factory=dict)

    def cell(self, value: Value, column: Column) -> Cell | float | date | None:
        value, format = value if isinstance(value, Figure) else (value, column.format)
        if isinstance(value, str):
            if value.startswith(LIKE_A_FORMULA):
                return _cell(self.sheet, value)
            value, format = ILLEGAL_CHARACTERS_RE.sub("", value), FORMAT_GENERAL if column.width >= WRAPS_FROM else None
        if value is None or format is None:
            return value
        if format not in self.made:
            self.made[format] = WriteOnlyCell(self.sheet)
            self.made[format].number_format = format
            self.made[format].alignment = WRAPPED
        self.made[format].value = value
        return self.made[format]


def _cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    """Text as text, even where a spreadsheet would take it for a formula or an error."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(LIKE_A_FORMULA)
    return cell


def saved(book: Workbook, day: date, **properties: str) -> bytes:
    """The book as bytes that follow from what is in it: where openpyxl writes the moment of saving stands `day`."""
    draft, final = io.BytesIO(), io.BytesIO()
    book.save(draft)
    moment = datetime.combine(day, time.min)
    core = DocumentProperties(created=moment, modified=moment, **properties)
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(final, "w") as target:
        for name in source.namelist():
            content = tostring(core.to_tree()) if name == ARC_CORE else source.read(name)
            target.writestr(zipfile.ZipInfo(name, EARLIEST), content, zipfile.ZIP_DEFLATED)
    return final.getvalue()
