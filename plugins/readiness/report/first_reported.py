"""What a month's first published version said, to stand beside what is known now, and why the two differ."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from readiness.periods import day_of, naive_utc
from readiness.report.model import Definition, FirstReported, MonthValue, Scope
from readiness.report.versions import INTERNAL_REPORT, VERSIONS, stored_numbers

Key = tuple[str, str, str]
Applied = tuple[str, date]
"""A correction in force: its feed, and the day on which it was decided."""


@dataclass(frozen=True)
class _Stored:
    """A month's first version: its numbers, the hashes of its definitions, and the knowledge it used."""

    values: dict[Key, FirstReported]
    hashes: dict[str, str]
    as_at: datetime


@dataclass
class FirstReports:
    """Looks up months in stored reports, reading each report once. Months never published have nothing to say.

    corrections: those in force now. as_at: of the report that is made now, naive UTC.
    """

    reports: Path
    as_at: datetime
    corrections: Collection[Applied] = ()
    months: dict[str, _Stored | None] = field(default_factory=dict, repr=False)

    def of(self, now: MonthValue, indicator: str, scope: Scope, definition: Definition) -> FirstReported | None:
        if now.month not in self.months:
            self.months[now.month] = self._read(now.month)
        stored = self.months[now.month]
        found = stored and stored.values.get((indicator, scope.type, scope.id))
        if stored is None or found is None:
            return None
        if (found.numerator, found.denominator, found.value) == (now.numerator, now.denominator, now.value):
            return found
        return found.model_copy(update={"reasons": tuple(self._reasons(stored, indicator, definition))})

    def _reasons(self, stored: _Stored, indicator: str, definition: Definition) -> Iterator[str]:
        """The definition was changed; corrections of its feeds were decided on since; else, or besides, what was
        entered or changed since. Nobody can say how much of the difference each of them makes."""
        is_redefined = stored.hashes.get(indicator) != definition.definition_hash
        if is_redefined:
            yield "definition"
        since = day_of(stored.as_at)
        is_corrected = any(feed in definition.feeds and decided_on > since for feed, decided_on in self.corrections)
        if is_corrected:
            yield "corrections"
        if self.as_at > stored.as_at or not (is_redefined or is_corrected):
            yield "entries"

    def _read(self, month: str) -> _Stored | None:
        numbers = stored_numbers(self.reports, month)
        if not numbers:
            return None
        path = self.reports / month / VERSIONS / str(numbers[0]) / INTERNAL_REPORT
        content = json.loads(path.read_bytes())
        values = {
            (indicator["id"], indicator["scope"]["type"], indicator["scope"]["id"]): FirstReported(
                version=numbers[0],
                numerator=row["numerator"],
                denominator=row["denominator"],
                value=row["value"],
            )
            for indicator in content["indicators"]
            for row in indicator["months"]
            if row["month"] == month
        }
        hashes = {id: definition["definition_hash"] for id, definition in content["definitions"].items()}
        return _Stored(values, hashes, naive_utc(datetime.fromisoformat(content["as_at"])))
