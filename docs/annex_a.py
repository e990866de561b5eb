"""The page docs/annex-a.md, made from the words of the door."""

from collections.abc import Iterator

import yaml

from readiness.settings import PROJECT
from readiness.sources.files.annex_a_words import FOLDER, Columns, codes, headings

PAGE = PROJECT / "docs" / "annex-a.md"

HEAD = """# The Annex A workbook

The lists that a council makes for an inspection of its children's services (Ofsted, ILACS, Annex A) are a way in: an
Excel workbook with lists 1 to 8. This page is made by `make docs` from the files in `sql/sources/annex_a/`;
change those, not this page.

## How to use it

1. Save the workbook as .xlsx, without a password, **as values**: formulas and errors (`#REF!`) are refused, for they
   can say something else tomorrow. Columns that are not read may hold what they like.
2. Name the file with the day whose state it shows, for example `2026-11-06.xlsx`, and put it into a folder of its own.
   Later workbooks go beside it; the newest one up to the day is read.
3. Point `READINESS_CASE_SYSTEM` at the file or the folder. If only some feeds come from the workbook, name it for each
   of them under `sources` in `profile.yaml`.
4. Read what the load says. A heading that is not known is reported by its name and its column is not read; if it is one
   of those below in other words, add the wording to `headings.yaml`. A word in a cell that is not known stays as it is,
   and the rules of the feed report it; add it to `codes.yaml`.

The file holds children's dates of birth and the names of workers: keep it where the case system itself could stand.
**Allocated Worker** and **Allocated Team** are taken as ids. Give the worker's id in the case system if other sources
are to meet it; a name is hashed like any id, and stands in the vault only.

## What is refused

What could be read in two ways is never guessed: two sheets for one list, two columns for one heading, a hidden list, a
heading merged over two columns, dates as text of which nobody can tell day from month. Every kind of file that is
refused, with its message, is listed in [Files that are refused](refused-files.md).

## How rows are told apart

The lists have no ids for their rows. A row's key is the child and the date that the list is about (`4711 2026-10-01`);
rows of the same child and day that say different things are numbered by what they say, so that sorting the sheet
changes no key. Rows that say the same are counted once. A row whose date is corrected is a new row from then on.

A child is one row, of what all lists say of it. Where two lists contradict each other (two dates of birth), the child
is put into quarantine until they agree.
"""


def limits() -> dict:
    """limits.yaml: `says`, a list of sentences, and `feeds`, a text for each feed."""
    return yaml.safe_load((FOLDER / "limits.yaml").read_text(encoding="utf-8"))


def annex_a_page() -> str:
    """The page: how to use the door, its limits, its headings and its words."""
    said = limits()
    lines = [HEAD, "## What it cannot answer", "", *(f"- {sentence}" for sentence in said["says"]), ""]
    lines += ["| feed | what of it |", "|---|---|", *(f"| {feed} | {text} |" for feed, text in said["feeds"].items())]
    lines += ["", "## Headings", "", "Case, spaces, punctuation, leading numbering and hints such as (DD/MM/YYYY) do "]
    lines[-1] += "not count. A column in bold is needed: without it the list is refused."
    lines += ["", "### On every list", "", *_columns(headings().every_list)]
    for number, one in headings().lists.items():
        lines += [f"### List {number}: {one.title}", ""]
        lines += [f"Sheet: List {number}, or {', '.join(dict.fromkeys((one.title, *one.sheets)))}.", ""]
        lines += _columns(one)
    lines += ["## Words", "", f"Taken as nothing: {', '.join(codes().empty)}.", ""]
    for kind, listed in codes().codes.items():
        lines += [f"### {kind.replace('_', ' ').capitalize()}", "", "| code | words |", "|---|---|"]
        lines += [*(f"| {code} | {'; '.join(words)} |" for code, words in listed.items()), ""]
    return "\n".join(lines).rstrip() + "\n"


def _columns(of: Columns) -> Iterator[str]:
    yield from ("| column | what it is | headings |", "|---|---|---|")
    for name, column in of.columns.items():
        shown = f"**{name}**" if column.required else name
        yield f"| {shown} | {column.meaning} | {'; '.join(column.aliases)} |"
    yield ""
    if of.left:
        yield from (f"Known and not read: {'; '.join(of.left)}.", "")
