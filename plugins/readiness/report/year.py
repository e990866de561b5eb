"""A year's view: twelve months' verdicts, claim by claim, and the course of the priority action, as frozen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from readiness import pages
from readiness.errors import ReadinessError
from readiness.periods import Month
from readiness.report import words
from readiness.report.looking_back import ROOM, SHOWN
from readiness.report.model import Claim, EvidenceItem, Finding, Inspection, OverallVerdict, Report
from readiness.report.versions import SHARED_REPORT, read_report, stored_folder, stored_numbers

MONTHS = 12


@dataclass(frozen=True)
class Year:
    """Twelve months and the current shared copy of each that was reported. Only reports against the newest one's
    letter are in it: claims of another letter are other claims, even under the same id."""

    months: tuple[Month, ...]
    reports: Mapping[Month, Report]

    @property
    def newest(self) -> Report:
        return self.reports[max(self.reports)]

    def overall(self, inspection: str) -> tuple[OverallVerdict | None, ...]:
        """The verdict of each month against an inspection."""
        found = {month: dict(_overall(report)) for month, report in self.reports.items()}
        return tuple(found.get(month, {}).get(inspection) for month in self.months)

    def of(self, claim_id: str) -> tuple[Claim | None, ...]:
        """A claim in each of the months."""
        return tuple(_claim(self.reports[month], claim_id) if month in self.reports else None for month in self.months)


@dataclass(frozen=True)
class Course:
    """What an indicator said of the priority action, month after month, as it was reported then. is_share: whether its
    counts give a percentage."""

    title: str
    is_share: bool
    items: tuple[EvidenceItem | None, ...]


def year_of(reports: Path, last: Month) -> Year:
    """The year that ends with `last`."""
    months = tuple(last.shift(1 - MONTHS).until(last))
    reported = [month for month in months if stored_numbers(reports, str(month))]
    found = {month: read_report(stored_folder(reports, str(month)) / SHARED_REPORT) for month in reported}
    if not found:
        raise ReadinessError(
            f"None of the twelve months up to {last.in_words()} was reported. Make one with: make report MONTH={last}"
        )
    letter = found[max(found)].inspection
    return Year(months, {month: report for month, report in found.items() if report.inspection == letter})


def year_page(year: Year) -> str:
    """HTML. The same reports give the same bytes."""
    report = year.newest
    return pages.render(
        ROOM,
        "year.html.j2",
        year=year,
        report=report,
        notices=report.notices,
        matrices=[_Matrix(year, inspection, findings) for inspection, findings in _by_inspection(report)],
        courses=tuple(_courses(year)),
        short_month=words.short_month,
        STANDINGS=words.STANDINGS,
        KINDS=words.KINDS,
        count=words.count,
        percent=words.percent,
        **SHOWN,
    )


@dataclass(frozen=True)
class _Matrix:
    year: Year
    inspection: Inspection
    findings: tuple[Finding, ...]

    @property
    def overall(self) -> tuple[OverallVerdict | None, ...]:
        return self.year.overall(self.inspection.id)


def _by_inspection(report: Report) -> Iterator[tuple[Inspection, tuple[Finding, ...]]]:
    yield report.inspection_detail, report.findings
    yield from ((other.inspection, other.findings) for other in report.further)


def _overall(report: Report) -> Iterator[tuple[str, OverallVerdict]]:
    yield report.inspection, report.overall.verdict
    yield from ((other.inspection.id, other.overall.verdict) for other in report.further)


def _claim(report: Report, claim_id: str) -> Claim | None:
    claims = (claim for finding in report.every_finding for claim in finding.claims)
    return next((claim for claim in claims if claim.id == claim_id), None)


def _courses(year: Year) -> Iterator[Course]:
    """Every indicator that the priority action rests on, in the order of its claims."""
    claims = [claim for finding in _priority(year.newest) for claim in finding.claims]
    for name in dict.fromkeys(item.id for claim in claims for item in claim.details):
        items = (_item(year.reports[month], name) if month in year.reports else None for month in year.months)
        definition = year.newest.definitions.get(name)
        title = definition.title if definition else name.replace("_", " ")
        yield Course(title, definition is not None and definition.measure == "proportion", tuple(items))


def _priority(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.kind == "priority_action"]


def _item(report: Report, name: str) -> EvidenceItem | None:
    """What the indicator says of the first claim of the priority action that it bears on."""
    items = (item for finding in _priority(report) for claim in finding.claims for item in claim.details)
    return next((item for item in items if item.id == name), None)
