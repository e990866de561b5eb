"""Somebody who holds every copy of every version and wants to know what was withheld.

They know how places add up, which counts did not change from one version to the next and which cases have a team (more
than any reader does), and solve for each small count: the least and the greatest whole number that everything printed
allows.
"""

import re
from calendar import month_abbr, month_name
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from readiness.report import Report
from readiness.report.sharing import BLOCKS
from readiness.report.view import tally
from readiness.report.words import VERDICTS

MOST = 100_000
FAMILIES = {"outcome": ("numerator", "missed"), "running": ("running",), "overdue": ("overdue",)}

Version = tuple[str, int]
Cell = tuple[Version, str, str, str]
"""Version, place ('type id'), month, count. What belongs to no team is the place 'rest of <place>'."""


@dataclass(frozen=True)
class Found:
    indicator: str
    cell: Cell
    least: int
    greatest: int


class Attack:
    """The system of one indicator and family of counts. truth: the internal reports; the attacker takes nothing from
    them but which cells are equal between versions, and where every case has a team in all of them."""

    def __init__(self, indicator: str, family: str, truth: Iterable[Report], copies: Iterable[Report]) -> None:
        self.indicator, self.counts = indicator, FAMILIES[family]
        self.truth: dict[Cell, int] = {}
        self.leaves: dict[tuple[Version, str], list[str]] = {}
        for report in truth:
            self._learn_places(report)
        self.variables: dict[Cell, int] = {}
        self._number_variables()
        self.rows: list[tuple[dict[int, float], float, float]] = []
        for copy in copies:
            self._learn(copy)
        self._build()

    def _learn_places(self, report: Report) -> None:
        version = version_of(report)
        series = [one for one in report.indicators if one.id == self.indicator]
        teams = [one.scope for one in series if one.scope.type == "team"]
        areas = {f"area {one.scope.id}" for one in series if one.scope.type == "area"}
        parts = {area: [f"team {t.id}" for t in teams if f"area {t.parent}" == area] for area in areas}
        loose = [f"team {t.id}" for t in teams if f"area {t.parent}" not in areas]
        top = next(place(one) for one in series if one.scope.type == "authority")
        for one in series:
            for row in one.months:
                for count, number in numbers(row).items():
                    if count in self.counts:
                        self.truth[version, place(one), row.month, count] = number
        for whole, direct in (*parts.items(), (top, [*areas, *loose])):
            for v, p, month, count in [cell for cell in self.truth if cell[:2] == (version, whole)]:
                of_none = self.truth[v, p, month, count] - sum(self.truth.get((v, d, month, count), 0) for d in direct)
                self.truth[v, f"rest of {whole}", month, count] = of_none
        for team in teams:
            self.leaves[version, f"team {team.id}"] = [f"team {team.id}"]
        for area, direct in parts.items():
            self.leaves[version, area] = [*direct, f"rest of {area}"]
        below = [leaf for area in areas for leaf in self.leaves[version, area]]
        self.leaves[version, top] = [*below, *loose, f"rest of {top}"]

    def _number_variables(self) -> None:
        """One unknown for a cell of a leaf, the same in all versions in which its number is."""
        leaves = {(version, leaf) for (version, _), found in self.leaves.items() for leaf in found}
        seen: dict[tuple, int] = {}
        rests = {cell[1:] for cell, number in self.truth.items() if number and cell[1].startswith("rest")}
        for cell, number in sorted(self.truth.items()):
            if (cell[0], cell[1]) in leaves and (cell[1:] in rests or not cell[1].startswith("rest")):
                self.variables[cell] = seen.setdefault((*cell[1:], number), len(seen))
        self.size = len(seen)

    def terms(self, version: Version, of: str, month: str, weights: Mapping[str, float]) -> dict[int, float]:
        found: dict[int, float] = {}
        for leaf in self.leaves.get((version, of), [of]):
            for count, weight in weights.items():
                unknown = self.variables.get((version, leaf, month, count))
                if unknown is not None:
                    found[unknown] = found.get(unknown, 0) + weight
        return found

    def _learn(self, copy: Report) -> None:
        version = version_of(copy)
        content = copy.model_dump(mode="json", by_alias=True)
        for one in (i for i in content["indicators"] if i["id"] == self.indicator):
            where = f"{one['scope']['type']} {one['scope']['id']}"
            for row in one["months"]:
                self._learn_row(version, where, (row["month"],), row)
                first = row["first_reported"]
                if first and ((row["month"], first["version"]), where) in self.leaves:
                    self._learn_row((row["month"], first["version"]), where, (row["month"],), first)
        top = next(place(i) for i in copy.indicators if i.scope.type == "authority")
        details = (d for f in content["findings"] for c in f["claims"] for d in c["details"])
        for detail in details:
            if detail["id"] == self.indicator and detail["now"]:
                self._learn_row(version, top, detail["now"]["months"], detail["now"])

    def _learn_row(self, version: Version, where: str, months: Iterable[str], row: Mapping[str, Any]) -> None:
        """A printed number is an equation; a printed share says between which two lines its counts lie."""
        if "numerator" not in self.counts:
            if isinstance(row.get(self.counts[0]), int | float):
                self._add(version, where, months, {self.counts[0]: 1}, row[self.counts[0]], row[self.counts[0]])
            return
        for count, weights in (("numerator", {"numerator": 1}), ("denominator", {"numerator": 1, "missed": 1})):
            if isinstance(row[count], int | float):
                self._add(version, where, months, weights, row[count], row[count])
        if isinstance(row["value"], int | float):
            low, high = row["value"] - 0.0501, row["value"] + 0.0501
            self._add(version, where, months, {"numerator": 100 - low, "missed": -low}, 0, np.inf)
            self._add(version, where, months, {"numerator": 100 - high, "missed": -high}, -np.inf, 0)

    def _add(self, version, where, months, weights, low: float, high: float) -> None:
        terms: dict[int, float] = {}
        for month in months:
            for unknown, weight in self.terms(version, where, month, weights).items():
                terms[unknown] = terms.get(unknown, 0) + weight
        if terms and (terms, low, high) not in self.rows:
            self.rows.append((terms, low, high))

    def _build(self) -> None:
        entries = [(n, unknown, weight) for n, (terms, *_) in enumerate(self.rows) for unknown, weight in terms.items()]
        rows, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = csr_array((weights, (rows, columns)), shape=(len(self.rows), self.size))
        self.given = LinearConstraint(matrix, [low for _, low, _ in self.rows], [high for *_, high in self.rows])

    def small_cells(self, up_to: int) -> Iterator[Cell]:
        """Counts from 1 to up_to, of places and of what belongs to no team; the group itself is a count too."""
        for cell, number in sorted(self.truth.items()):
            if 0 < number <= up_to:
                yield cell
            if cell[3] == "numerator" and 0 < number + self.truth[(*cell[:3], "missed")] <= up_to:
                yield (*cell[:3], "denominator")

    def range_of(self, cell: Cell) -> tuple[int, int]:
        version, where, month, count = cell
        weights = {"numerator": 1, "missed": 1} if count == "denominator" else {count: 1}
        goal = np.zeros(self.size)
        for unknown, weight in self.terms(version, where, month, weights).items():
            goal[unknown] = weight
        least, greatest = (
            milp(sign * goal, constraints=self.given, integrality=np.ones(self.size), bounds=Bounds(0, MOST))
            for sign in (1, -1)
        )
        assert least.success and greatest.success, (self.indicator, cell, least.message, greatest.message)
        return round(least.fun), round(-greatest.fun)

    def found(self, up_to: int, cells: Iterable[Cell] | None = None) -> Iterator[Found]:
        """Small counts that are pinned down: to fewer than `up_to` + 1 numbers, or to small ones."""
        for cell in self.small_cells(up_to) if cells is None else cells:
            least, greatest = self.range_of(cell)
            if greatest - least < up_to or greatest <= up_to:
                yield Found(self.indicator, cell, least, greatest)


def numbers(row) -> dict[str, int]:
    given = {name: getattr(row, name) for names in BLOCKS.values() for name in names if getattr(row, name) is not None}
    if "denominator" in given:
        given["missed"] = given["denominator"] - given["numerator"]
    return given


def place(one) -> str:
    return f"{one.scope.type} {one.scope.id}"


def version_of(report: Report) -> Version:
    return report.month, report.version.number if report.version else 1


# What sentences tell

COUNTS = ("numerator", "denominator", "running", "overdue", "subjects", "subjects_in_time", "done_late", "undone",
          "never_recorded", "done_in_time", "too_late", "possible", "began", "ended", "open")  # fmt: skip
SAID = ("reason", "change", "tipping", "message")
"""Keys of a report under which sentences stand that the house has made of figures; other text was there before."""

MARKUP = re.compile(
    r"<(style|svg|script|head)\b.*?</\1>|<table\b(?![^>]*presentation).*?</table>|<!--.*?-->|<[^>]+>", re.S
)
"""Tables of figures are not read: they print typed values, and a withheld one cannot be printed."""
HEARD = re.compile(r"""\b(?:alt|aria-label|aria-description|title)=(?:"([^"]*)"|'([^']*)')""")
"""What a tag says in words to whoever cannot see it, of charts and tables too."""
MONTHS = "|".join((*month_name[1:], *month_abbr[1:], "Sept"))
NO_FIGURE = re.compile(
    rf"\b(?:\d{{1,2}} )?(?i:{MONTHS}) \d{{4}}\b"
    r"|\b(?:[A-Z]{1,2}\d+[a-z]?|[Vv]ersion (?:¦ )*\d+|Readiness [\d.]+|[0-9a-f]{8,}|\d+th)\b"
    r"|\b\d+ (?:of the \d+ )?(?:claims?|repeats|actions?|(?:complete )?months|other indicators?|points|teams)\b"
    r"|\bof the \d+ that it takes\b|\bcounts of 1 to \d+ are withheld|\ball \d+ there\b|/ 90%|\b95% intervals?\b"
    r"|\b(?:95 of 100|998 of 1,000) teams\b|\b998 of 1,000 within\b|\b(?:printed|judged) from \d+\b"
    r"|\b\d+ days after\b|\bwithin \d+ days\b|\d+ \(local\)"
)
THRESHOLD, PAIR, PERCENT, DECIMAL, NUMBER = (
    re.compile(text)
    for text in (
        r"(?:at least|fewer than|more than) [\d,]+ of ([\d,]+)",
        r"([\d,]+) of (?:the )?([\d,]+)",
        r"(\d+(?:\.\d+)?)%",
        r"(\d+\.\d+)",
        r"(\d+(?:,\d{3})*)",
    )
)


class Reader:
    """Reads what a copy says in words, and knows every number that it releases as one. Text that was not made of
    figures (definitions, the words of the letter, how we counted) is not read."""

    def __init__(self, copy: Report) -> None:
        content = copy.model_dump(mode="json", by_alias=True)
        told = {note["text"] for notes in content["summary"].values() for note in notes}
        written = {" ".join(text.split()) for text in texts_of(content, SAID)} - told
        self.known = sorted((text for text in written if NUMBER.search(text) and len(text) > 9), key=len, reverse=True)
        findings = [copy.findings, *(other.findings for other in copy.further)]
        self.tallies = {float(item.number) for each in findings for item in tally(each)}
        self.counts: set[float] = {0}
        self.pairs: set[tuple[float, float]] = set()
        self.percents: set[float] = set()
        for row in _rows(content):
            self._learn(row)

    def _learn(self, row: Mapping[str, Any]) -> None:
        shown = {name: row[name] for name in row if isinstance(row[name], int | float)}
        self.counts |= {shown[name] for name in COUNTS if name in shown}
        self.percents |= {round(number, 1) for name, number in shown.items() if name not in COUNTS}
        for part, whole in (("numerator", "denominator"), ("subjects_in_time", "subjects")):
            if part in shown and whole in shown:
                self.pairs.add((shown[part], shown[whole]))

    def unreleased(self, text: str) -> list[str]:
        """Numbers that the text tells in words and the copy does not release, with what stands around them."""
        heard = [double or single for double, single in HEARD.findall(text)]
        text = " ".join(unescape(" ¦ ".join([MARKUP.sub(" ¦ ", text), *heard])).split())
        for each in self.known:
            text = text.replace(each, " ¦ ")
        text = self._without_tallies(NO_FIGURE.sub(" ¦ ", text))
        wholes = {whole for _, whole in self.pairs}
        found = []
        for pattern, released in (
            (THRESHOLD, wholes),
            (PAIR, self.pairs),
            (PERCENT, self.percents),
            (DECIMAL, self.percents | self.counts),
            (NUMBER, self.counts),
        ):
            for match in pattern.finditer(text):
                numbers = tuple(float(number.replace(",", "")) for number in match.groups())
                if (numbers if len(numbers) > 1 else numbers[0]) not in released:
                    found.append(text[max(match.start() - 50, 0) : match.end() + 30])
            text = pattern.sub(" ¦ ", text)
        return found

    def _without_tallies(self, text: str) -> str:
        """How many claims have which verdict: beside the verdict's word, or alone."""
        words = "|".join(re.escape(term.word) for term in VERDICTS.values())
        told = re.compile(
            rf"(\d+)(?= (?:{words})\b)|(?<=¦ )(\d+)(?=:? ¦)|(?:(?:{words}) \()(\d+)(?=\))|(?<=¦ )(\d+)(?=: )"
        )

        def gone(match: re.Match) -> str:
            number = next(group for group in match.groups() if group)
            return " ¦ " if float(number) in self.tallies else match[0]

        return told.sub(gone, text)


def _rows(piece: Any) -> Iterator[Mapping[str, Any]]:
    """Whatever holds numbers."""
    if isinstance(piece, Mapping):
        yield piece
    for part in piece.values() if isinstance(piece, Mapping) else piece if isinstance(piece, list) else ():
        yield from _rows(part)


def texts_of(piece: Any, without: Container[str], key: str = "") -> Iterator[str]:
    """Every text that stands somewhere in it, but for those under some keys."""
    if isinstance(piece, str) and key not in without:
        yield piece
    elif isinstance(piece, Mapping):
        for name, part in piece.items():
            yield from texts_of(part, without, name)
    elif isinstance(piece, list):
        for part in piece:
            yield from texts_of(part, without, key)
