"""The suite of a feed: a base made from its contract, and what `expectations/<feed>.json` adds.

Each expectation carries its rule's name in `meta.rule`; several may share one, then a row that breaks any of them
breaks the rule. Severity `critical` puts a row into quarantine (or stops the batch, for a rule on the batch as a
whole), `warning` is only counted.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.row_conditions import Column

from readiness import contracts
from readiness.contracts import Contract
from readiness.errors import ReadinessError
from readiness.settings import EXPECTATIONS
from readiness.sources.batch import SENTINEL, UNLISTED, UNREADABLE

KNOWN_TEAMS, LEAST_ROWS = "known_teams", "least_rows"
CRITICAL, WARNING = "critical", "warning"


def build_suite(
    contract: Contract, markers: Iterable[str], has_teams: bool, is_partial: bool, folder: Path = EXPECTATIONS
) -> gx.ExpectationSuite:
    """The feed's suite for a batch that has these marker columns. has_teams: the teams are known, so ids of teams can
    be compared with them. is_partial: the batch is an increment, which may well be empty."""
    whole = [] if is_partial else _whole()
    return gx.ExpectationSuite(
        name=contract.feed,
        expectations=[*whole, *_base(contract, set(markers), has_teams), *_added(contract.feed, folder)],
    )


def _base(contract: Contract, markers: set[str], has_teams: bool) -> list[Expectation]:
    rules: list[Expectation] = []
    for name, column in contract.columns.items():
        rules += _of_column(contract, name, column, markers)
        if has_teams and column.domain == "team" and contract.feed != "teams":
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
    marked = {
        UNREADABLE: ("unreadable", CRITICAL, "cannot be read"),
        SENTINEL: ("is_1900", WARNING, "is 1900-01-01, which stands for missing"),
        UNLISTED: ("unlisted", WARNING, "is neither Y nor N"),
    }
    for ending, (rule, severity, problem) in marked.items():
        if name + ending in markers:
            rules.append(_unmarked(name, ending, rule, severity, f"{_sentence(column.meaning)} {problem}."))
    return rules


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


def _whole() -> list[Expectation]:
    """Rules on a snapshot as a whole."""
    return [
        gxe.ExpectTableRowCountToBeBetween(
            min_value={"$PARAMETER": LEAST_ROWS},
            severity=CRITICAL,
            description="Far fewer rows than in the batch before.",
            meta={"rule": "too_few_rows", "dimension": "completeness"},
        ),
        gxe.ExpectTableRowCountToBeBetween(
            min_value=1,
            severity=WARNING,
            description="The table is empty.",
            meta={"rule": "no_rows", "dimension": "completeness"},
        ),
    ]


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
