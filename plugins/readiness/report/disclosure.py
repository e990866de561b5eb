"""Disclosure control: which rows of counts must be withheld, so that nobody learns anything about one child or worker.

A row's counts are printed together or not at all. Places form a tree (an authority, its areas, their teams), and a
printed row is the sum of those below it. So what can be had by subtraction is, for each printed place, its row less the
printed rows next below it: the **rest**. Rests lie side by side and never overlap; any other difference is a sum of
them. A row that is small is withheld, and further rows until no rest is small. A withheld row then lies anywhere
between nothing and a rest of more than `up_to`.

What was printed before cannot be taken back. A row that is still the same is known, printed or not, and so is each
count of a rest that is still the same; a row that was withheld before stays withheld. What is left of a rest without
the parts of it that are known must not be small either. So no version tells what another one withheld.

The Department for Education suppresses 1 to 5 in its tables about children in need; zero is shown. This module knows
nothing of reports: rows of counts in, places to withhold out.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Row = Mapping[str, float]
Printed = Mapping[str, Row | None]
"""What a version printed of each place, None where it withheld the row."""


@dataclass(frozen=True)
class Cell:
    """One place's row of counts. parent: the place that it is a part of."""

    row: Row
    parent: str | None = None


def is_small(number: float | None, up_to: int) -> bool:
    return number is not None and 0 < abs(number) <= up_to


def is_any_small(counts: Collection[float], up_to: int) -> bool:
    """Of counts that add up to nothing printed elsewhere."""
    return any(is_small(count, up_to) for count in counts)


def is_safe(row: Row, up_to: int) -> bool:
    """Whether none of the counts is small, nor what is left of a denominator without its numerator."""
    counts = _in_parts(row)
    whole = counts.get("numerator", 0) + counts.get("missed", 0)
    return not is_any_small((*counts.values(), whole), up_to)


def _in_parts(row: Row) -> Row:
    """With what was missed in place of the denominator, so that no count is a part of another."""
    if not {"numerator", "denominator"} <= row.keys():
        return row
    others = {name: count for name, count in row.items() if name != "denominator"}
    return others | {"missed": round(row["denominator"] - row["numerator"], 6)}


def withheld(cells: Mapping[str, Cell], up_to: int, earlier: Sequence[Printed] = ()) -> set[str]:
    """The places whose rows must not be printed, after what earlier versions printed of them."""
    small = {place for place, cell in cells.items() if not is_safe(cell.row, up_to)}
    before = {place for printed in earlier for place, row in printed.items() if row is None and place in cells}
    tree = _Tree(
        {place: Cell(_in_parts(cell.row), cell.parent) for place, cell in cells.items()},
        [{place: row and _in_parts(row) for place, row in printed.items()} for printed in earlier],
    )
    return _with_what_gives_them_away(tree, small | before, up_to)


def _with_what_gives_them_away(tree: "_Tree", hidden: set[str], up_to: int) -> set[str]:
    tree.unknown = hidden - tree.known
    while (more := tree.next_to_hide(up_to)) is not None:
        tree.unknown.add(more)
    return hidden | tree.unknown


@dataclass
class _Tree:
    """Places with their rows. known: printed before, and still the same. unknown: not printed and not known."""

    cells: Mapping[str, Cell]
    earlier: Sequence[Printed]
    known: set[str] = field(init=False)
    unknown: set[str] = field(init=False, default_factory=set)
    parts: dict[str, list[str]] = field(init=False)
    same_rests: list[dict[str, Row]] = field(init=False)

    def __post_init__(self) -> None:
        self.parts = {place: [] for place in self.cells}
        for place, cell in self.cells.items():
            if cell.parent in self.parts:
                self.parts[cell.parent].append(place)
        same = [{place for place in self.cells if self._is_same(place, printed.get(place))} for printed in self.earlier]
        self.known = set().union(*same)
        self.same_rests = [
            self._rests_that_are_the_same(printed)
            for printed, places in zip(self.earlier, same, strict=True)
            if any(row is not None and place not in places for place, row in printed.items())
        ]

    def next_to_hide(self, up_to: int) -> str | None:
        """One more place, if a rest is small: the smallest printed one next below that hides what the rest tells, or
        where none is left, the place itself."""
        for place in self.cells:
            if place in self.unknown or self._is_rest_safe(place, up_to):
                continue
            below = [part for part in self._next_below(place, self._is_told) if self._can_hide(part)]
            covering = [part for part in below if any(self._rest(part).values())]
            if covering or below:
                return min(covering or below, key=lambda part: (sum(self.cells[part].row.values()), part))
            if place not in self.known:
                return place
        return None

    def _is_rest_safe(self, place: str, up_to: int) -> bool:
        return all(is_safe(rest, up_to) for rest in self._what_is_told(place)) and not self._is_of_one_alone(place)

    def _is_of_one_alone(self, place: str) -> bool:
        """Whether a rest is a single withheld row: that is no secret here, but it is if it was withheld before."""
        rest = self._rest(place)
        return bool(self.same_rests) and any(
            row == rest and any(row.values()) for row in (self.cells[part].row for part in self._hidden_below(place))
        )

    def _is_told(self, place: str) -> bool:
        return place not in self.unknown

    def _can_hide(self, place: str) -> bool:
        return place not in self.known and any(self.cells[place].row.values())

    def _is_same(self, place: str, before: Row | None) -> bool:
        return before is not None and all(self.cells[place].row.get(name) == count for name, count in before.items())

    def _rest(self, place: str) -> dict[str, float]:
        """A row less the rows next below it that are printed or known."""
        return _less(self.cells[place].row, (self.cells[part].row for part in self._next_below(place, self._is_told)))

    def _what_is_told(self, place: str) -> Iterator[Row]:
        """The rest of a place; and for each earlier version, what is left of it without rests that are the same."""
        rest = self._rest(place)
        yield rest
        for same in self.same_rests:
            known = [same[part] for part in (place, *self._hidden_below(place)) if part in same]
            if any(known):
                yield _less(rest, known)

    def _rests_that_are_the_same(self, printed: Printed) -> dict[str, Row]:
        def was_printed(place: str) -> bool:
            return printed.get(place) is not None

        found = {}
        for place, row in printed.items():
            if row is not None and place in self.cells:
                below = list(self._next_below(place, was_printed))
                then = _less(row, (printed[part] for part in below))
                now = _less(self.cells[place].row, (self.cells[part].row for part in below))
                found[place] = {name: count for name, count in then.items() if now.get(name) == count}
        return found

    def _next_below(self, place: str, is_wanted: Callable[[str], bool]) -> Iterator[str]:
        for part in self.parts[place]:
            if is_wanted(part):
                yield part
            else:
                yield from self._next_below(part, is_wanted)

    def _hidden_below(self, place: str) -> Iterator[str]:
        for part in self.parts[place]:
            if part in self.unknown:
                yield part
                yield from self._hidden_below(part)


def _less(row: Row, parts: Iterable[Row]) -> dict[str, float]:
    rest = dict(row)
    for part in parts:
        for name, count in part.items():
            rest[name] = round(rest.get(name, 0) - count, 6)
    return rest
