"""The words of Annex A workbooks: which heading is which column, and which cell is which of our codes.

They are data in sql/sources/annex_a/: headings.yaml and codes.yaml, where the keys are explained.
"""

import re
from functools import cache

from readiness.profile import Strict, read_yaml
from readiness.settings import SQL

FOLDER = SQL / "sources" / "annex_a"
NUMBERING = re.compile(r"^\s*(?:\d{1,2}|[a-z])\s*[.):]\s*", re.IGNORECASE)
HINTS = re.compile(r"\(\s*(?:dd?[/. -]mm?[/. -]yy(?:yy)?|y\s*/\s*n|yes\s*/\s*no)\s*\)", re.IGNORECASE)


class Heading(Strict):
    """One column of headings.yaml, where the keys are explained."""

    meaning: str
    required: bool = False
    codes: str | None = None
    aliases: tuple[str, ...] = ()


class Columns(Strict):
    columns: dict[str, Heading]
    left: tuple[str, ...] = ()


class List(Columns):
    title: str
    sheets: tuple[str, ...]
    keys: dict[str, str]


class Headings(Strict):
    every_list: Columns
    lists: dict[int, List]

    def columns(self, number: int) -> dict[str, Heading]:
        return self.every_list.columns | self.lists[number].columns

    def by_wording(self, number: int) -> dict[str, str | None]:
        """A heading in plain form -> our column, or None for one that is known and not read."""
        left = (*self.every_list.left, *self.lists[number].left)
        wordings = {plain(heading): None for heading in left}
        for name, column in self.columns(number).items():
            wordings |= {plain(heading): name for heading in (name, *column.aliases)}
        return wordings


class Codes(Strict):
    empty: tuple[str, ...]
    codes: dict[str, dict[str, tuple[str, ...]]]


@cache
def headings() -> Headings:
    return read_yaml(FOLDER / "headings.yaml", Headings)


@cache
def codes() -> Codes:
    return read_yaml(FOLDER / "codes.yaml", Codes)


def plain(wording: str) -> str:
    """A heading, sheet name or word of a cell as it is compared: letters and digits, without numbering or hints."""
    without = NUMBERING.sub("", HINTS.sub(" ", wording)).lower().replace("&", "and")
    return re.sub(r"[^a-z0-9]", "", without)


def word(found: str | None, kind: str | None) -> str | None:
    """What a cell says: nothing for N/A and its like, our code where the column has a list of them, else as it is."""
    if found is None or found.lower() in _empty():
        return None
    return _code(kind, found) if kind else found


@cache
def _empty() -> frozenset[str]:
    return frozenset(word.lower() for word in codes().empty)


@cache
def _spellings(kind: str) -> dict[str, str]:
    """A word in plain form -> our code."""
    listed = codes().codes[kind]
    return {plain(word): code for code, words in listed.items() for word in (code, *words)}


def _code(kind: str, found: str) -> str:
    """Our code for what a cell says, by all of it or by a code at its beginning ('1A: a neighbour'); else the cell as
    it is. A bare number at the beginning may be a council's own numbering and counts for nothing."""
    spellings = _spellings(kind)
    start = re.match(r"\w*", NUMBERING.sub("", found))[0]
    by_start = None if start.isdigit() or len(start) < 2 else codes().codes[kind].get(start.upper())
    return spellings.get(plain(found)) or (start.upper() if by_start is not None else found)
