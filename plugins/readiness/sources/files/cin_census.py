"""The children in need census as XML, layouts 2021 to 2026; sql/sources/cin_census/layout.yaml says what is taken.

The file is gone through a child at a time, once for each table that is wanted, so that memory does not grow with it.
Nothing in it is obeyed: a document type, entity or reference is refused, and so is a child larger than any can be.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from pydantic import Field, RootModel

from readiness.periods import LONDON
from readiness.profile import Strict, read_yaml
from readiness.settings import SQL
from readiness.sources.files.tables import FileRefused, FileTable

LAYOUT = SQL / "sources" / "cin_census" / "layout.yaml"
ROOT, HEADER, CHILDREN, CHILD = "Message", "Header", "Children", "Child"
COLLECTION = "CIN"

MOST_BYTES_AT_ONCE = 2**20
"""Of a child, of the header, or between them. The fullest child of a census takes some tens of kilobytes."""
MOST_UNKNOWN_NAMES = 200
CUT_OFF = (3, 5, 6, 20)
"""Expat's codes for a text that ends too early: no root, or an open token, character or CDATA section."""
DAY_WITH_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}(?:Z|[+-]\d{2}:\d{2})")

Cells = tuple[str | None, ...]
Keys = dict[str, str | None]


class Group(Strict):
    """One table of layout.yaml, where the words are explained."""

    at: str
    within: str | None = None
    key: str | None = None
    id: str | None = None
    word: str | None = None
    day: str | None = None
    fields: tuple[str, ...] = ()
    repeated: str | None = Field(default=None, alias="list")

    @property
    def taken(self) -> tuple[str, ...]:
        return (*self.fields, *([self.repeated] if self.repeated else []))


class Layout(RootModel[dict[str, Group]]):
    """table -> its group; a table stands after the one it is within."""

    def __getitem__(self, table: str) -> Group:
        return self.root[table]

    def columns(self, table: str) -> tuple[str, ...]:
        group = self[table]
        keys = [group.key, group.key and "child_id", group.within and self[group.within].key]
        return (*dict.fromkeys(key for key in keys if key), *(path.split("/")[-1] for path in group.taken))

    def path(self, table: str) -> tuple[str, ...]:
        """The elements from the header or the child down to a row of the table."""
        group = self[table]
        return (*(self.path(group.within) if group.within else ()), *group.at.split("/"))


@cache
def layout() -> Layout:
    return read_yaml(LAYOUT, Layout)


def read_tables(path: Path, wanted: frozenset[str] | None) -> Iterator[FileTable]:
    """The tables of the layout that have these names, or all of them.

    Columns are the row's own key, child_id, the key of the row around it, and the elements by their names; elements
    that the layout does not know are columns too (parent/name), without their values. Raises FileRefused, at the latest
    when the rows have been read.
    """
    tables = [table for table in layout().root if wanted is None or table in wanted]
    if tables:
        about = path.stat()
        unknown = _unknown_names(path, about.st_mtime_ns, about.st_size)
    for table in tables:
        rest = unknown.get(table, ())
        yield FileTable(table, (*layout().columns(table), *rest), _rows(path, table, len(rest)))


def reference_day(path: Path) -> date | None:
    """The day whose state the census shows: when it was drawn (Source/DateTime), else its reference date, else None."""
    with closing(_elements(path)) as elements:
        first = next(elements)
        if first.tag != HEADER:
            return None
        return _day(_text(first, "Source/DateTime")) or _day(_text(first, "CollectionDetails/ReferenceDate"))


def _rows(path: Path, table: str, rest: int) -> Iterator[Cells]:
    group, top = layout()[table], layout().path(table)[0]
    for element in _elements(path):
        if element.tag == top:
            for keys, one in _found(element, table):
                yield (*keys.values(), *_values(one, group), *(None,) * rest)


def _found(top: Element, table: str) -> Iterator[tuple[Keys, Element]]:
    """The rows of a table in a header or child: their keys, by name, and where they are.

    Rows of the same day are told apart by a number. It follows their contents, so that it stays the same when a file
    has them in another order.
    """
    group = layout()[table]
    if group.within is None:
        yield {group.key: _text(top, group.id)} if group.id else {}, top
        return
    around_key = layout()[group.within].key
    same: dict[str, list[tuple[Keys, Element]]] = defaultdict(list)
    for around, element in _found(top, group.within):
        for one in element.iterfind(group.at):
            day = f"{around['child_id']}/{group.word}/{_text(one, group.day) or ''}" if group.day else None
            same[day or f"{around[around_key]}/{group.word}"].append((around, one))
    for stem, rows in same.items():
        if len(rows) > 1:
            rows.sort(key=lambda row: (row[0][around_key] or "", *_content(row[1], group)))
        for number, (around, one) in enumerate(rows, 1):
            if group.repeated is None or one.find(group.repeated) is not None:
                key = f"{stem}/{number}" if around["child_id"] else None
                yield {group.key: key, "child_id": around["child_id"], around_key: around[around_key]}, one


def _values(element: Element, group: Group) -> Iterator[str | None]:
    for path in group.fields:
        yield _text(element, path)
    if group.repeated:
        yield json.dumps(sorted(text for one in element.iterfind(group.repeated) if (text := _trimmed(one))))


def _content(element: Element, group: Group) -> tuple[str, ...]:
    """What distinguishes a row: first what the table takes of it, then all else."""
    return (*(value or "" for value in _values(element, group)), *sorted(filter(None, map(_trimmed, element.iter()))))


def _text(element: Element, path: str) -> str | None:
    found = element if element.tag == path else element.find(path)
    return None if found is None else _trimmed(found)


def _trimmed(element: Element) -> str | None:
    """The text of an element, without what stands around it; a day without its time zone, which XML allows it."""
    text = (element.text or "").strip()
    return (text[:10] if text[4:5] == "-" and DAY_WITH_ZONE.fullmatch(text) else text) or None


def _day(text: str | None) -> date | None:
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment.astimezone(LONDON) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return None


@dataclass
class _Place:
    """An element that the layout knows, the table whose rows it belongs to, and what it knows inside."""

    table: str
    inside: dict[str, "_Place"] = field(default_factory=dict)


@cache
def _known() -> _Place:
    root = _Place("")
    for table, group in layout().root.items():
        row = layout().path(table)
        for taken in (None, group.id, *group.taken):
            place = root
            for name in (*row, *(taken.split("/") if taken and taken != row[-1] else ())):
                place = place.inside.setdefault(name, _Place(table))
    return root


@cache
def _unknown_names(path: Path, changed_at: int, size: int) -> Mapping[str, tuple[str, ...]]:
    """table -> elements that the layout does not know, as parent/name."""
    found: dict[str, set[str]] = defaultdict(set)
    for element in _elements(path):
        _note_unknown(path, element, _known().inside[element.tag], found)
        if sum(map(len, found.values())) > MOST_UNKNOWN_NAMES:
            raise FileRefused(
                f"{path.name} holds more than {MOST_UNKNOWN_NAMES} kinds of elements that no census has. Take the file "
                "as it was made for the return."
            )
    return {table: tuple({name.lower(): name for name in sorted(names)}.values()) for table, names in found.items()}


def _note_unknown(path: Path, element: Element, place: _Place, found: dict[str, set[str]]) -> None:
    for one in element:
        known = place.inside.get(one.tag)
        if known is None:
            meant = [name for name in place.inside if name.lower() == one.tag.lower()]
            if meant:
                raise FileRefused(
                    f"{path.name} writes the element {meant[0]} with other capitals than the census does, so it would "
                    "be passed over. Mend the export."
                )
            found[place.table].add(f"{element.tag}/{one.tag}")
        elif known.inside:
            _note_unknown(path, one, known, found)


def _elements(path: Path) -> Iterator[Element]:
    """The header and the children, one at a time; each is emptied when the next is asked for. Names have lost their
    namespace."""
    children = 0
    with path.open("rb") as file:
        ration = _Ration(path, file)
        opened: list[Element] = []
        for event, element in _events(path, ration):
            if event == "start":
                if not opened and _name(element) != ROOT:
                    raise FileRefused(
                        f"{path.name} is no children in need census: its outermost element is not {ROOT}. Take the XML "
                        "file that was made for the return."
                    )
                opened.append(element)
                continue
            opened.pop()
            is_part = len(opened) == 1
            is_in_children = len(opened) == 2 and _name(opened[1]) == CHILDREN
            if is_part and _name(element) == HEADER:
                yield _checked(path, _plain(element))
            elif is_in_children and _name(element) == CHILD:
                children += 1
                yield _plain(element)
            if is_part or is_in_children:
                opened[-1].clear()
                ration.renew()
    if not children:
        raise FileRefused(f"{path.name} holds no children: a census without any is a mistake. Make the export again.")


def _checked(path: Path, header: Element) -> Element:
    if _text(header, "CollectionDetails/Collection") not in (None, COLLECTION):
        raise FileRefused(
            f"{path.name} is the return of another collection: a children in need census says {COLLECTION} in its "
            "header. Take the file that was made for that return."
        )
    return header


def _plain(element: Element) -> Element:
    """The element with the names of all in it freed of their namespace."""
    if "}" in element.tag:
        for one in element.iter():
            one.tag = _name(one)
    return element


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


@dataclass
class _Ration:
    """A file that is read no further than MOST_BYTES_AT_ONCE before something in it has come to an end: neither a text
    nor a depth without end can fill the memory."""

    path: Path
    file: BinaryIO
    spent: int = 0

    def read(self, size: int) -> bytes:
        self.spent += size
        if self.spent > MOST_BYTES_AT_ONCE:
            raise FileRefused(
                f"{self.path.name} has a child, or a text, of more than {MOST_BYTES_AT_ONCE // 2**20} MB; no census "
                "has. The file is damaged or made to do harm."
            )
        return self.file.read(size)

    def renew(self) -> None:
        self.spent = 0


def _events(path: Path, file: _Ration) -> Iterator[tuple[str, Element]]:
    """Starts and ends of elements. What the parser says of a file is turned into words that hold nothing of it."""
    try:
        yield from iterparse(file, events=("start", "end"), forbid_dtd=True)
    except DefusedXmlException:
        refused = (
            "has a document type or entities, which no census has and through which a file can do harm. It was not "
            "read. Make the export again, without them."
        )
    except ParseError as error:
        if path.stat().st_size == 0:
            refused = "is empty. Make the export again."
        elif error.code in CUT_OFF:
            refused = "breaks off before its end. Copy or export it again."
        else:
            refused = (
                f"is no XML, or is damaged in line {error.position[0]:,} (a character or an encoding that does not "
                "belong there). Make the export again."
            )
    except (ValueError, LookupError):
        refused = "is in an encoding that cannot be read. Make the export again in UTF-8."
    else:
        return
    raise FileRefused(f"{path.name} {refused}")
