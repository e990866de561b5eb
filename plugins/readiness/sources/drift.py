"""Whether the columns of a source still hold what they held.

A column of another type stops its feed. Single values that cannot be read do not: the gate puts their rows into
quarantine.
"""

from readiness.sources.batch import Remembered, Since
from readiness.sources.borders import SourceChanged
from readiness.sources.normalising import Normaliser

CERTAIN, ENOUGH = 3, 10
"""A column has changed if none of its values can be read (at least CERTAIN), or most cannot (at least ENOUGH)."""

WANTED = {"date": "dates", "moment": "dates", "integer": "whole numbers", "number": "numbers"}


def checked_families(normaliser: Normaliser, remembered: Remembered, since: Since | None) -> dict[str, str]:
    """What each column of a batch held (`text`, `number` …), for the next batch to be compared with; raises
    SourceChanged. Rows that an increment reads again because they are in quarantine prove nothing."""
    known_bad = len(since.also_ids) if since else 0
    families = {}
    for name, column in normaliser.contract.columns.items():
        if column.type in WANTED:
            _refuse_unreadable(normaliser, name, known_bad)
        held, holds = remembered.families.get(name), normaliser.family(name)
        if column.type in ("id", "text") and {held, holds} == {"text", "number"}:
            raise SourceChanged(
                f"{normaliser.contract.feed}: the column that gives {name} held {held} values and now holds {holds} "
                "ones. Ids may have lost or gained leading zeros, and then nobody would be recognised. What was loaded "
                "stays as it was. Bring the old type back, or, if the change is meant, accept it once with "
                f"'python -m readiness accept {normaliser.contract.feed} --who <name> --why <reason>'."
            )
        if holds is not None:
            families[name] = holds
    return families


def _refuse_unreadable(normaliser: Normaliser, name: str, known_bad: int) -> None:
    contract = normaliser.contract
    filled, unreadable = normaliser.filled[name] - known_bad, normaliser.unreadable[name] - known_bad
    is_whole = unreadable == filled and unreadable >= CERTAIN
    if is_whole or (unreadable >= ENOUGH and unreadable > filled / 2):
        raise SourceChanged(
            f"{contract.feed}: the column that gives {name} no longer holds {WANTED[contract.columns[name].type]}: "
            f"{normaliser.unreadable[name]:,} of its {normaliser.filled[name]:,} values cannot be read. Its type or "
            "format has changed; dates are expected as YYYY-MM-DD, with HH:MM:SS where the time is known. What was "
            "loaded stays as it was. Bring the old format back in the case system, or convert it in the feed's file "
            "in sql/sources/."
        )
