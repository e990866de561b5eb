"""Disclosure control: which counts a shared copy must withhold, so that nobody learns anything about one child.

Three steps over the counts of one indicator:

1. Primary: a count of 1 to `up_to` is withheld, and so is a numerator whose complement is that small. If the group
   itself is that small (denominator, or the children or workers behind it), its whole row is.
2. Secondary: where counts add up to another printed count, no withheld one may be left that subtraction gives away.
3. What follows from withheld counts (rates, intervals, percentiles) is withheld with them; see `sharing`.

The Department for Education suppresses 1 to 5 in its tables about children in need; zero is shown. This module knows
nothing of reports: counts in, names of withheld counts out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Cell = TypeVar("Cell")

GROUP = ("denominator", "subjects")
"""Counts that say how many children or workers a row is about."""

PARTS = (
    ("denominator", ("numerator", "done_late", "undone")),
    ("subjects", ("subjects_in_time",)),
    ("undone", ("never_recorded",)),
    ("denominator", ("numerator",)),
)
"""Within a row: a count, and counts that are part of it and print beside it."""


@dataclass(frozen=True)
class Sum:
    """`total` is the sum of `parts`, and all of them may be printed."""

    total: object
    parts: tuple[object, ...]


def is_small(number: float | None, up_to: int) -> bool:
    return number is not None and 0 < number <= up_to


def primary(row: Mapping[str, float], up_to: int) -> set[str]:
    """Names of the counts of one row to withhold for their own sake."""
    if any(is_small(row.get(name), up_to) for name in GROUP):
        return set(row)
    withheld = {name for name, number in row.items() if is_small(number, up_to)}
    for whole, parts in PARTS:
        present = [part for part in parts if part in row]
        if whole in row and len(present) == len(parts):
            rest = row[whole] - sum(row[part] for part in parts)
            if is_small(rest, up_to):
                withheld.add(present[0])
    return withheld


def sums_within(row: Mapping[str, float]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The additions that a reader of one row can do."""
    for whole, parts in PARTS:
        if len(parts) > 1 and whole in row and all(part in row for part in parts):
            yield whole, parts


def secondary(counts: Mapping[Cell, float], sums: Iterable[Sum], withheld: Iterable[Cell], up_to: int) -> set[Cell]:
    """Add to `withheld` until no sum gives a withheld count away.

    A sum gives away too much if exactly one of its members is withheld, or if what the withheld parts come to together
    is itself a small count. The smallest printed part above zero is withheld then, or the total if no part is left.
    """
    hidden = set(withheld)
    relations = [relation for relation in sums if relation.total in counts]
    is_changed = True
    while is_changed:
        is_changed = False
        for relation in relations:
            extra = _to_add(counts, relation, hidden, up_to)
            if extra is not None:
                hidden.add(extra)
                is_changed = True
    return hidden


def _to_add(counts: Mapping[Cell, float], relation: Sum, hidden: set[Cell], up_to: int) -> Cell | None:
    hidden_parts = [part for part in relation.parts if part in hidden]
    is_total_hidden = relation.total in hidden
    if not hidden_parts and not is_total_hidden:
        return None
    if is_total_hidden and hidden_parts:
        return None
    if not is_total_hidden and len(hidden_parts) > 1 and sum(counts[part] for part in hidden_parts) > up_to:
        return None
    return _smallest_printed(counts, relation.parts, hidden) or (None if is_total_hidden else relation.total)


def _smallest_printed(counts: Mapping[Cell, float], parts: Sequence[Cell], hidden: set[Cell]) -> Cell | None:
    printed = [part for part in parts if part not in hidden and counts.get(part, 0) > 0]
    return min(printed, key=lambda part: (counts[part], str(part)), default=None)
