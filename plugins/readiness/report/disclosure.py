"""Disclosure control: which counts a shared copy must withhold, so that nobody learns anything about one child.

Three steps over the counts of one indicator:

1. Primary: a count of 1 to `up_to` is withheld, and so is a numerator whose complement is that small. If the group
   itself is that small (denominator, or the children or workers behind it), its whole row is.
2. Secondary: where counts add up to another printed count, no withheld one may be left that subtraction gives away.
3. What follows from withheld counts (rates, intervals, percentiles) is withheld with them; see `sharing`.

The Department for Education suppresses 1 to 5 in its tables about children in need; zero is shown. This module knows
nothing of reports: counts in, names of withheld counts out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

Cell = TypeVar("Cell")

GROUP = ("denominator", "subjects")
"""Counts that say how many children or workers a row is about."""

COMPLEMENTS = (("denominator", "numerator"), ("subjects", "subjects_in_time"))
"""A count, and the part of it that prints beside it."""

MISSED = ("done_late", "undone", "never_recorded")
"""Parts of what was due and not done in time (denominator less numerator); they overlap."""


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
    withheld |= {
        part for whole, part in COMPLEMENTS if {whole, part} <= row.keys() and is_small(row[whole] - row[part], up_to)
    }
    if {"denominator", "numerator"} <= row.keys():
        missed = row["denominator"] - row["numerator"]
        withheld |= {part for part in MISSED if part in row and is_small(missed - row[part], up_to)}
    return withheld


def implied(row: Mapping[str, float]) -> dict[str, set[str]]:
    """Name of a count -> those that go with it: parts of what was missed bound what was not."""
    return {"numerator": {part for part in MISSED if row.get(part, 0) > 0}}


def secondary(
    counts: Mapping[Cell, float],
    sums: Iterable[Sum],
    withheld: Iterable[Cell],
    up_to: int,
    companions: Mapping[Cell, Iterable[Cell]] = MappingProxyType({}),
) -> set[Cell]:
    """Add to `withheld` until no sum gives a withheld count away. companions: cells that a cell takes with it.

    A sum gives away too much if exactly one of its members is withheld, or if what the withheld parts come to together
    is itself a small count. The smallest printed part above zero is withheld then, or the total if no part is left.
    """
    hidden = set(withheld)
    relations = [relation for relation in sums if relation.total in counts]
    is_changed = True
    while is_changed:
        before = len(hidden)
        hidden.update(companion for cell in list(hidden) for companion in companions.get(cell, ()))
        for relation in relations:
            extra = _to_add(counts, relation, hidden, up_to)
            if extra is not None:
                hidden.add(extra)
        is_changed = len(hidden) > before
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
