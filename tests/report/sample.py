"""A made-up month of a made-up county: every indicator and every finding, seeded, so that reports can be looked at.

Numbers of teams are drawn; areas and authority are their sums. Nothing here was counted from records.
"""

import json
import random
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from readiness.clocks import Definitions, load_definitions
from readiness.clocks.limits import ladders
from readiness.judgement import IndicatorFacts, facts_of, judge, load_register, read_counts
from readiness.periods import Month
from readiness.profile import load_profile
from readiness.report import Made, MonthFacts, Report, build_report, described
from readiness.report.model import DataQuality, FeedQuality, RuleQuality
from readiness.settings import PROJECT

AUTHORITY = PROJECT / "authority"
MONTH = Month.parse("2026-10")
FIRST = Month.parse("2024-05")
AS_AT = datetime(2026, 11, 6, 23, 59, 59)
NOTICE = "All data in this report is synthetic. No child, family, worker or council in it is real."
AREAS = {"A1": "Northmoor", "A2": "Eastvale", "A3": "Southdown", "A4": "Westbrook"}

# A month's volume in one team, first and last share in percent, overdue and running in one team at month end
SHAPES = {
    "contact_decision_in_time": (150, 78, 91, 2, 9),
    "initial_assessment_in_time": (0, 0, 0, 0, 0),
    "core_assessment_in_time": (0, 0, 0, 0, 0),
    "assessment_from_referral_in_time": (25, 76, 79, 5, 38),
    "assessment_from_start_in_time": (25, 83, 88, 1, 34),
    "protection_visit_in_time": (55, 84, 93, 2, 20),
    "personal_supervision_held": (12, 97, 78, 2, 9),
    "personal_supervision_in_date": (11, 92, 84, None, None),
    "visit_recorded_in_time": (150, 66, 88, None, None),
    "contact_recorded_in_time": (150, 90, 95, None, None),
    "ethnicity_recorded": (110, 88, 97, None, None),
    "parent_views_recorded": (24, 68, 69, None, None),
    "child_views_recorded": (18, 86, 88, None, None),
}


@lru_cache(maxsize=1)
def definitions() -> Definitions:
    return load_definitions().only([*SHAPES, "caseload_per_worker"])


@lru_cache(maxsize=1)
def facts() -> dict[str, IndicatorFacts]:
    limits = ladders(definitions(), load_profile(AUTHORITY))
    return facts_of(definitions(), limits, MONTH, ())


def places() -> pd.DataFrame:
    teams = [
        {"team_id": f"{area}-{number}", "team_name": f"{name} {kind}", "area_id": area, "area_name": name}
        for area, name in AREAS.items()
        for number, kind in enumerate(
            ["First Response", "Assessment 1", "Assessment 2", "Safeguarding", "Long Term"], 1
        )
    ]
    return pd.DataFrame(teams)


def values(seed: int = 7) -> pd.DataFrame:
    """Rows shaped as marts.indicator_values."""
    draw = random.Random(seed)
    rows = []
    months = list(FIRST.until(MONTH))
    for name, shape in SHAPES.items():
        if not shape[0]:
            continue
        for position, month in enumerate(months):
            teams = {
                place.team_id: _team_row(draw, name, shape, position / (len(months) - 1))
                for place in places().itertuples()
            }
            rows += _with_sums(name, month, teams)
    return pd.DataFrame(rows + list(_caseloads(draw, months)))


def _team_row(draw: random.Random, name: str, shape: tuple, progress: float) -> dict:
    volume, first, last, overdue, running = shape
    denominator = max(0, round(draw.gauss(volume, volume / 6)))
    share = min(0.995, max(0.05, (first + (last - first) * progress + draw.gauss(0, 3)) / 100))
    numerator = min(denominator, round(denominator * share))
    row = {"numerator": numerator, "denominator": denominator, "running": 0, "overdue": 0, "left_out": {}}
    if overdue is not None:
        row["overdue"] = max(0, round(draw.gauss(overdue, 1.5)))
        row["running"] = max(0, round(draw.gauss(running, 4)))
        row["left_out"] = {"withdrawn": draw.randint(0, 2), "quarantined": draw.randint(0, 1)}
    if name in ("protection_visit_in_time", "personal_supervision_held"):
        undone = (denominator - numerator) // 4
        subjects = max(1, denominator // (3 if name.startswith("protection") else 1))
        row |= {
            "done_late": denominator - numerator - undone,
            "undone": undone,
            "never_recorded": undone // 2,
            "subjects": subjects,
            "subjects_in_time": round(subjects * share),
        }
    if overdue is not None or name.endswith("recorded_in_time"):
        row |= {"median": draw.randint(1, 3), "p90": draw.randint(5, 12)}
    return row


def _with_sums(name: str, month: Month, teams: dict[str, dict]) -> list[dict]:
    rows = [_row(name, month, "team", team, row) for team, row in teams.items()]
    for area in AREAS:
        rows.append(_row(name, month, "area", area, _sum([r for t, r in teams.items() if t.startswith(area)])))
    rows.append(_row(name, month, "authority", "authority", _sum(list(teams.values()))))
    return rows


def _sum(rows: list[dict]) -> dict:
    total = {key: sum(row[key] for row in rows) for key in rows[0] if key not in ("left_out", "median", "p90")}
    total["left_out"] = {reason: sum(row["left_out"][reason] for row in rows) for reason in rows[0]["left_out"]}
    return total | {key: max(row[key] for row in rows) for key in ("median", "p90") if key in rows[0]}


def _row(name: str, month: Month, scope_type: str, scope_id: str, row: dict) -> dict:
    numerator, denominator = row["numerator"], row["denominator"]
    low, high = proportion_confint(numerator, denominator, method="wilson") if denominator else (None, None)
    age = (AS_AT.date() - month.last_on).days
    return {
        "indicator": name,
        "month": str(month),
        "scope_type": scope_type,
        "scope_id": scope_id,
        "value": 100 * numerator / denominator if denominator else None,
        "lower": None if low is None else 100 * low,
        "upper": None if high is None else 100 * high,
        "maturity": "mature" if age >= facts()[name].maturity_days else "young",
        **row,
        "left_out": json.dumps(row["left_out"]),
    }


def _caseloads(draw: random.Random, months: list[Month]):
    for position, month in enumerate(months):
        teams = {}
        for place in places().itertuples():
            workers = draw.randint(5, 11)
            posts = round(workers * draw.uniform(0.82, 0.97), 1)
            teams[place.team_id] = (round(posts * (15.5 + position / 12 + draw.gauss(0, 1))), posts, workers)
        scopes = [("team", team, [row]) for team, row in teams.items()]
        scopes += [("area", area, [row for team, row in teams.items() if team.startswith(area)]) for area in AREAS]
        for scope_type, scope_id, members in [*scopes, ("authority", "authority", list(teams.values()))]:
            children, posts, workers = (sum(column) for column in zip(*members, strict=True))
            yield {
                "indicator": "caseload_per_worker",
                "month": str(month),
                "scope_type": scope_type,
                "scope_id": scope_id,
                "numerator": children,
                "denominator": round(posts, 1),
                "value": children / posts,
                "median": round(children / posts - 0.4, 1),
                "p90": round(children / posts + 5.6, 1),
                "subjects": workers,
                "left_out": json.dumps({"quarantined": draw.randint(0, 3)}),
                "maturity": "mature",
            }


def quality() -> DataQuality:
    counts = {
        "contacts": (3612, 9, 4, 12),
        "contact_decisions": (3480, 3, 0, 0),
        "referrals": (6021, 14, 2, 31),
        "assessments": (7140, 11, 1, 8),
        "people": (21874, 6, 0, 44),
        "protection_plans": (655, 0, 0, 0),
        "visits": (16390, 21, 7, 3),
        "involvements": (19022, 5, 0, 0),
        "professionals": (391, 1, 0, 2),
        "absences": (803, 0, 0, 0),
        "teams": (20, 0, 0, 0),
        "supervision_sessions": (5120, 8, 0, 17),
    }
    feeds = [
        FeedQuality(
            feed=feed,
            status="loaded",
            newest_on=date(2026, 11, 6),
            source_rows=rows,
            accepted=rows - bad - copies,
            quarantined=bad,
            copies=copies,
            warnings=warnings,
        )
        for feed, (rows, bad, copies, warnings) in counts.items()
    ]
    feeds.append(
        FeedQuality(
            feed="record_audit",
            status="loaded",
            newest_on=date(2026, 11, 6),
            source_rows=812,
            accepted=812,
            quarantined=0,
            copies=0,
            warnings=0,
        )
    )
    rules = [
        RuleQuality(
            feed="assessments",
            rule_id="assessments.ends_before_it_starts",
            severity="critical",
            dimension="consistency",
            description="The assessment ends before it starts.",
            checked=7140,
            failed=8,
        ),
        RuleQuality(
            feed="visits",
            rule_id="visits.visited_missing",
            severity="critical",
            dimension="completeness",
            description="The visit has no date.",
            checked=16390,
            failed=21,
        ),
        RuleQuality(
            feed="people",
            rule_id="people.unknown_ethnicity_code",
            severity="warning",
            dimension="validity",
            description="The ethnicity code is not in the census list.",
            checked=21874,
            failed=44,
        ),
    ]
    return DataQuality(feeds=tuple(feeds), rules=tuple(rules), missing=())


def month_facts(seed: int = 7, frame: pd.DataFrame | None = None, **changes) -> MonthFacts:
    profile = load_profile(AUTHORITY)
    register = load_register(AUTHORITY, profile.inspection)
    rows = values(seed) if frame is None else frame
    judgement = judge(register, read_counts(rows, MONTH), facts(), (), MONTH, AS_AT.date(), profile)
    given = {
        "profile": profile,
        "register": register,
        "judgement": judgement,
        "values": rows,
        "definitions": described(definitions(), ladders(definitions(), profile), facts(), (register,), MONTH),
        "places": places(),
        "quality": quality(),
        "as_at": AS_AT,
        "is_reconstructed": False,
        "made": Made(readiness="0.1.0", definitions="d0" * 16, warehouse="duckdb"),
        "notices": (NOTICE,),
    }
    return MonthFacts(**(given | changes))


def sample_report(reports: Path, seed: int = 7, **changes) -> Report:
    return build_report(month_facts(seed, **changes), reports)
