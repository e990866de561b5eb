"""What stored versions released before, of this month and of others: it cannot be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readiness.report.disclosure import Printed
from readiness.report.model import BLOCKS, FirstReported, MonthValue

Tree = tuple[str, str, str]
"""Block, indicator and month: what adds up over places."""


@dataclass(frozen=True)
class Release:
    """What one version released. trees: rows of counts by place ('type id'). areas: team -> area."""

    last_month: str
    trees: Mapping[Tree, Printed]
    areas: Mapping[str, str | None]


@dataclass(frozen=True)
class Earlier:
    releases: Sequence[Release] = ()

    def printed(self, tree: Tree, areas: Mapping[str, str | None]) -> list[Printed]:
        """What each version printed of the tree. areas: team -> area, as it is now. An area that has other teams now
        counts as withheld: the difference between the two would be the team that moved."""
        found = []
        for release in self.releases:
            if rows := release.trees.get(tree):
                moved = {team for team in areas.keys() & release.areas.keys() if areas[team] != release.areas[team]}
                other = {f"area {each[team]}" for team in moved for each in (areas, release.areas)}
                found.append({place: None if place in other else row for place, row in rows.items()})
        return found

    def is_released(self, tree: Tree, place: str, row: MonthValue | FirstReported) -> bool:
        """Whether just these counts were released of the row before."""
        counts = {name: getattr(row, name) for name in BLOCKS[tree[0]]}
        return any(release.trees.get(tree, {}).get(place) == counts for release in self.releases)


NOTHING = Earlier()


def released_earlier(reports: Iterable[Mapping[str, Any]]) -> Earlier:
    """From stored released reports, as plain JSON: there may be many, and versions of the past stay as they are."""
    return Earlier(tuple(_release(report) for report in reports))


def _release(report: Mapping[str, Any]) -> Release:
    trees: dict[Tree, dict[str, Any]] = {}
    areas = {}
    for indicator in report["indicators"]:
        scope = indicator["scope"]
        if scope["type"] == "team":
            areas[scope["id"]] = scope["parent"]
        for row in indicator["months"]:
            for block, names in BLOCKS.items():
                if row[block] is not None:
                    counts = {name: row[name] for name in names}
                    is_withheld = any(isinstance(count, dict) for count in counts.values())
                    rows = trees.setdefault((block, indicator["id"], row["month"]), {})
                    rows[f"{scope['type']} {scope['id']}"] = None if is_withheld else counts
    return Release(report["month"], trees, areas)
