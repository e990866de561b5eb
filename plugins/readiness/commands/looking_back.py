"""`render`, `compare` and `year`: reports that were frozen before, made again and held beside each other."""

from pathlib import Path

import readiness
from readiness import pages
from readiness.errors import ReadinessError
from readiness.ledger import Ledger
from readiness.periods import Month
from readiness.report import INTERNAL_REPORT, SHARED_REPORT, Report, read_report
from readiness.report.again import render_again
from readiness.report.comparing import changes
from readiness.report.looking_back import changes_in_words, changes_page
from readiness.report.versions import stored_folder
from readiness.report.year import year_of, year_page
from readiness.settings import Settings, write_privately

STATES = {
    "same": "byte for byte as kept",
    "different": "NOT as kept",
    "not_kept": "made again; none was kept with this version",
}


def render_command(settings: Settings, month: Month, number: int | None, folder: str | None) -> int:
    """Make a version again and say of each file whether it is as it was kept; gives 0, or 1 if one differs."""
    version = stored_folder(settings.reports, str(month), number)
    found = render_again(version)
    print(f"{month.in_words()}, version {version.name}")
    for file in found:
        print(f"  {file.name}: {STATES[file.state]}")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for file in found:
            write_privately(Path(folder) / file.name, file.content)
    is_same = all(file.state != "different" for file in found)
    if not is_same:
        made = read_report(version / INTERNAL_REPORT).versions.readiness
        print(f"It was made by Readiness {made}; this is {readiness.__version__}. The kept files stand as they were.")
    return 0 if is_same else 1


def compare_command(settings: Settings, months: list[Month], numbers: list[int] | None) -> int:
    """Print and publish what differs between two months' current reports, or two versions of one month."""
    if len(months) != (1 if numbers else 2):
        raise ReadinessError(
            "Name two months (compare 2026-09 2026-10), or one month and two of its versions "
            "(compare 2026-10 --versions 1 2)."
        )
    asked = [(months[0], number) for number in numbers] if numbers else [(month, None) for month in months]
    before, after = (_shared(settings, month, number) for month, number in asked)
    found = changes(before, after)
    print(changes_in_words(found))
    print(f"\nThe same as a page: {pages.publish(settings, 'changes', changes_page(found, after))}")
    return 0


def year_command(settings: Settings, last: Month | None) -> int:
    """Publish twelve months' verdicts, up to `last` or the newest month reported."""
    reported = Ledger(settings).reports()
    if last is None and not reported:
        raise ReadinessError("No month has been reported yet. Make one with: make report MONTH=YYYY-MM")
    found = year_of(settings.reports, last or Month.parse(reported[-1].month))
    print(f"{len(found.reports)} of 12 months up to {found.months[-1].in_words()} have a report")
    print(f"The year: {pages.publish(settings, 'year', year_page(found))}")
    return 0


def _shared(settings: Settings, month: Month, number: int | None) -> Report:
    return read_report(stored_folder(settings.reports, str(month), number) / SHARED_REPORT)
