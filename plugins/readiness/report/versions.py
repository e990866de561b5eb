"""Frozen versions on disk: `reports/<month>/versions/<n>/`, the current one also at `reports/<month>/`.

A version is its content: the same content again is the same version and rewrites nothing. A version folder appears
whole or not at all. Folders are 0700, files 0600.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from readiness.errors import ReadinessError
from readiness.report.earlier import released_earlier
from readiness.report.model import Report, Version
from readiness.report.sharing import share
from readiness.settings import private_folder, write_privately

INTERNAL_REPORT = "report.json"
SHARED_REPORT = "report.shared.json"
PAGE = "report.html"
MAIL = "report.eml"
CASE_LISTS = "case_lists"
VERSIONS = "versions"
DOCUMENT, WORKBOOK = "pdf", "xlsx"
"""Endings of the forms that are passed on as files; see `file_name`."""
UNFINISHED = ".unfinished-"


class ReportUnreadable(ReadinessError):
    """A stored report is missing or damaged."""


@dataclass(frozen=True)
class StoredVersion:
    """A version on disk. is_new: this run made it."""

    month: str
    number: int
    content_hash: str
    folder: Path
    is_new: bool


def canonical_json(report: Report) -> str:
    """The report as text, the same on every machine: sorted keys, no spaces, UTF-8 as it is."""
    return _canonical(report.model_dump(mode="json", by_alias=True))


def content_hash(report: Report) -> str:
    """The hash that makes a version: of everything but the version itself, the engine, and what is taken
    from other reports (`first_reported`, `before`)."""
    return _hash(report.model_dump(mode="json", by_alias=True))


def frozen_hash(folder: Path) -> str:
    """The hash that the stored content of a version gives, whatever version of Readiness froze it."""
    return _hash(json.loads((folder / INTERNAL_REPORT).read_bytes()))


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _hash(content: dict[str, Any]) -> str:
    rows = (row for indicator in content["indicators"] for row in indicator["months"])
    for row in rows:
        row["first_reported"] = None
    bare = content | {"version": None, "before": None, "versions": content["versions"] | {"warehouse": ""}}
    return hashlib.sha256(_canonical(bare).encode()).hexdigest()


def store(report: Report, reports: Path) -> StoredVersion:
    """Freeze a report as a version of its month: the internal report, and what of it is released.

    report: the internal one, not numbered yet. Content that a stored version already has gives that version back.
    """
    versions = private_folder(private_folder(private_folder(reports) / report.month) / VERSIONS)
    _sweep(versions)
    mark = content_hash(report)
    for number in stored_numbers(reports, report.month):
        if read_version(versions / str(number)).hash == mark:
            return StoredVersion(report.month, number, mark, versions / str(number), is_new=False)
    number = max(stored_numbers(reports, report.month), default=0) + 1
    frozen = report.model_copy(update={"version": Version(number=number, hash=mark)})
    unfinished = private_folder(versions / f"{UNFINISHED}{number}")
    write_privately(unfinished / INTERNAL_REPORT, canonical_json(frozen))
    write_privately(unfinished / SHARED_REPORT, canonical_json(share(frozen, released_earlier(stored_copies(reports)))))
    unfinished.rename(versions / str(number))
    return StoredVersion(report.month, number, mark, versions / str(number), is_new=True)


def file_name(month: str, number: int, ending: str) -> str:
    """What a form is called when it leaves its folder: 'readiness-2026-10-v1.pdf'."""
    return f"readiness-{month}-v{number}.{ending}"


def make_current(folder: Path) -> Path:
    """Make a version the current one of its month; files that are current already are left alone."""
    month_folder = folder.parent.parent
    passed_on = [file_name(month_folder.name, int(folder.name), ending) for ending in (DOCUMENT, WORKBOOK)]
    for name in (PAGE, *passed_on, SHARED_REPORT, INTERNAL_REPORT):
        write_privately(month_folder / name, (folder / name).read_bytes())
    for file in month_folder.glob("readiness-*"):
        if file.name not in passed_on:
            file.unlink()
    return month_folder


def stored_copies(reports: Path) -> Iterator[dict[str, Any]]:
    """What was released by every version of every month, as JSON."""
    return (json.loads(path.read_bytes()) for path in sorted(reports.glob(f"*/{VERSIONS}/[0-9]*/{SHARED_REPORT}")))


def stored_numbers(reports: Path, month: str) -> list[int]:
    """Numbers of the month's versions, oldest first."""
    folder = reports / month / VERSIONS
    return sorted(int(path.name) for path in folder.glob("*") if path.name.isdigit()) if folder.exists() else []


def stored_folder(reports: Path, month: str, number: int | None = None) -> Path:
    """The folder of a version of a month, by default of the current one; a message says which there are."""
    known = stored_numbers(reports, month)
    if not known:
        raise ReportUnreadable(f"{month} was never reported. Make it with: make report MONTH={month}")
    if number is None:
        number = read_version(reports / month).number
    if number not in known:
        there = ", ".join(map(str, known))
        raise ReportUnreadable(f"There is no version {number} of {month}; there is {there}.")
    return reports / month / VERSIONS / str(number)


def read_report(path: Path) -> Report:
    """A stored report, checked against the model."""
    try:
        return Report.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise ReportUnreadable(f"There is no report at {path}. Make it with: make report MONTH=YYYY-MM") from None
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise ReportUnreadable(f"{path} is not a report of this version of Readiness (at {where}).") from None


def read_version(folder: Path) -> Version:
    """Number and hash of a stored version."""
    path = folder / INTERNAL_REPORT
    try:
        return Version.model_validate(json.loads(path.read_bytes())["version"])
    except (OSError, ValueError, LookupError):
        raise ReportUnreadable(f"{path} is damaged. Move its folder away and make the report again.") from None


def _sweep(versions: Path) -> None:
    """Remove what a run that was killed has left."""
    for leftover in versions.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover)
