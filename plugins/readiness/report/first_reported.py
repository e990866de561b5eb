"""What a month's first published version said, to stand beside what is known now."""

import json
from pathlib import Path

from readiness.report.model import FirstReported, Scope
from readiness.report.versions import INTERNAL_REPORT, VERSIONS, stored_numbers

Key = tuple[str, str, str]


class FirstReports:
    """Looks up months in stored reports, reading each report once. Months never published have nothing to say."""

    def __init__(self, reports: Path) -> None:
        self.reports = reports
        self.months: dict[str, dict[Key, FirstReported]] = {}

    def of(self, month: str, indicator: str, scope: Scope) -> FirstReported | None:
        if month not in self.months:
            self.months[month] = self._read(month)
        return self.months[month].get((indicator, scope.type, scope.id))

    def _read(self, month: str) -> dict[Key, FirstReported]:
        numbers = stored_numbers(self.reports, month)
        if not numbers:
            return {}
        path = self.reports / month / VERSIONS / str(numbers[0]) / INTERNAL_REPORT
        content = json.loads(path.read_bytes())
        return {
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
