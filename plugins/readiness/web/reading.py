"""What the page shows, read from the ledger and from what the tasks have published; never from the warehouse."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import HTTPException

from readiness.clocks import Definitions, load_definitions
from readiness.errors import ReadinessError
from readiness.ledger import Approval, BatchEntry, DeliveryEntry, Ledger, ReportEntry
from readiness.periods import Month
from readiness.report import DOCUMENT, INTERNAL_REPORT, PAGE, SHARED_REPORT, WORKBOOK, Report, file_name, read_report
from readiness.report.model import Indicator, MonthValue
from readiness.settings import SQL, Settings

FILES = {PAGE: "text/html", INTERNAL_REPORT: "application/json", SHARED_REPORT: "application/json"}
PASSED_ON = {
    DOCUMENT: ("PDF for the meeting", "application/pdf"),
    WORKBOOK: ("Spreadsheet", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""Forms whose name says month and version, by their ending: what the link to them is called, and their media type."""
DAYS_SHOWN = 5


@dataclass(frozen=True)
class Sending:
    """How far a version has come. last: what was asked or decided last."""

    last: Approval | None
    deliveries: tuple[DeliveryEntry, ...]

    @property
    def is_waiting(self) -> bool:
        return self.last is not None and self.last.decision == "asked"

    @property
    def sent(self) -> int:
        return sum(entry.status == "sent" for entry in self.deliveries)


def months(ledger: Ledger) -> list[tuple[Month, list[ReportEntry]]]:
    """Months with a report, newest first, each with its versions, newest first."""
    reports = ledger.reports()
    found = sorted({entry.month for entry in reports}, reverse=True)
    return [(Month.parse(m), [r for r in reversed(reports) if r.month == m]) for m in found]


def sending(ledger: Ledger, month: str | None = None) -> dict[tuple[str, int], Sending]:
    """By month and version, of all that were asked about or sent."""
    approvals, deliveries = ledger.approvals(month), ledger.deliveries(month)
    versions = {(entry.month, entry.version) for entry in (*approvals, *deliveries)}
    return {
        version: Sending(
            next((a for a in reversed(approvals) if (a.month, a.version) == version), None),
            tuple(d for d in deliveries if (d.month, d.version) == version),
        )
        for version in versions
    }


def days(ledger: Ledger) -> list[tuple[str, list[BatchEntry]]]:
    """The newest days on which something was loaded, newest first, each with its feeds."""
    batches = ledger.batches()
    found = sorted({entry.day for entry in batches}, reverse=True)[:DAYS_SHOWN]
    return [(f"{d:%A %-d %B %Y}", [b for b in batches if b.day == d]) for d in found]


def last_loads(ledger: Ledger) -> list[tuple[BatchEntry, BatchEntry | None]]:
    """Of each feed the newest entry, and the newest one that loaded something."""
    newest, loaded = {}, {}
    for entry in ledger.batches():
        newest[entry.feed] = entry
        if entry.status == "loaded":
            loaded[entry.feed] = entry
    return [(newest[feed], loaded.get(feed)) for feed in sorted(newest)]


def version_folder(installation: Settings, month: str, version: int) -> Path:
    """404 for what is no month."""
    return installation.reports / canonical(month) / "versions" / str(version)


def version_file(installation: Settings, month: str, version: int, name: str) -> Path:
    """The path of a published file; 404 for whatever is not on the list or not there."""
    file = version_folder(installation, month, version) / name
    listed = {*FILES, *(file_name(month, version, ending) for ending in PASSED_ON)}
    if name not in listed or not file.is_file():
        raise HTTPException(404, "There is no such file.")
    return file


def canonical(month: str) -> str:
    """A month as it is written in names of files; 404 for what is none."""
    try:
        return str(Month.parse(month))
    except ReadinessError:
        raise HTTPException(404, "There is no such report.") from None


def media_type(name: str) -> str:
    """Of a file that version_file found."""
    return FILES.get(name) or next(kind for ending, (_, kind) in PASSED_ON.items() if name.endswith(ending))


def forms(installation: Settings, month: str, version: int) -> list[tuple[str, str]]:
    """Name and title of each form of a version that is passed on as a file; versions of before have none."""
    named = [(file_name(month, version, ending), title) for ending, (title, _) in PASSED_ON.items()]
    folder = version_folder(installation, month, version)
    return [(name, title) for name, title in named if (folder / name).is_file()]


def report_of(installation: Settings, month: str, version: int) -> Report:
    """The internal report of a version; 404 if there is none."""
    file = version_file(installation, month, version, INTERNAL_REPORT)
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(file: Path, changed: int) -> Report:
    """It takes half a second, and a version never changes."""
    return read_report(file)


def series(report: Report, indicator: str) -> dict[str, list[Indicator]]:
    """The indicator by type of scope; 404 if the report does not know it."""
    if indicator not in report.definitions:
        raise HTTPException(404, "The report knows no such indicator.")
    found: dict[str, list[Indicator]] = {"authority": [], "area": [], "team": []}
    for one in report.indicators:
        if one.id == indicator:
            found[one.scope.type].append(one)
    return found


def in_month(report: Report, one: Indicator) -> MonthValue | None:
    return next((row for row in one.months if row.month == report.month), None)


def areas_of_teams(report: Report) -> Mapping[str, str | None]:
    """Team -> area, as the report groups them."""
    return {one.scope.id: one.scope.parent for one in report.indicators if one.scope.type == "team"}


def names_of_teams(report: Report) -> Mapping[str, str]:
    return {one.scope.id: one.scope.name for one in report.indicators if one.scope.type == "team"}


@lru_cache(maxsize=1)
def definitions() -> Definitions:
    """Those of today; a version may have been made with others."""
    return load_definitions()


def queries(indicator: str) -> dict[str, str]:
    """Path below the project -> SQL, of today's definition; nothing if there is none any more."""
    found = definitions().indicators.get(indicator)
    if found is None:
        return {}
    return {f"sql/{found.folder.relative_to(SQL)}/{name}.sql": sql for name, sql in found.queries.items()}


def is_redefined(report: Report, indicator: str) -> bool:
    """Whether the version was made with another definition than today's."""
    found = definitions().indicators.get(indicator)
    return found is None or found.hash != report.definitions[indicator].definition_hash
