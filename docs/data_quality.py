"""The page docs/data-quality.md, made from contracts and suites."""

from collections.abc import Iterator
from dataclasses import dataclass

from readiness.contracts import Contract, load_contracts
from readiness.gate.suites import build_suite
from readiness.quality.across import load_subjects
from readiness.settings import PROJECT
from readiness.sources.batch import SENTINEL, UNLISTED, UNREADABLE

PAGE = PROJECT / "docs" / "data-quality.md"

HEAD = """# Data quality

This page is made from contracts and suites in `expectations/` by `make docs`; change them there, not this
page.

Every row that is read from the case system passes the gate. It compares each feed with its contract
(`expectations/<feed>.yaml`) and its suite (`expectations/<feed>.json`), and gives three answers: a row is **held back**
in quarantine with the reason, or it is **counted** and used, or, where the batch as a whole breaks a rule, the feed is
**stopped** and what was loaded before stays. When all feeds of a day are loaded, rules across feeds
([expectations/across](../expectations/across/README.md)) say where two records do not fit each other; they hold nothing
back. **Asked** is what someone should look at, though it may well be right.

What the rules found is kept for each day in `gate.rule_results`, in counts only, with the owner who can mend the rows.
The monthly report shows the rules that rows broke beside how they stood a month before. Results are summed by dimension
and never blended into one score, which nobody could mend.

| dimension | asks |
|---|---|
| completeness | Is what should be there, there? |
| validity | Can it be read, and is it one of the values that there are? |
| consistency | Do two things that belong together fit each other? |
| uniqueness | Is what there can be one of, there once? |
| timeliness | Was it done, or recorded, when it was due? |
"""

MARKERS = (UNREADABLE, SENTINEL, UNLISTED)
CONSEQUENCES = {"critical": "held back", "warning": "counted", "info": "asked"}


@dataclass(frozen=True)
class Line:
    """One rule as the page lists it."""

    name: str
    description: str
    dimension: str
    consequence: str
    reference: str | None = None
    owner: str | None = None


def data_quality_page() -> str:
    """The page: what the gate asks of each feed's rows, and what is compared across feeds."""
    lines = [HEAD]
    for feed, contract in load_contracts().items():
        lines += [*_section(feed, contract), ""]
    return "\n".join(lines).rstrip() + "\n"


def _section(feed: str, contract: Contract) -> Iterator[str]:
    optional = " Most councils do without this feed; its absence is no gap." if contract.is_optional else ""
    yield from (f"## {feed.replace('_', ' ').capitalize()}", "", f"{contract.description}{optional}", "")
    yield from (f"Mended by: {contract.owner}.", "")
    yield from ("| rule | what is wrong | dimension | then |", "|---|---|---|---|")
    for line in [*_of_feed(contract), *_across(contract)]:
        number = f" ({line.reference})" if line.reference else ""
        owner = f" Mended by: {line.owner}." if line.owner else ""
        yield f"| `{line.name}` | {_cell(line.description)}{number}{owner} | {line.dimension} | {line.consequence} |"


def _of_feed(contract: Contract) -> list[Line]:
    """Rules of the feed's own suite; several expectations that share a name are one rule."""
    readable = [name + ending for name in contract.columns for ending in _markers(contract, name)]
    suite = build_suite(contract, readable, has_teams=True, is_partial=contract.load == "increment")
    lines = {}
    for expectation in suite.expectations:
        severity = str(getattr(expectation.severity, "value", expectation.severity))
        is_of_batch = expectation.expectation_type.startswith("expect_table_")
        consequence = "stopped" if is_of_batch and severity == "critical" else CONSEQUENCES[severity]
        rule, dimension = expectation.meta["rule"], expectation.meta["dimension"]
        lines.setdefault(rule, Line(rule, expectation.description, dimension, consequence))
    return list(lines.values())


def _markers(contract: Contract, name: str) -> tuple[str, ...]:
    """What reading can find wrong with a value of the column, by its type."""
    column = contract.columns[name]
    if column.type in ("date", "moment"):
        return (UNREADABLE, SENTINEL)
    return {"flag": (UNLISTED,), "integer": (UNREADABLE,), "number": (UNREADABLE,)}.get(column.type, ())


def _across(contract: Contract) -> list[Line]:
    rules = [rule for subject in load_subjects().values() for rule in subject.rules if rule.feed == contract.feed]
    return [
        Line(
            name=rule.name,
            description=rule.description,
            dimension=rule.dimension,
            consequence=CONSEQUENCES[rule.severity],
            reference=rule.reference,
            owner=None if rule.owner == contract.owner else rule.owner,
        )
        for rule in sorted(rules, key=lambda rule: rule.name)
    ]


def _cell(sentence: str) -> str:
    return " ".join(sentence.split()).replace("|", "\\|")
