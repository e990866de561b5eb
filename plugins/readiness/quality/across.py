"""Rules across feeds: an assessment and its referral, a visit and the plan it falls in.

They are judged over what is known once every feed of a day is loaded, so that the order of loads does not matter. No
row is held back by them: each feed's row is whole in itself, and nobody can say which of the two is wrong. It is
counted, and whoever mends the feed is told.

A subject is a pair of files in `expectations/across/`: `<subject>.sql` gives one row per record with the columns that
its rules compare, `<subject>.json` names the rules in the form of the feeds' suites.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd

from readiness.clocks.schemas import CURRENT, Schemas, tables_read
from readiness.contracts import Contract, load_contracts
from readiness.errors import ReadinessError
from readiness.gate import GateBroken, RuleResult
from readiness.gate.running import ROW, run_suite
from readiness.periods import day_of
from readiness.records.tables import RULE_RESULT_COLUMNS, RULE_RESULTS
from readiness.settings import EXPECTATIONS
from readiness.warehouse import Warehouse, moment_literal

LOG = logging.getLogger(__name__)

ACROSS = EXPECTATIONS / "across"
SEVERITIES = ("warning", "info")
SUBJECT = "subject"
"""The column of gate.rule_results that tells rules across feeds from those of a feed's batch, where it is NULL."""


class KnowledgeOutdated(ReadinessError):
    """Spans and indicators were not rebuilt since the newest batch."""


@dataclass(frozen=True)
class Rule:
    """One rule across feeds. `feed` is the one whose rows break it, `owner` who mends them, `reference` its published
    number, for example 'CIN census 8840', if it has one."""

    subject: str
    feed: str
    name: str
    severity: str
    dimension: str
    description: str
    owner: str
    reference: str | None

    @property
    def id(self) -> str:
        return f"{self.feed}.{self.name}"


@dataclass(frozen=True)
class Subject:
    """What a query compares and the rules it is held to. feeds: those that it cannot do without."""

    name: str
    query: str
    feeds: frozenset[str]
    rules: tuple[Rule, ...]
    expectations: tuple[Mapping[str, Any], ...]


def check_across(
    warehouse: Warehouse,
    contracts: Mapping[str, Contract],
    as_at: datetime,
    day: date,
    schemas: Schemas = CURRENT,
) -> tuple[RuleResult, ...]:
    """Judge every subject over `known` (see clocks.know, which must have been run for `as_at`) and note the results in
    gate.rule_results, in place of what the same moment and day had. Call it inside a transaction.

    A subject that reads a feed the source does not have is passed over, see `lacking`. Raises GateBroken if a rule
    cannot be evaluated, and KnowledgeOutdated if `known` is of another moment.
    """
    known_at = warehouse.value(f"select as_at from {schemas.table('known.moment')}")
    if pd.Timestamp(known_at) != pd.Timestamp(as_at):
        raise KnowledgeOutdated(
            f"What is known was last built as of {day_of(pd.Timestamp(known_at).to_pydatetime()):%-d %B %Y}, and not "
            f"since: rules across feeds were not judged for {day:%-d %B %Y}. See why build_indicators failed."
        )
    absent = lacking(warehouse, contracts, schemas)
    for name, feeds in absent.items():
        LOG.info("%s: not judged, the source has no %s", name.replace("_", " "), ", ".join(sorted(feeds)))
    subjects = load_subjects()
    found = {name: judge(warehouse, subject, schemas) for name, subject in subjects.items() if name not in absent}
    _note(warehouse, found, as_at, day)
    return tuple(result for results in found.values() for result in results)


def judge(warehouse: Warehouse, subject: Subject, schemas: Schemas = CURRENT) -> list[RuleResult]:
    """One result per rule of a subject, in counts. Raises GateBroken if a rule cannot be evaluated."""
    frame = warehouse.query(schemas.sql(subject.query))
    frame[ROW] = range(len(frame))
    suite = gx.ExpectationSuite(name=f"across/{subject.name}", expectations=[dict(e) for e in subject.expectations])
    try:
        outcomes = run_suite(suite, frame, {})
    except GateBroken:
        raise GateBroken(
            f"across/{subject.name}: a rule could not be evaluated, so no rule across feeds was judged. It may name a "
            f"column that the query does not give: compare expectations/across/{subject.name}.sql and .json."
        ) from None
    rules = {rule.name: rule for rule in subject.rules}
    return [
        RuleResult(
            rule_id=rules[outcome.rule].id,
            severity=outcome.severity,
            dimension=outcome.dimension,
            owner=rules[outcome.rule].owner,
            reference=outcome.reference,
            description=outcome.description,
            checked=outcome.checked,
            failed=outcome.failed,
        )
        for outcome in outcomes
    ]


def lacking(
    warehouse: Warehouse, contracts: Mapping[str, Contract], schemas: Schemas = CURRENT
) -> dict[str, frozenset[str]]:
    """Subject -> the feeds it would need that never had a row; subjects that can be judged are not listed."""
    never = set(warehouse.query(f"select feed from {schemas.table('known.absent_feeds')}").feed)
    absent = {name: subject.feeds - (contracts.keys() - never) for name, subject in load_subjects().items()}
    return {name: feeds for name, feeds in absent.items() if feeds}


@cache
def load_subjects(folder: Path = ACROSS) -> dict[str, Subject]:
    """Every subject, in alphabetical order. Raises ReadinessError if a file is missing or a rule is not whole."""
    names = sorted({path.stem for path in folder.iterdir() if path.suffix in (".sql", ".json")})
    return {name: _load(folder, name) for name in names}


def _load(folder: Path, name: str) -> Subject:
    for file in (folder / f"{name}.sql", folder / f"{name}.json"):
        if not file.exists():
            raise ReadinessError(f"across/{file.name} is missing: a subject has a query and its rules.")
    query = (folder / f"{name}.sql").read_text(encoding="utf-8")
    expectations = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["expectations"]
    read = {table.removeprefix("known.").removeprefix("quarantined_") for table in tables_read(query)}
    rules = tuple(_rule(name, expectation) for expectation in expectations)
    return Subject(name, query, frozenset(read & load_contracts().keys()), rules, tuple(expectations))


def _rule(subject: str, expectation: Mapping[str, Any]) -> Rule:
    meta = expectation.get("meta", {})
    wrong = [name for name in ("rule", "dimension") if not meta.get(name)]
    wrong += ["feed"] if meta.get("feed") not in load_contracts() else []
    wrong += ["severity"] if expectation.get("severity") not in SEVERITIES else []
    wrong += ["description"] if not expectation.get("description") else []
    if wrong:
        raise ReadinessError(
            f"across/{subject}.json: {expectation.get('type')} has no proper {', '.join(wrong)}. A rule across feeds "
            f"names the feed whose rows break it, and its severity is {' or '.join(SEVERITIES)}."
        )
    return Rule(
        subject=subject,
        feed=meta["feed"],
        name=meta["rule"],
        severity=expectation["severity"],
        dimension=meta["dimension"],
        description=expectation["description"],
        owner=meta.get("owner") or load_contracts()[meta["feed"]].owner,
        reference=meta.get("reference"),
    )


def _note(warehouse: Warehouse, found: Mapping[str, list[RuleResult]], as_at: datetime, day: date) -> None:
    types = {**RULE_RESULT_COLUMNS, SUBJECT: "text"}
    rows = [
        {
            "feed": result.rule_id.partition(".")[0],
            "extracted_at": as_at,
            "day": day,
            "rule_id": result.rule_id,
            "severity": result.severity,
            "dimension": result.dimension,
            "owner": result.owner,
            "reference": result.reference,
            "description": result.description,
            "checked": result.checked,
            "failed": result.failed,
            SUBJECT: subject,
        }
        for subject, results in found.items()
        for result in results
    ]
    if SUBJECT in warehouse.columns(RULE_RESULTS):
        warehouse.run(
            f"delete from {RULE_RESULTS} where {SUBJECT} is not null and day = cast('{day}' as date) "
            f"and extracted_at = {moment_literal(as_at)}"
        )
    warehouse.append(RULE_RESULTS, pd.DataFrame(rows, columns=list(types), dtype=object), types)
