"""Annex A workbooks that are refused."""

import io
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

from tests.sources.hostile.cases import HostileFile

HEADINGS = ["Child Unique ID", "Date of Birth", "Date of referral", "Referral Source", "Allocated Team"]
ROW = ["4711", datetime(2015, 3, 2), datetime(2026, 10, 1), "6 Police", "North"]
NAME = "annex_a.xlsx"

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BOMB = """<?xml version="1.0"?>
<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>"""
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'

Make = Callable[[Path], Path]


def _bytes(content: bytes, name: str = NAME) -> Make:
    def make(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _list(*rows: list[object], headings: list[str] = HEADINGS) -> Make:
    return _bytes(_workbook({"List 3": [headings, *rows]}))


def _with(what: Callable[[openpyxl.Workbook], None]) -> Make:
    """The whole workbook, with something done to it in openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(WHOLE))
    what(book)
    held = io.BytesIO()
    book.save(held)
    return _bytes(held.getvalue())


def _part(name: str, change: Callable[[bytes], bytes]) -> Make:
    """The whole workbook, with one part of its archive changed."""
    held = io.BytesIO()
    with ZipFile(io.BytesIO(WHOLE)) as old, ZipFile(held, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return _bytes(held.getvalue())


def _declaring(document_type: str, used: str) -> Callable[[bytes], bytes]:
    """Give a part a document type, and use its entity in a cell or as the name of a sheet."""

    def change(content: bytes) -> bytes:
        body = re.sub(r"<\?xml.*?\?>", "", content.decode())
        return (document_type + body.replace("4711", used, 1).replace("List 3", used, 1)).encode()

    return change


def _hide(book: openpyxl.Workbook) -> None:
    book.create_sheet("Notes")
    book["List 3"].sheet_state = "hidden"


def _merge_heading(book: openpyxl.Workbook) -> None:
    book["List 3"]["E1"] = None
    book["List 3"].merge_cells("D1:E1")


def _far_row(content: bytes) -> bytes:
    cell = '<row r="99999999999"><c r="A99999999999" t="inlineStr"><is><t>4711</t></is></c></row></sheetData>'
    return content.replace(b"</sheetData>", cell.encode())


WHOLE = _workbook({"List 3": [HEADINGS, ROW]})
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
FORMULAS = [*ROW[:4], "=B2&C2"], [*ROW[:4], "=B3&C3"]

CASES = [
    HostileFile("annex_a", "an empty file", _bytes(b""), "is empty"),
    HostileFile("annex_a", "a text renamed to .xlsx", _bytes(b"Child Unique ID,Date of referral\n"), "is not an Excel"),
    HostileFile("annex_a", "a workbook cut off", _bytes(WHOLE[: len(WHOLE) // 2]), "is damaged, cut off"),
    HostileFile("annex_a", "a sheet cut off inside", _part(SHEET, lambda xml: xml[: len(xml) // 2]), "is damaged"),
    HostileFile("annex_a", "a workbook without sheets", _part(BOOK, lambda _: b"<a/>"), "has no sheet of lists"),
    HostileFile("annex_a", "the old kind of workbook (.xls)", _bytes(OLE + bytes(2_000), "annex_a.xls"), "of the old"),
    HostileFile(
        "annex_a",
        "a workbook locked with a password",
        _bytes(OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)),
        "is locked with a password",
    ),
    HostileFile(
        "annex_a", "a zip bomb", _part(SHEET, lambda xml: xml + b" " * 300_000_000), "claims to hold .* MB unpacked"
    ),
    HostileFile("annex_a", "an entity bomb in a sheet", _part(SHEET, _declaring(BOMB, "&c;")), "no workbook needs"),
    HostileFile("annex_a", "an entity that names a file", _part(SHEET, _declaring(OUTSIDE, "&secret;")), "is damaged"),
    HostileFile("annex_a", "an entity bomb around the sheets", _part(BOOK, _declaring(BOMB, "&c;")), "is damaged"),
    HostileFile("annex_a", "very many columns", _list(ROW, headings=HEADINGS + ["x"] * 3_000), "it has 3,005 columns"),
    HostileFile("annex_a", "a row beyond all rows", _part(SHEET, _far_row), "more rows than a sheet can have"),
    HostileFile("annex_a", "no sheet of a list", _bytes(_workbook({"Summary": [["Total", 53]]})), "has no sheet of"),
    HostileFile("annex_a", "lists without any row", _list(), "is empty: none of its lists has a row"),
    HostileFile(
        "annex_a",
        "two sheets for one list",
        _bytes(_workbook({"List 3": [HEADINGS, ROW], "Referrals": [HEADINGS, ROW]})),
        "sheets List 3 and Referrals can both be list 3",
    ),
    HostileFile(
        "annex_a",
        "a sheet whose number and title disagree",
        _bytes(_workbook({"List 3 - Assessments": [HEADINGS, ROW]})),
        r"is list 3 by its number and list 4 \(Assessments\)",
    ),
    HostileFile("annex_a", "a hidden list", _with(_hide), r"List 3 \(list 3\) is hidden"),
    HostileFile(
        "annex_a",
        "two headings for one column",
        _list([*ROW, ROW[2]], headings=[*HEADINGS, "Referral date"]),
        "columns C and F can both be referred_on",
    ),
    HostileFile(
        "annex_a",
        "a list without a column that is needed",
        _list([*ROW[:2], *ROW[3:]], headings=[*HEADINGS[:2], *HEADINGS[3:]]),
        "no column is recognised as referred_on",
    ),
    HostileFile("annex_a", "no row of headings", _list(headings=["4710", "North"]), "no row of headings is recognised"),
    HostileFile(
        "annex_a", "a heading merged over two columns", _with(_merge_heading), r"without a heading: column E \(1"
    ),
    HostileFile("annex_a", "cells that are formulas", _list(*FORMULAS), r"holds formulas: column E \(2\)"),
    HostileFile("annex_a", "cells that are errors", _list([*ROW[:4], "#REF!"]), r"holds errors .*column E \(1\)"),
    HostileFile(
        "annex_a",
        "dates as text that could be read in two ways",
        _list(*([str(n), None, f"0{n}/0{n + 1}/2026", "6", None] for n in range(1, 6))),
        "could be read in two ways",
    ),
]
