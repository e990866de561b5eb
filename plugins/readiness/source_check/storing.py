"""Keeps each check, so that the next one can say what changed, and publishes the newest as a page."""

from datetime import date
from pathlib import Path

from pydantic import ValidationError

from readiness import pages
from readiness.settings import Settings, write_privately
from readiness.source_check.model import SourceCheck
from readiness.source_check.page import page

PAGE = "source-check"


def store(settings: Settings, check: SourceCheck) -> Path:
    """Write READINESS_HOME/source_checks/<day>.json and the page; gives the page's file. A second check of a day takes
    the place of the first."""
    before = last_check(settings, check)
    write_privately(_folder(settings) / f"{check.day}.json", check.model_dump_json(indent=1))
    return pages.publish(settings, PAGE, page(check, before))


def last_check(settings: Settings, check: SourceCheck) -> SourceCheck | None:
    """The stored check to compare with, of the same source: the newest one of an earlier day, else an earlier one of
    the same day. None if there is none in today's form."""
    folder = _folder(settings)
    days = sorted(date.fromisoformat(file.stem) for file in folder.glob("*-*-*.json")) if folder.is_dir() else []
    for day in [*(d for d in reversed(days) if d < check.day), *(d for d in days if d == check.day)]:
        found = _read(folder / f"{day}.json")
        if found is not None and found.source == check.source:
            return found
    return None


def _read(file: Path) -> SourceCheck | None:
    """None for a check that was stored in another form than today's; it cannot be compared with."""
    try:
        return SourceCheck.model_validate_json(file.read_text(encoding="utf-8"))
    except ValidationError:
        return None


def _folder(settings: Settings) -> Path:
    return settings.home / "source_checks"
