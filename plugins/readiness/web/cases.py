"""The case list behind a number, cut down to what a user may see. It was written with the version, pseudonymous, and
without children whose records are restricted."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fastapi import HTTPException

from readiness.access import Places
from readiness.report import Report
from readiness.settings import Settings
from readiness.tasks.case_lists import CASE_LISTS, RESTRICTED_ROWS
from readiness.web.reading import areas_of_teams, version_folder

PAGE_SIZE = 100
WHOM = ("child_id", "person_id", "worker_id")
"""Columns whose hashes the vault may know."""

COLUMNS = {
    "why": "Why",
    "left_out_reason": "Why",
    "child_id": "Child",
    "person_id": "Child or worker",
    "worker_id": "Worker",
    "subject_id": "Record",
    "team_id": "Team",
    "case_kind": "Kind",
    "started_on": "Started",
    "on_date": "On",
    "due_on": "Due",
    "stopped_on": "Ended",
    "elapsed": "Took",
    "slots": "Duties",
    "slots_in_time": "In time",
    "amount": "Full-time equivalent",
}
"""What is shown, in this order, of the columns that hold anything."""

COUNTED_AS = {
    "overdue": "Open and overdue",
    "running": "Open, not due yet",
    "denominator": "In the denominator only",
    "left_out": "Left out",
    "numerator": "In the numerator",
}
"""In the order in which they are listed: what needs a look first."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class CaseList:
    """The rows that a user may see. restricted: rows of the list that nobody may; None for whoever sees a part."""

    rows: tuple[Row, ...]
    restricted: int | None

    @property
    def columns(self) -> list[str]:
        return [name for name in COLUMNS if any(row.get(name) for row in self.rows)]

    @property
    def by_kind(self) -> Mapping[str, int]:
        found = Counter(row["counted_as"] for row in self.rows)
        return {kind: found[kind] for kind in COUNTED_AS if found[kind]}

    @property
    def by_team(self) -> Mapping[str, int]:
        return dict(sorted(Counter(row["team_id"] for row in self.rows if row["team_id"]).items()))

    def only(self, kind: str | None, team: str | None) -> "CaseList":
        rows = (row for row in self.rows if kind in (None, row["counted_as"]) and team in (None, row["team_id"]))
        return CaseList(tuple(rows), self.restricted)

    def holds(self, hashed: str) -> bool:
        """Whether a hash of a child or worker stands in it."""
        return any(row.get(name) == hashed for row in self.rows for name in WHOM)

    def as_csv(self) -> str:
        """For spreadsheets: no text can begin a formula."""
        lines = io.StringIO()
        writer = csv.writer(lines)
        names = ("counted_as", *self.columns)
        writer.writerow(names)
        writer.writerows([_harmless(row.get(name) or "") for name in names] for row in self.rows)
        return lines.getvalue()


def case_list(installation: Settings, report: Report, indicator: str, seen: Literal["all"] | Places) -> CaseList:
    """The list of a version's indicator, as far as `seen` reaches; 404 if the version keeps none."""
    folder = version_folder(installation, report.month, report.version.number) / CASE_LISTS
    if indicator not in report.definitions or not (folder / f"{indicator}.csv").is_file():
        raise HTTPException(404, "No case list was kept for this indicator.")
    areas = areas_of_teams(report)
    rows = [row for row in _rows(folder / f"{indicator}.csv") if seen == "all" or seen.hold(row["team_id"], areas)]
    order = {kind: place for place, kind in enumerate(COUNTED_AS)}
    rows.sort(key=lambda row: (order[row["counted_as"]], row.get("due_on") or "", row.get("started_on") or ""))
    return CaseList(tuple(rows), _restricted(folder / RESTRICTED_ROWS, indicator) if seen == "all" else None)


def _rows(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _restricted(file: Path, indicator: str) -> int:
    return next((int(row["restricted_rows"]) for row in _rows(file) if row["indicator"] == indicator), 0)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()
