"""Small letters, counts and facts for the tests of judgement, written so that a test shows only what matters to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from readiness.judgement import Annotation, Entry, IndicatorFacts, Judgement, Register, judge, read_counts
from readiness.judgement.counts import MonthCount, Pool
from readiness.judgement.register import Numbers, Target
from readiness.judgement.shares import Bar
from readiness.periods import Month

MONTH = Month(2026, 9)
AS_AT = date(2026, 10, 31)
LETTER = "2011-07-staffordshire"

NUMBERS = {
    "pooled_months": 3,
    "confidence_percent": 95,
    "margin_points": 5,
    "strict_margin_points": 0,
    "strict_kinds": ["priority_action", "repeat_finding"],
    "backlog_percent": 5,
    "quarantined_percent": 5,
    "unknown_share": "1/3",
}


@dataclass(frozen=True)
class Small:
    """The thresholds of the example profile."""

    print_from: int = 20
    judge_from: int = 30
    suppress_up_to: int = 5


def indicator(target: float = 90, **keys: Any) -> dict[str, Any]:
    unit = keys.pop("unit", "percent")
    return {
        "counted": "contacts were decided within {limit}",
        "overdue": "contacts undecided",
        "needs": "the times of decisions",
        "target": {"value": target, "unit": unit, "source": "local"},
        **keys,
    }


def claim(claim_id: str, decided_by: str = "records", evidence: Iterable[Any] = ("prompt",), **keys: Any) -> dict:
    """A claim with what its class needs: evidence unless others or audits decide, `needs` unless records do."""
    found = {"id": claim_id, "statement": "It is so.", "decided_by": decided_by}
    if decided_by != "register" and keys.get("rule", {}).get("kind") not in ("every_month", "together"):
        found["evidence"] = list(evidence)
    if decided_by != "records" and "rule" not in keys:
        found["needs"] = "an audit of the work"
    return found | keys


def finding(finding_id: str, *claims: dict, kind: str = "area_for_development") -> dict[str, Any]:
    return {"id": finding_id, "kind": kind, "heading": "A heading", "quote": "A quote.", "claims": list(claims)}


def register(*findings: dict, indicators: dict[str, Any] | None = None, **numbers: Any) -> Register:
    return Register.model_validate(
        {
            "inspection": {
                "title": "An inspection",
                "authority": "Exampleshire",
                "letter_on": "2011-07-27",
                "visited_on": ["2011-06-28"],
            },
            "judgement": {**NUMBERS, **numbers},
            "rules": [
                {"id": "G1", "kind": "priority_action_first", "statement": "First things first.", "quote": "A quote."},
                {"id": "G2", "kind": "every_claim_reported", "statement": "All of it.", "quote": "A quote."},
            ],
            "indicators": {"prompt": indicator(), "seen": indicator(), **(indicators or {})},
            "findings": list(findings),
        }
    )


def facts(name: str = "prompt", kind: str = "single", **keys: Any) -> IndicatorFacts:
    return IndicatorFacts(id=name, title=name, kind=kind, **{"limit": "one working day", **keys})


def row(numerator: float, denominator: float, month: str = "2026-09", name: str = "prompt", **keys: Any) -> dict:
    return {
        "indicator": name,
        "month": month,
        "scope_type": "authority",
        "scope_id": "all",
        "numerator": numerator,
        "denominator": denominator,
        "running": 0,
        "overdue": 0,
        "left_out": "{}",
        "value": None,
        "median": None,
        "likeness": None,
        "working_days": None,
        "subjects": None,
        "maturity": "mature",
        **keys,
    }


def rows(shares: Iterable[tuple[float, float]], last: Month = MONTH, **keys: Any) -> list[dict]:
    """A row for each (numerator, denominator), the last of them in the month `last`."""
    shares = list(shares)
    first = last.shift(1 - len(shares))
    return [row(n, d, str(first.shift(i)), **keys) for i, (n, d) in enumerate(shares)]


def values(*given: dict) -> pd.DataFrame:
    return pd.DataFrame(list(given), columns=list(row(0, 0)))


def judged(
    letter: Register,
    given: Iterable[dict] = (),
    definitions: Iterable[IndicatorFacts] | None = None,
    entries: Iterable[Entry] = (),
    month: Month = MONTH,
    as_at_on: date = AS_AT,
    annotations: Iterable[Annotation] = (),
) -> Judgement:
    known = [facts()] if definitions is None else definitions
    by_id = {f.id: f for f in known}
    counts = read_counts(values(*given), month)
    return judge(letter, counts, by_id, tuple(entries), month, as_at_on, Small(), tuple(annotations))


def only_claim(judgement: Judgement):
    (found,) = judgement.claims
    return found


def entry(claim_id: str, result: str, done_on: str = "2026-05-12", valid_until_on: str = "2027-05-11", **keys: Any):
    given = {"kind": "audit", "title": "An audit", "sample_size": 40, **keys}
    return Entry.model_validate(
        {"claim_id": claim_id, "done_on": done_on, "valid_until_on": valid_until_on, "result": result, **given}
    )


def pool(*shares: tuple[int, int], overdue: int = 0, quarantined: int = 0) -> Pool:
    """Months of (numerator, denominator); overdue and quarantined stand in the last."""
    months = [MonthCount(MONTH.shift(i + 1 - len(shares)), n, d) for i, (n, d) in enumerate(shares)]
    last = months[-1]
    months[-1] = MonthCount(last.month, last.numerator, last.denominator, overdue=overdue, quarantined=quarantined)
    return Pool(tuple(months))


def bar(target: float = 90, margin: float = 5, direction: str = "up", kind: str = "single") -> Bar:
    return Bar(
        target=Target(value=target, source="local"),
        facts=facts(kind=kind, direction=direction),
        margin=margin,
        numbers=Numbers.model_validate(NUMBERS),
        judge_from=30,
    )
