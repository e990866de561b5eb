"""How a workbook is written: sheets that are one table each, text that stays text, and the same bytes every time."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from math import ceil
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
BOLD = Font(name="Calibri", size=11, bold=True, color=INK)
STYLE = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")
WRAPS_FROM = 40
"""Text in columns of this width and more is broken into lines."""
LINE_HEIGHT = 15
"""In points. Heights are given, since not every program works them out when it opens a file."""
PAGE_WIDTH = 180
"""Letters in a line of a printed page that can still be read; wider sheets go over several pages."""


@dataclass(frozen=True)
class Column:
    """width in letters; format: of its numbers and dates, if they have one in common."""

    heading: str
    width: int = 12
    format: str | None = None

    @property
    def is_wrapped(self) -> bool:
        return self.width >= WRAPS_FROM


class Figure(NamedTuple):
    """A number that brings its own format."""

    value: float | None
    format: str


Value = str | int | float | date | Figure | None
Row = Sequence[Value]


def add_page(book: Workbook, title: str, heading: str, lines: Iterable[tuple[str, str]]) -> None:
    """A sheet to read: a heading, then a name and a text each line."""
    widths = (30, 110)
    sheet = _sheet(book, title, widths)
    first = _cell(sheet, heading)
    first.font = Font(name="Calibri", size=16, bold=True, color=INK)
    sheet.append([first])
    sheet.append([])
    for at, line in enumerate(lines, start=3):
        name, text = (_cell(sheet, said) for said in line)
        name.font = BOLD
        name.alignment = text.alignment = WRAPPED
        sheet.row_dimensions[at].height = _height(zip(line, widths, strict=True))
        sheet.append([name, text])


def add_table(book: Workbook, title: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """A sheet that is one named table: a frozen header with filters, and a row each."""
    sheet = _sheet(book, title, [column.width for column in columns])
    sheet.freeze_panes = "B2"
    sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:A"
    sheet.row_dimensions[1].height = _height((column.heading, column.width - 3) for column in columns)
    sheet.append([_heading(sheet, column) for column in columns])
    patterns = _Patterns(sheet, has_tall_rows=any(column.is_wrapped for column in columns))
    last = 2  # a table has at least one row under its header
    for last, row in enumerate(rows, start=2):
        texts = ((text, column.width) for text, column in zip(row, columns, strict=True) if column.is_wrapped)
        wrapped = ((text, width) for text, width in texts if isinstance(text, str))
        if (height := _height(wrapped)) > LINE_HEIGHT:
            sheet.row_dimensions[last].height = height
        sheet.append(patterns.cell(value, column) for value, column in zip(row, columns, strict=True))
    table = Table(
        displayName=title.replace(" ", "_"), ref=f"A1:{get_column_letter(len(columns))}{last}", tableStyleInfo=STYLE
    )
    table._initialise_columns()
    for described, column in zip(table.tableColumns, columns, strict=True):
        described.name = column.heading
    sheet.tables.add(table)  # add_table would warn, whatever the columns


def _height(wrapped: Iterable[tuple[str, int]]) -> int:
    """Of a row with these texts in columns of these widths, in points. Lines broken between words hold less."""

    def lines(text: str, width: int) -> int:
        return 1 if len(text) <= width else ceil(1.1 * len(text) / width)

    return LINE_HEIGHT * max((lines(*one) for one in wrapped), default=1)


def _sheet(book: Workbook, title: str, widths: Sequence[int]) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(title)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.page_setup.fitToWidth = max(1, round(sum(widths) / PAGE_WIDTH))
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return sheet


def _heading(sheet: WriteOnlyWorksheet, column: Column) -> Cell:
    cell = WriteOnlyCell(sheet, column.heading)
    cell.font, cell.fill = BOLD, PatternFill("solid", fgColor=WASH)
    cell.alignment = _alignment(column.format, is_wrapped=True)
    return cell


@dataclass
class _Patterns:
    """One cell per format, written again and again: a new cell for each value takes several times as long."""

    sheet: WriteOnlyWorksheet
    has_tall_rows: bool
    made: dict[tuple[str, bool], Cell] = field(default_factory=dict)

    def cell(self, value: Value, column: Column) -> Cell | float | date | None:
        value, format = value if isinstance(value, Figure) else (value, column.format)
        if isinstance(value, str):
            if value.startswith(LIKE_A_FORMULA):
                return _cell(self.sheet, value)
            value, format = ILLEGAL_CHARACTERS_RE.sub("", value), None
        if value is None or (format is None and not self.has_tall_rows):
            return value
        pattern = (format or FORMAT_GENERAL, column.is_wrapped)
        if pattern not in self.made:
            self.made[pattern] = WriteOnlyCell(self.sheet)
            self.made[pattern].number_format = pattern[0]
            self.made[pattern].alignment = _alignment(format, column.is_wrapped)
        self.made[pattern].value = value
        return self.made[pattern]


def _alignment(format: str | None, is_wrapped: bool) -> Alignment:
    """Numbers to the right, a little off the text that may follow; text and dates to the left."""
    is_number = format not in (None, FORMAT_GENERAL) and "yyyy" not in format
    side = "right" if is_number else "left"
    return Alignment(wrap_text=is_wrapped or None, vertical="top", horizontal=side, indent=int(is_number))


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
