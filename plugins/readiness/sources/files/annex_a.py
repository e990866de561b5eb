"""The Annex A workbook, lists 1 to 8. How lists, headings and words are recognised stands in sql/sources/annex_a/.

Each list is a table annex_a_list_<number>: child_id, the keys made for it, and its own columns. annex_a_children has
what all lists say of each child. What is open to two readings is refused; formulas and errors too, for a workbook that
is sent as values says the same tomorrow.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils import get_column_letter

from readiness.sources.files.annex_a_words import headings, plain, word
from readiness.sources.files.tables import FileRefused, FileTable
from readiness.sources.files.workbook import MOST_COLUMNS, Row, Sheet, open_workbook, text

LIST, CHILDREN = "annex_a_list_{}", "annex_a_children"
ROWS_BEFORE_HEADINGS = 20
MOST_OF_A_NAME = 60

ERROR, FORMULA, HEADLESS = "e", "f", "headless"
REMEDIES = {
    ERROR: ("errors (such as #REF!)", "Mend them, and save the sheet as values."),
    FORMULA: ("formulas", "Copy the sheet, paste it as values, and save it."),
    HEADLESS: ("values without a heading", "Give each column one heading of its own, and merge no cells."),
}
"""What cells must not be, in openpyxl's letters -> what it is, and what to do."""

TIME_OF_DAY = re.compile(r"[ T]+\d{1,2}:\d{2}.*$")
LIST_NUMBER = re.compile(r"\blist[\s_.-]*0?(\d{1,2})(?!\d)(.*)$", re.IGNORECASE)

Cells = tuple[str | None, ...]


@dataclass(frozen=True)
class _List:
    """A list found in a workbook. at: our column -> where it stands in a row. unknown: headings that nobody knows, as
    names. headless: where cells stand under no heading."""

    number: int
    sheet: Sheet
    heading_row: int
    at: Mapping[str, int]
    unknown: tuple[str, ...]
    headless: frozenset[int]

    def rows(self) -> Iterator[Row]:
        """The rows under the headings that hold anything."""
        return (row for row in islice(self.sheet.rows(), self.heading_row + 1, None) if _filled(row))


def read_tables(path: Path, wanted: frozenset[str] | None) -> Iterator[FileTable]:
    """The tables of these names, or all, that the workbook has. Raises FileRefused, also while rows are being read.

    A heading that nobody knows is a column of its list, by its name in snake_case, and its cells are not read.
    """
    with open_workbook(path) as sheets:
        lists = _lists(path, sheets)
        _refuse_if_empty(path, lists)
        for number, sheet in lists.items():
            name = LIST.format(number)
            if wanted is None or name in wanted:
                yield _table(name, _recognised(number, sheet))
        if wanted is None or CHILDREN in wanted:
            found = [_recognised(number, sheet) for number, sheet in lists.items()]
            yield FileTable(CHILDREN, tuple(headings().every_list.columns), _children(found))


def _lists(path: Path, sheets: Iterable[Sheet]) -> dict[int, Sheet]:
    """List number -> its sheet, in order of the numbers."""
    found: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        if (number := _number(sheet)) is not None:
            found[number].append(sheet)
    if not found:
        raise FileRefused(
            f"{path.name} has no sheet of lists 1 to 8. Name each one by its number or title, for example 'List 3' or "
            "'Referrals'."
        )
    for number, same in found.items():
        if len(same) > 1:
            raise FileRefused(
                f"{path.name}: the sheets {' and '.join(sheet.title for sheet in same)} can both be list {number}; "
                "nobody can say which is meant. Keep one, or rename the other so that it names no list."
            )
        if same[0].is_hidden:
            raise FileRefused(
                f"{path.name}: the sheet {same[0].title} (list {number}) is hidden, so nobody sees what is loaded. "
                "Unhide it, or delete it."
            )
    return {number: found[number][0] for number in sorted(found)}


def _number(sheet: Sheet) -> int | None:
    """Which list a sheet is, by 'List 3' or by its title; None for none of ours."""
    titles = {plain(title): number for number, one in headings().lists.items() for title in (one.title, *one.sheets)}
    numbered = LIST_NUMBER.search(sheet.title)
    rest = plain(numbered[2]) if numbered else plain(re.sub(r"(?i)^annex[\s_]*a\b|^\s*\d{1,2}\b", "", sheet.title))
    titled = titles.get(rest)
    if not numbered:
        return titled
    number = int(numbered[1])
    if titled not in (None, number):
        raise FileRefused(
            f"{sheet.file}: the sheet {sheet.title} is list {number} by its number and list {titled} "
            f"({headings().lists[titled].title}) by its title. Rename it."
        )
    return number if number in headings().lists else None


def _refuse_if_empty(path: Path, lists: Mapping[int, Sheet]) -> None:
    if all(next(_recognised(number, sheet).rows(), None) is None for number, sheet in lists.items()):
        raise FileRefused(f"{path.name} is empty: none of its lists has a row under its headings. Export it again.")


def _recognised(number: int, sheet: Sheet) -> _List:
    """The list with its headings: of the first rows, the one in which most of them are known."""
    wordings = headings().by_wording(number)
    top = [[_heading(cell.value) for cell in row] for row in islice(sheet.rows(), ROWS_BEFORE_HEADINGS)]
    known = [len({plain(heading) for heading in row} & wordings.keys()) for row in top]
    if max(known, default=0) < 2:
        raise FileRefused(
            f"{sheet.file}, sheet {sheet.title}: no row of headings is recognised among the first "
            f"{ROWS_BEFORE_HEADINGS}. Put them in one row ({_expected(number)} …), or delete the sheet."
        )
    row = top[known.index(max(known))]
    at: dict[str, int] = {}
    for place, heading in enumerate(row):
        name = wordings.get(plain(heading))
        if name in at:
            raise FileRefused(
                f"{sheet.file}, sheet {sheet.title}: columns {_letter(at[name])} and {_letter(place)} can both be "
                f"{name} ({headings().columns(number)[name].meaning.lower()}). Delete or rename one of them."
            )
        if name:
            at[name] = place
    missing = [name for name, one in headings().columns(number).items() if one.required and name not in at]
    if missing:
        wanted = "; ".join(f"{name} ('{headings().columns(number)[name].aliases[0]}')" for name in missing)
        raise FileRefused(
            f"{sheet.file}, sheet {sheet.title}: no column is recognised as {wanted}. Add it, or add its "
            "heading to the aliases in sql/sources/annex_a/headings.yaml."
        )
    return _List(
        number,
        sheet,
        heading_row=known.index(max(known)),
        at=at,
        unknown=_unknown(number, [heading for heading in row if heading and plain(heading) not in wordings]),
        headless=frozenset(place for place, heading in enumerate([*row, ""]) if not plain(heading)),
    )


def _table(name: str, found: _List) -> FileTable:
    keys, own = headings().lists[found.number].keys, headings().lists[found.number].columns
    present = [column for column in own if column in found.at]
    made = [key for key, column in keys.items() if column in found.at]
    columns = ("child_id", *made, *present, *found.unknown)
    return FileTable(name, columns, _rows(found, made, present))


def _rows(found: _List, made: list[str], present: list[str]) -> Iterator[Cells]:
    """The rows with their keys, each row of the sheet once for each time it stands there.

    Rows of the same child and day are told apart in the order of what they say, not of where they stand, so that
    sorting the sheet changes no key. Rows that say the same have the same key: they are copies.
    """
    keys = headings().lists[found.number].keys
    rows = list(_read(found, ("child_id", *present)))
    day = {key: 1 + present.index(keys[key]) for key in made}
    first = made[0]
    same: dict[str | None, set[Cells]] = defaultdict(set)
    for row in rows:
        same[_key(row[0], row[day[first]])].add(row)
    nth = {
        row: place
        for several in same.values()
        if len(several) > 1
        for place, row in enumerate(sorted(several, key=lambda row: tuple(cell or "" for cell in row)))
    }
    for row in rows:
        made_keys = [_key(row[0], row[day[key]], nth.get(row, 0) if key == first else 0) for key in made]
        yield (row[0], *made_keys, *row[1:], *(None for _ in found.unknown))


def _key(child_id: str | None, day: str | None, place: int = 0) -> str | None:
    """'4711 2026-10-05', and for the second of the same day '4711 2026-10-05 (2)'. The time of day does not count."""
    if child_id is None or day is None:
        return None
    return f"{child_id} {TIME_OF_DAY.sub('', day)}" + (f" ({place + 1})" if place else "")


def _read(found: _List, names: Iterable[str]) -> Iterator[Cells]:
    """These columns of the rows, as text in our words. Counts on the way what must not be there, and then refuses."""
    columns = headings().columns(found.number)
    taken = [(found.at.get(name, MOST_COLUMNS), columns[name].codes) for name in names]
    wrong: Counter[tuple[str, int]] = Counter()
    for row in found.rows():
        cells = [(place, row[place], kind) if place < len(row) else (place, EMPTY_CELL, None) for place, kind in taken]
        wrong.update((cell.data_type, place) for place, cell, _ in cells if cell.data_type in (ERROR, FORMULA))
        wrong.update((HEADLESS, place) for place in found.headless if place < len(row) and _says(row[place]))
        if any(said := tuple(word(text(cell), kind) for _, cell, kind in cells)):
            yield said
    for what, remedy in REMEDIES.items():
        places = sorted((place, count) for (kind, place), count in wrong.items() if kind == what)
        if places:
            counts = ", ".join(f"column {_letter(place)} ({count:,})" for place, count in places[:5])
            raise FileRefused(f"{found.sheet.file}, sheet {found.sheet.title} holds {remedy[0]}: {counts}. {remedy[1]}")


def _children(lists: list[_List]) -> Iterator[Cells]:
    """What the lists say of each child, in one row. Where they contradict each other there is a row for each answer,
    so that the rule on keys reports the child and nobody picks one."""
    names = tuple(headings().every_list.columns)
    said: dict[str | None, list[set[str]]] = defaultdict(lambda: [set() for _ in names[1:]])
    for one in lists:
        for child_id, *cells in _read(one, names):
            for answers, cell in zip(said[child_id], cells, strict=True):
                answers.update({cell} - {None})
    for child_id, answers in said.items():
        distinct = [sorted(_without_same_days(each)) for each in answers]
        for place in range(max(1, *map(len, distinct))):
            yield (child_id, *(each[min(place, len(each) - 1)] if each else None for each in distinct))


def _without_same_days(answers: set[str]) -> set[str]:
    """Without dates as text (01/02/2010) that another list gives as a real date of that day, in either order."""
    return {one for one in answers if not (_possible_days(one) & answers)}


def _possible_days(answer: str) -> set[str]:
    days = set()
    for order in ("%d/%m/%Y", "%m/%d/%Y"):
        try:
            days.add(datetime.strptime(answer, order).date().isoformat())
        except ValueError:
            continue
    return days


def _unknown(number: int, unread: list[str]) -> tuple[str, ...]:
    taken = {"child_id", *headings().columns(number), *headings().lists[number].keys}
    names = (re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")[:MOST_OF_A_NAME] for heading in unread)
    return tuple(dict.fromkeys(name for name in names if name and name not in taken))


def _heading(value: object) -> str:
    return str(value).strip() if value is not None else ""


def _filled(row: Row) -> bool:
    return any(_says(cell) for cell in row)


def _says(cell) -> bool:
    return cell.value is not None and str(cell.value).strip() != ""


def _expected(number: int) -> str:
    required = [one.aliases[0] for one in headings().columns(number).values() if one.required]
    return ", ".join(required)


def _letter(place: int) -> str:
    return get_column_letter(place + 1)
