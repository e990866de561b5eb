"""The suite of a feed: a base made from its contract, and what `expectations/<feed>.json` adds.

Each expectation carries its rule's name in `meta.rule`; several may share one, then a row that breaks any of them
breaks the rule. Severity `critical` puts a row into quarantine (or stops the batch, for a rule on the batch as a
whole), `warning` is only counted. `meta.owner` says who mends the rows if it is not the owner of the feed,
`meta.reference` gives the published number of the rule.

What makes a row critical is settled in one place (catalogue, section 5). Of the orders of dates within a row those are
critical that end what the row tells of, since a clock would count them; any other order is a warning.
"""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.row_conditions import Column

from readiness import contracts
from readiness.contracts import Contract
from readiness.errors import ReadinessError
from readiness.settings import EXPECTATIONS
from readiness.sources.batch import SENTINEL, UNLISTED, UNREADABLE

KNOWN_TEAMS, LEAST_ROWS = "known_teams", "least_rows"
CRITICAL, WARNING = "critical", "warning"

DAY, LATEST_DUE, BIRTH_OVERDUE, EARLIEST = "day", "latest_due", "birth_overdue", "earliest"


def bounds(day: date) -> dict[str, pd.Timestamp]:
    """Days that dates are compared with, for a batch that shows the state of `day`. The gate adds each to the frame as
    a column of that name: Great Expectations compares two columns at once, but a column with a bound value by value."""
    on = pd.Timestamp(day)
    return {
        DAY: on,
        LATEST_DUE: on + pd.DateOffset(years=2),
        BIRTH_OVERDUE: on - pd.DateOffset(weeks=4),
        EARLIEST: pd.Timestamp(1990, 1, 1),  # our calendar's first day
    }


PLACEHOLDERS = ("tbc", "tba", "n/a", "na", "unknown", "not known", "?", "??", "???", "-", "--", ".")
PLACEHOLDERS += ("test", "xx", "xxx", "{}", "[]", "0", "-1", "99", "999", "9999")
"""What people type, and systems store, where a field must not stay empty."""


def build_suite(
    contract: Contract, markers: Iterable[str], has_teams: bool, is_partial: bool, folder: Path = EXPECTATIONS
) -> gx.ExpectationSuite:
    """The feed's suite for a batch that has these marker columns. has_teams: the teams are known, so ids of teams can
    be compared with them. is_partial: the batch is an increment, which may well be empty."""
    whole = [] if is_partial else _whole(contract)
    return gx.ExpectationSuite(
        name=contract.feed,
        expectations=[*whole, *_base(contract, set(markers), has_teams), *_added(contract.feed, folder)],
    )


def _base(contract: Contract, markers: set[str], has_teams: bool) -> list[Expectation]:
    rules: list[Expectation] = []
    for name, column in contract.columns.items():
        rules += _of_column(contract, name, column, markers)
        if has_teams and name.endswith("team_id") and contract.feed != "teams":
            rules.append(_known_team(name))
    return [*rules, _unique(contract.key)]


def _of_column(contract: Contract, name: str, column: contracts.Column, markers: set[str]) -> list[Expectation]:
    rules: list[Expectation] = []
    if column.required:
        is_read = Column(name + UNREADABLE) == False if name + UNREADABLE in markers else None  # noqa: E712
        rules.append(
            gxe.ExpectColumnValuesToNotBeNull(
                column=contract.on(name),
                row_condition=is_read,
                severity=CRITICAL,
                description=f"{_sentence(column.meaning)} is missing.",
                meta=_meta(name, "missing", "completeness"),
            )
        )
    if column.codes:
        rules.append(
            gxe.ExpectColumnValuesToBeInSet(
                column=name,
                value_set=list(column.codes),
                severity=WARNING,
                description=f"{_sentence(column.meaning)} is a code that is not in the list.",
                meta=_meta(name, "unlisted", "validity"),
            )
        )
    if column.type in ("date", "moment"):
        rules += _plausible_day(name, contract.on(name), column)
    if column.type == "integer":
        rules.append(_not_negative(name, column))
    if column.type == "text" and not column.codes and name not in contract.key:
        rules.append(_no_placeholder(name, column))
    marked = {
        UNREADABLE: ("unreadable", CRITICAL, "cannot be read"),
        SENTINEL: ("is_1900", WARNING, "is 1900-01-01, which stands for missing"),
        UNLISTED: ("unlisted", WARNING, "is neither Y nor N"),
    }
    for ending, (rule, severity, problem) in marked.items():
        if name + ending in markers:
            rules.append(_unmarked(name, ending, rule, severity, f"{_sentence(column.meaning)} {problem}."))
    return rules


def _plausible_day(name: str, on: str, column: contracts.Column) -> list[Expectation]:
    """A day that is not after the day whose state was read, unless it may be set ahead, nor far too early. What is true
    of people (births, a first day in post) may well be earlier than 1990."""
    rules: list[Expectation] = []
    if column.kind == "due":
        rules.append(_in_order(name, LATEST_DUE, on, "too_late", column, "lies more than two years ahead"))
    elif not column.is_planned:
        rules.append(_in_order(name, DAY, on, "in_future", column, "lies in the future"))
    if column.personal is None:
        rules.append(_in_order(name, on, EARLIEST, "too_early", column, "lies before 1990"))
    return rules


def _in_order(name: str, later: str, earlier: str, rule: str, column: contracts.Column, problem: str) -> Expectation:
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=later,
        column_B=earlier,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        severity=WARNING,
        description=f"{_sentence(column.meaning)} {problem}.",
        meta=_meta(name, rule, "accuracy"),
    )


def _not_negative(name: str, column: contracts.Column) -> Expectation:
    """Every integer of a contract is a count."""
    return gxe.ExpectColumnValuesToBeBetween(
        column=name,
        min_value=0,
        severity=WARNING,
        description=f"{_sentence(column.meaning)} is below zero.",
        meta=_meta(name, "negative", "accuracy"),
    )


def _no_placeholder(name: str, column: contracts.Column) -> Expectation:
    """Compared in the three ways of writing that occur: an exact comparison takes a tenth of a regular expression's
    time."""
    return gxe.ExpectColumnValuesToNotBeInSet(
        column=name,
        value_set=sorted({spelt for word in PLACEHOLDERS for spelt in (word, word.upper(), word.capitalize())}),
        severity=WARNING,
        description=f"{_sentence(column.meaning)} holds a placeholder that says nothing.",
        meta=_meta(name, "placeholder", "validity"),
    )


def _unmarked(name: str, ending: str, rule: str, severity: str, description: str) -> Expectation:
    return gxe.ExpectColumnValuesToBeInSet(
        column=name + ending,
        value_set=[False],
        severity=severity,
        description=description,
        meta=_meta(name, rule, "validity"),
    )


def _known_team(name: str) -> Expectation:
    return gxe.ExpectColumnValuesToBeInSet(
        column=name,
        value_set={"$PARAMETER": KNOWN_TEAMS},
        severity=WARNING,
        description="The team is not in the list of teams; the row counts for the authority, but for no team.",
        meta=_meta(name, "unknown_team", "consistency"),
    )


def _unique(key: tuple[str, ...]) -> Expectation:
    told = {
        "severity": CRITICAL,
        "description": "The same key stands in several rows with different content; nobody can say which is true.",
        "meta": {"rule": "key.repeated", "dimension": "uniqueness"},
    }
    if len(key) == 1:
        return gxe.ExpectColumnValuesToBeUnique(column=key[0], **told)
    return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(key), ignore_row_if="any_value_is_missing", **told)


def _whole(contract: Contract) -> list[Expectation]:
    """Rules on a snapshot as a whole. A table that most councils do without may well be empty."""
    rules: list[Expectation] = [
        gxe.ExpectTableRowCountToBeBetween(
            min_value={"$PARAMETER": LEAST_ROWS},
            severity=CRITICAL,
            description="Far fewer rows than in the batch before.",
            meta={"rule": "too_few_rows", "dimension": "completeness"},
        ),
    ]
    if not contract.is_optional:
        rules.append(
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                severity=WARNING,
                description="The table is empty.",
                meta={"rule": "no_rows", "dimension": "completeness"},
            )
        )
    return rules


def _added(feed: str, folder: Path) -> list[dict]:
    file = folder / f"{feed}.json"
    if not file.exists():
        return []
    added = json.loads(file.read_text(encoding="utf-8"))["expectations"]
    for expectation in added:
        lacking = [name for name in ("description", "severity") if not expectation.get(name)]
        lacking += [f"meta.{name}" for name in ("rule", "dimension") if not expectation.get("meta", {}).get(name)]
        if lacking:
            raise ReadinessError(f"{file.name}: {expectation.get('type')} lacks {', '.join(lacking)}.")
    return added


def _meta(name: str, rule: str, dimension: str) -> dict[str, str]:
    return {"rule": f"{name}.{rule}", "dimension": dimension}


def _sentence(meaning: str) -> str:
    """The column's meaning as the subject of a sentence, without its explanations."""
    return f"'{meaning.split(';')[0].split(',')[0]}'"
