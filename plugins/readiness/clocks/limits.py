"""Ladders of limits after the council's own ones: what `known.limits` holds."""

import pandas as pd

from readiness.clocks.definitions import Definitions, Rung
from readiness.errors import ReadinessError
from readiness.profile import Profile

TYPES = {
    "clock": "text",
    "case_kind": "text",
    "from_on": "date",
    "until_on": "date",
    "limit_value": "integer",
    "unit": "text",
    "source": "text",
    "is_local": "boolean",
}


def ladders(definitions: Definitions, profile: Profile) -> pd.DataFrame:
    """One row per clock and rung: clock, case_kind, from_on (NULL: from ever), until_on (exclusive; NULL: for good),
    limit_value (NULL: none in force), unit, source, is_local.

    `limits` of the profile wins over the YAML: by clock, or by 'clock.kind' for one kind of case. It changes every rung
    that has a value; a rung without one stays without.
    """
    _no_unknown_limits(definitions, profile)
    rows = []
    for id, defined in definitions.clocks.items():
        clock = defined.words
        for kind in dict.fromkeys(rung.case_kind for rung in clock.limits):
            rungs = [rung for rung in clock.limits if rung.case_kind == kind]
            local = profile.limits.get(f"{id}.{kind}" if kind else id)
            for rung, following in zip(rungs, [*rungs[1:], None], strict=True):
                rows.append((id, kind, rung.from_on, following.from_on if following else None, *_limit(rung, local)))
    return pd.DataFrame(rows, columns=list(TYPES))


def _limit(rung: Rung, local: int | None) -> tuple[int | None, str, str, bool]:
    if rung.value is None or local is None:
        return rung.value, rung.unit, rung.source, rung.is_local
    return local, rung.unit, "local", True


def _no_unknown_limits(definitions: Definitions, profile: Profile) -> None:
    names = {
        f"{id}.{rung.case_kind}" if rung.case_kind else id
        for id, defined in definitions.clocks.items()
        for rung in defined.words.limits
    }
    not_selected = definitions.every_id - definitions.clocks.keys()
    unknown = [name for name in profile.limits if name not in names and name.split(".")[0] not in not_selected]
    if unknown:
        raise ReadinessError(
            f"profile.yaml sets limits for {', '.join(sorted(unknown))}, which no clock has. "
            "Limits are named after the folders in sql/clocks, or 'folder.kind' for one kind of case."
        )
    if any(value < 1 for value in profile.limits.values()):
        raise ReadinessError("profile.yaml sets a limit below 1; limits are whole units of one or more.")
