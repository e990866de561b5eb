"""The workbook: real numbers, nothing withheld among them, text that stays text, and the same bytes every time."""

import io
import json
import zipfile
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest

from readiness.report import copy_for, read_report, share, workbook
from readiness.report.model import Action, Version
from readiness.report.rendering import NotShared
from tests.report.sample import NOTICE

MARK = Version(number=1, hash="ab" * 32)
SHEETS = [
    "Read me",
    "Findings",
    "Indicators",
    "Months",
    "Open and overdue",
    "Data quality",
    "Definitions",
]
NUMBERS = {
    "Numerator": "numerator",
    "Denominator": "denominator",
    "Value": "value",
    "Lower": "lower",
    "Upper": "upper",
    "Median": "median",
    "90th percentile": "p90",
}


@pytest.fixture(scope="module")
def path(stored):
    return stored.folder / "readiness-2026-10-v1.xlsx"


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def months(path) -> pd.DataFrame:
    return pd.read_excel(path, sheet_name="Months", keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def shared_rows(stored) -> list[tuple[dict, dict]]:
    """Indicator and month as they stand in the shared file, read without the model."""
    content = json.loads((stored.folder / "report.shared.json").read_bytes())
    return [(indicator, row) for indicator in content["indicators"] for row in indicator["months"]]


@pytest.fixture(scope="module")
def sendable(small_report):
    return copy_for(share(small_report), "director").model_copy(update={"version": MARK})


def opened(report):
    return openpyxl.load_workbook(io.BytesIO(workbook(report)))


def test_the_internal_report_is_never_written(small_report):
    with pytest.raises(NotShared):
        workbook(small_report.model_copy(update={"version": MARK}))


def test_the_same_report_gives_the_same_bytes_and_no_moment_of_writing(sendable):
    made = workbook(sendable)
    assert workbook(sendable) == made
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert f"{date.today():%Y-%m-%d}".encode() not in file.read("docProps/core.xml")


def test_it_says_what_it_is(book):
    assert book.properties.title == "Readiness report, Exampleshire County Council, October 2026"
    assert book.properties.modified == datetime(2026, 11, 6)
    told = " ".join(str(cell.value) for row in book["Read me"].iter_rows() for cell in row if cell.value)
    assert NOTICE in told
    assert "counts of 1 to 5 are withheld" in told


def test_each_sheet_is_a_named_table_under_a_frozen_header(book):
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions
        assert table.displayName == sheet.title.replace(" ", "_")
        assert table.autoFilter.ref == table.ref
        assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet[1]]
        assert sheet.freeze_panes == "B2"


def test_every_number_of_the_shared_copy_is_there_and_no_other(months, shared_rows):
    assert len(months) == len(shared_rows) > 3000
    for column, name in NUMBERS.items():
        for found, (indicator, row) in zip(months[column], shared_rows, strict=True):
            expected = row[name] if isinstance(row[name], int | float) else None
            if expected is not None and indicator["measure"] == "proportion" and name in ("value", "lower", "upper"):
                expected /= 100
            assert (None if pd.isna(found) else found) == (None if expected is None else pytest.approx(expected))


def test_a_withheld_number_is_an_empty_cell_named_in_its_row(months, shared_rows):
    named = [set() if pd.isna(names) else set(names.split(", ")) for names in months["Withheld"]]
    assert sum("numerator" in names for names in named) > 10
    for names, (_, row) in zip(named, shared_rows, strict=True):
        for name in ("numerator", "denominator", "value", "lower", "upper", "median"):
            assert (name in names) == (row[name] == {"suppressed": True})


def test_a_share_can_be_had_again_from_its_counts(months):
    shares = months[months["Value"].notna() & (months["Indicator id"] != "caseload_per_worker")]
    assert len(shares) > 300
    assert (shares["Numerator"] / shares["Denominator"] - shares["Value"]).abs().max() < 0.00051


def test_no_text_stands_among_numbers(months):
    for column in (*NUMBERS, "Running", "Overdue", "First reported numerator"):
        assert pd.api.types.is_numeric_dtype(months[column]), column
    assert pd.api.types.is_datetime64_any_dtype(months["Month"])


def test_shares_show_as_percent_and_ratios_do_not(book):
    sheet = book["Indicators"]
    at = {cell.value: cell.column - 1 for cell in sheet[1]}
    formats = {row[at["Indicator id"]].value: row[at["Value"]].number_format for row in sheet.iter_rows(min_row=2)}
    assert formats["contact_decision_in_time"] == "0.0%"
    assert formats["caseload_per_worker"] == "#,##0.0"


def test_open_and_overdue_leaves_out_what_cannot_be_open(path, stored):
    open_work = pd.read_excel(path, sheet_name="Open and overdue")
    assert "parent_views_recorded" not in set(open_work["Indicator id"])
    authority = open_work[(open_work["Scope type"] == "authority")].set_index("Indicator id")
    shared = read_report(stored.folder / "report.shared.json")
    one = next(i for i in shared.indicators if i.id == "contact_decision_in_time" and i.scope.type == "authority")
    assert authority.loc[one.id, "Overdue"] == one.months[-1].overdue
    assert authority.loc[one.id, "Overdue three months before"] == one.months[-4].overdue


def test_text_that_looks_like_a_formula_stays_text(sendable):
    names = ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "#N/A", "\tx"]
    one = sendable.indicators[0]
    named = [one.model_copy(update={"scope": one.scope.model_copy(update={"name": name})}) for name in names]
    sheet = opened(sendable.model_copy(update={"indicators": tuple(named)}))["Months"]
    cells = [row[3] for row in sheet.iter_rows(min_row=2)]
    assert {cell.value for cell in cells} == set(names)
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_characters_that_a_spreadsheet_cannot_hold_are_left_out(sendable):
    one = sendable.indicators[0]
    odd = one.model_copy(update={"scope": one.scope.model_copy(update={"name": "North\x07moor"})})
    sheet = opened(sendable.model_copy(update={"indicators": (odd,)}))["Months"]
    assert {row[3].value for row in sheet.iter_rows(min_row=2)} == {"Northmoor"}


def test_a_report_without_any_figures_is_a_workbook_too(sendable):
    book = opened(sendable.model_copy(update={"indicators": (), "definitions": {}, "also_watched": ()}))
    assert book["Months"].max_row == 1
    assert book["Findings"].max_row == 46


def test_actions_have_a_sheet_of_their_own_with_real_dates(sendable):
    action = Action(
        id="A1",
        about="P1",
        text="=rota",
        owner="Head",
        set_on=date(2026, 7, 1),
        due_on=date(2026, 10, 16),
        state="open",
    )
    sheet = opened(sendable.model_copy(update={"actions": (action,)}))["Actions"]
    heading, row = ([cell.value for cell in cells] for cells in sheet.iter_rows())
    told = dict(zip(heading, row, strict=True))
    assert (told["Action"], told["Due"].date(), told["Done"], told["State"]) == (
        "=rota", date(2026, 10, 16), None, "Open",
    )  # fmt: skip
    assert sheet["C2"].data_type == "s"


def test_rows_are_as_high_as_their_text_and_wide_sheets_are_printed_over_several_pages(book):
    """Not every program works out heights when it opens a file: without one, lines lie over each other."""
    sheet = book["Findings"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    assert len(list(sheet.iter_rows(min_row=2))) == 45
    for row in sheet.iter_rows(min_row=2):
        reason = row[columns["Reason"] - 1]
        width = sheet.column_dimensions[reason.column_letter].width
        assert (sheet.row_dimensions[reason.row].height or 15) >= 15 * len(reason.value) / width
        assert {cell.alignment.vertical for cell in row if cell.value is not None} == {"top"}
    assert sheet.page_setup.fitToWidth == 3
    assert sheet.print_title_cols == "$A:$A"
    assert sheet.print_title_rows == "$1:$1"


def test_headings_stand_over_their_numbers(book):
    sheet = book["Months"]
    for heading, cell in zip(sheet[1], sheet[2], strict=True):
        if isinstance(cell.value, int | float):
            assert heading.alignment.horizontal == cell.alignment.horizontal == "right", heading.value
        if isinstance(cell.value, datetime):
            assert heading.alignment.horizontal == cell.alignment.horizontal == "left", heading.value
