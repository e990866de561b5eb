"""Sifts a batch: copies out, rows that break a critical rule into quarantine, the rest accepted."""

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import great_expectations as gx
import pandas as pd

from readiness.contracts import Contract
from readiness.gate.results import GateStopped, RuleResult, Sifted
from readiness.gate.running import ROW, Outcome, run_suite
from readiness.gate.suites import CRITICAL, KNOWN_TEAMS, LEAST_ROWS, bounds, build_suite
from readiness.periods import day_moment
from readiness.sources.batch import SENTINEL, UNLISTED, UNREADABLE, Batch
from readiness.sources.borders import guarded
from readiness.sources.normalising import PANDAS_TYPES
from readiness.sources.values import MOMENT

MARKERS = (UNREADABLE, SENTINEL, UNLISTED)


def sift(
    batch: Batch,
    contract: Contract,
    *,
    known_teams: Iterable[str] | None = None,
    rows_before: int = 0,
    smallest_share: float = 0.5,
) -> Sifted:
    """Put a batch through its feed's gate.

    known_teams: ids of teams to compare with; None leaves that out. rows_before: rows of the snapshot before, of which
    at least `smallest_share` must be there again. Raises GateStopped or GateBroken; then nothing may be loaded.
    """
    allowed = {KNOWN_TEAMS: sorted(known_teams or []), LEAST_ROWS: least_rows(rows_before, smallest_share)}
    return guarded(
        f"The gate of {contract.feed}", lambda: _sift(batch, contract, known_teams is not None, rows_before, allowed)
    )


def _sift(batch: Batch, contract: Contract, has_teams: bool, rows_before: int, allowed: dict[str, object]) -> Sifted:
    frame, suite = judged(batch, contract, has_teams)
    frame[ROW] = range(len(frame))
    outcomes = run_suite(suite, frame, allowed)
    _stop_if_asked(contract.feed, outcomes, len(frame), rows_before)
    broken = _broken_critical_rules(contract.feed, outcomes)
    is_bad = frame[ROW].isin(broken.keys())
    physical = list(contract.physical)
    rule_ids = [";".join(sorted(broken[row])) for row in frame.loc[is_bad, ROW]]
    sifted = Sifted(
        source_rows=batch.source_rows,
        accepted=frame.loc[~is_bad, physical],
        quarantined=frame.loc[is_bad, [*physical, "row_digest"]].assign(rule_ids=rule_ids),
        copies=batch.source_rows - len(frame),
        results=_summed(contract, outcomes),
    )
    _account_for_every_row(contract.feed, sifted)
    return sifted


def judged(batch: Batch, contract: Contract, has_teams: bool) -> tuple[pd.DataFrame, gx.ExpectationSuite]:
    """The rows of a batch without copies, with the bounds that dates are compared with, and the rules they are held to.
    has_teams: whether the ids of the teams are known to compare with."""
    frame = batch.frame.drop_duplicates("row_digest", ignore_index=True)
    for name, bound in bounds(batch.day).items():
        frame[name] = pd.Series(bound, index=frame.index, dtype=MOMENT)
    markers = [name for name in frame.columns if name.endswith(MARKERS)]
    return frame, build_suite(contract, markers, has_teams, batch.is_partial)


def broken_critical_rules(frame: pd.DataFrame, contract: Contract, day: date) -> list[str]:
    """The critical rules, in words, that some row of a frame breaks; `frame` has the physical columns of the contract.
    Rules on the batch as a whole are left aside."""
    types = {name: PANDAS_TYPES[sql] for name, sql in contract.physical.items()}
    rows = frame[list(types)].astype(types).assign(row_digest=[str(n) for n in range(len(frame))])
    batch = Batch(contract.feed, day, day_moment(day), rows, is_partial=True)
    rows, suite = judged(batch, contract, has_teams=False)
    rows[ROW] = range(len(rows))
    outcomes = run_suite(suite, rows, {KNOWN_TEAMS: [], LEAST_ROWS: 0})
    return [one.description for one in outcomes if one.severity == CRITICAL and one.failed and not one.is_of_batch]


def least_rows(rows_before: int, smallest_share: float) -> int:
    """How many rows a snapshot must have, each counted once: this share of those before, rounded up."""
    return math.ceil(rows_before * smallest_share)


def _stop_if_asked(feed: str, outcomes: list[Outcome], rows: int, rows_before: int) -> None:
    for outcome in outcomes:
        if outcome.is_of_batch and outcome.severity == CRITICAL and outcome.failed:
            raise GateStopped(
                f"{feed}: {outcome.description} The case system gave {rows:,} rows, {rows_before:,} the time before. "
                "What was loaded stays as it was. See whether the extract is whole; if so many rows really went, "
                "lower smallest_snapshot_share in profile.yaml for one load."
            )


def _broken_critical_rules(feed: str, outcomes: list[Outcome]) -> dict[int, list[str]]:
    """Row number -> ids of the critical rules it breaks, in the suite's order, each once."""
    broken: dict[int, dict[str, None]] = defaultdict(dict)
    for outcome in outcomes:
        if outcome.severity == CRITICAL:
            for row in outcome.rows:
                broken[row][f"{feed}.{outcome.rule}"] = None
    return {row: list(rules) for row, rules in broken.items()}


def _summed(contract: Contract, outcomes: list[Outcome]) -> tuple[RuleResult, ...]:
    """One result per rule; expectations that share a rule count each row once."""
    by_rule: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_rule[outcome.rule].append(outcome)
    return tuple(
        RuleResult(
            rule_id=f"{contract.feed}.{rule}",
            severity=same[0].severity,
            dimension=same[0].dimension,
            description=same[0].description,
            owner=same[0].owner or contract.owner,
            reference=same[0].reference,
            checked=max(outcome.checked for outcome in same),
            failed=_failed(same),
        )
        for rule, same in by_rule.items()
    )


def _failed(same: list[Outcome]) -> int:
    return same[0].failed if len(same) == 1 else len({row for outcome in same for row in outcome.rows})


def _account_for_every_row(feed: str, sifted: Sifted) -> None:
    """No row may vanish between the source and the records."""
    found = len(sifted.accepted) + len(sifted.quarantined) + sifted.copies
    if found != sifted.source_rows:
        raise GateStopped(
            f"{feed}: the gate lost count: {sifted.source_rows:,} rows came in, {found:,} went out. Nothing was loaded."
        )
