"""Is what was planted in the demo county found, and what is found that was not planted?
`PYTHONPATH=plugins python benchmarks/planted.py [--home FOLDER] [--scale 1] [--write]`.

Writes the demo county, loads its last day and counts every indicator; or takes the warehouse of a home where that is
done. Prints three tables, and with --write keeps them in docs/planted.md:

- each planted weakness (`demo/planted.py`), as the indicators see it;
- each planted change, with the month in which the control chart first tells it from chance, against the months in which
  it should: the planted course with chance alone around it, drawn again and again;
- how often the series in which nothing was planted alarm.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from readiness.clocks import load_definitions
from readiness.clocks.limits import ladders
from readiness.contracts import load_contracts
from readiness.demo import exampleshire, write_county
from readiness.demo.county import Trend
from readiness.demo.planted import PLANTED, Planted
from readiness.indicators.statistics.spc import xmr
from readiness.judgement import facts_of, load_register
from readiness.judgement.counts import IndicatorFacts, MonthCount, read_counts
from readiness.judgement.trend import trend_of
from readiness.periods import Month
from readiness.profile import load_profile
from readiness.records import load_feed
from readiness.settings import PROJECT, Settings
from readiness.tasks.assembly import build_current
from readiness.warehouse import open_warehouse

PAGE = PROJECT / "docs" / "planted.md"
AUTHORITY = PROJECT / "authority"
MONTH = Month.parse("2026-10")
DRAWS = 200
FAMILY = 2.3
"""Brothers and sisters go through everything together, so n children tell as much as n / 2.3 independent ones: the mean
square of the demo's family sizes over their mean."""

COUNTED_BY = {
    "supervision_held_in_time": "personal_supervision_held",
    "protection_visit_gap_in_time": "protection_visit_in_time",
    "protection_visit_met_on_paper": "met_on_paper",
    "calls_answered_in_time": "call_answered_in_time",
}
"""The indicator that counts what `demo/planted.py` names otherwise."""

OTHER_MEASURES = {
    "visit_recorded_on_outage_days": "recorded_on_outage_days counts all significant events, not visits alone",
    "protection_case_supervision_in_time": "case_supervision_held counts all children together",
    "need_case_supervision_in_time": "case_supervision_held counts all children together",
}

OF_THE_COUNTY = ("calls_answered_in_time",)
"""Counted by queue, which belongs to no team: the county's figure stands for the one queue that there is."""

MARGIN = {"protection_visit_gap_in_time": 6, "supervision_held_in_time": 6}
"""Points by which an indicator may lie beyond the planted bounds, because it counts duties, not gaps: who was visited
and not seen, or not visited at all, is late too."""

CHANGES: dict[str, tuple[str, float]] = {
    "contact_decision_in_time": ("contact_decision", FAMILY),
    "police_contact_decision_in_time": ("contact_decision", FAMILY),
    "contact_recorded_in_time": ("contact_recorded", FAMILY),
    "call_answered_in_time": ("calls_answered", 1.5),
    "child_views_recorded": ("child_views", FAMILY),
    "identity_considered": ("identity_considered", FAMILY),
    "strategy_discussion_multi_agency": ("multi_agency", FAMILY),
    "support_started_in_time": ("need_plan_started", FAMILY),
    "supervision_actions_closed_in_time": ("actions_closed", 1),
    "audits_completed": ("audited", 1),
    "personal_supervision_held": ("supervision", 1),
}
"""Indicator: the course that was planted for it, and how many cases tell as much as one
(calls have good and bad days)."""

LATER = {
    "contact_recorded_in_time": "the outage of November 2025 breaks the run of better months",
}
"""Why a change is told at another time than the planted course alone would have it."""

NEVER = "never"

FOLLOW = {
    "significant_event_recorded_in_time": "contacts are most of its events",
    "referral_allocated_in_time": "the decision on the contact is part of the wait",
    "unallocated_referrals": "the decision on the contact is part of the wait",
    "calls_abandoned": "callers who wait give up",
    "case_supervision_held": "children on a protection plan are talked about more regularly",
    "case_supervision_in_date": "as sessions held",
    "personal_supervision_in_date": "as sessions held",
    "ethnicity_recorded": "planted by the day on which a case closes",
    "protection_visit_in_time": "one team dates its visits in time since February 2026",
    "met_on_paper": "... and enters them after they were due",
    "system_unavailable_minutes": "the outages are planted",
    "recorded_on_outage_days": "the outages are planted",
    "recorded_on_matched_days": "contacts are most of its events",
    "visit_recorded_in_time": "outages are planted; it rises by 3 points in thirty months",
    "parent_views_recorded": "it rises by 2 points in thirty months",
    "supervision_recorded_in_time": "outages are planted",
    "strategy_discussion_recorded_in_time": "outages are planted",
    "case_note_recorded_in_time": "outages are planted",
}
"""Indicators that a planted change moves, or an event, by more or less than can be said beforehand."""

STOCKS = "level"


@dataclass(frozen=True)
class Counted:
    """values: rows of marts.indicator_values with `place`, the name of the team or area; '' for the authority."""

    values: pd.DataFrame
    as_at: datetime
    facts: dict[str, IndicatorFacts]


def main() -> None:
    parser = argparse.ArgumentParser(description="What is planted in the demo county, and what is found.")
    parser.add_argument("--home", type=Path, help="a READINESS_HOME whose warehouse holds the demo county, counted")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the county that is written without --home")
    parser.add_argument("--write", action="store_true", help=f"keep the tables in {PAGE.relative_to(PROJECT)}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="readiness-planted-") as folder:
        home = options.home or county_counted(Path(folder), options.scale)
        text = page(counted(home))
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")


def county_counted(folder: Path, scale: float) -> Path:
    """Write the county, load its last day, count; gives the home."""
    county, home = exampleshire().resized(scale), folder / "home"
    home.mkdir()
    write_county(folder / "county.sqlite", county)
    settings = Settings(
        home=home,
        case_system=f"sqlite:///{folder / 'county.sqlite'}",
        warehouse=f"duckdb:///{home / 'warehouse.duckdb'}",
        authority=AUTHORITY,
    )
    for feed in load_contracts():
        load_feed(settings, feed, county.loaded_on, now=datetime.combine(county.ends_on, datetime.max.time()))
    build_current(settings)
    return home


def counted(home: Path) -> Counted:
    definitions, profile = load_definitions(), load_profile(AUTHORITY)
    with open_warehouse(f"duckdb:///{home / 'warehouse.duckdb'}") as warehouse:
        values = warehouse.query("select * from marts.indicator_values")
        teams = warehouse.query("select team_id, team_name, area_id, area_name from known.teams")
        as_at = pd.Timestamp(warehouse.value("select as_at_on from known.moment")).to_pydatetime()
    names = dict(zip(teams.team_id, teams.team_name, strict=True)) | dict(
        zip(teams.area_id, teams.area_name, strict=True)
    )
    place = np.where(values.scope_type == "authority", "", values.scope_id.map(names))
    facts = facts_of(definitions, ladders(definitions, profile), MONTH, ())
    return Counted(values.assign(place=place), as_at, facts)


def page(found: Counted) -> str:
    return "\n".join(
        [
            "# What is planted in the demo county, and what is found",
            "",
            "Made by `PYTHONPATH=plugins python benchmarks/planted.py --write` on the whole county, as at "
            f"{found.as_at:%-d %B %Y}, never by hand. What is planted: `planted.py` and `counties.py` of the demo.",
            "",
            "## Weaknesses and strengths",
            "",
            "Percent, or children per full-time post, over the months; an honest count must lie within the bounds.",
            "",
            *table(["story", "indicator", "where", "months", "planted", "found", ""], list(stories(found))),
            "",
            "## Changes, and when they are told from chance",
            "",
            "The month from which on the chart, as it was then, calls each latest month better. Expected: the same of",
            "the planted course with chance alone around it, drawn 200 times; the middle month, and nine in ten.",
            "",
            *table(["indicator", "planted", "expected", "found", "latest", ""], list(changes(found))),
            "",
            "## What moves with them",
            "",
            *table(["indicator", "why", "latest"], list(following(found))),
            "",
            "## Where nothing was planted",
            "",
            *untouched(found),
            "",
            "## Mind",
            "",
            "A shift lasts: after a lasting gain every month lies on the better side of a mean that old months pull",
            "down, so the indicator goes on being called better until those months leave the chart (36 months) or",
            "an annotation has mean and limits computed anew. That a gain has stopped is therefore told late; a new",
            "level that has lasted for a year is told (see docs/verdicts.md).",
            "",
        ]
    )


def table(heads: list[str], rows: list[list[str]]) -> list[str]:
    return ["| " + " | ".join(cells) + " |" for cells in (heads, ["---"] * len(heads), *rows)]


def stories(found: Counted) -> Iterator[list[str]]:
    for story in PLANTED:
        if story.county != "exampleshire":
            continue
        name = COUNTED_BY.get(story.indicator, story.indicator)
        row = [story.what, f"`{name}`", story.where or "county", _months(story), f"{story.low:g} to {story.high:g}"]
        if story.indicator in OTHER_MEASURES:
            why = f"not an indicator: {OTHER_MEASURES[story.indicator]}"
            yield [row[0], f"`{story.indicator}`", *row[2:], "–", why]
            continue
        value = pooled(found, name, story)
        margin = MARGIN.get(story.indicator, 0)
        is_there = story.low - margin <= value <= story.high + margin
        yield [*row, f"{value:.1f}", "yes" if is_there else "**no**"]


def _months(story: Planted) -> str:
    return story.first if story.first == story.last else f"{story.first} to {story.last}"


def pooled(found: Counted, name: str, story: Planted) -> float:
    values = found.values
    place = "" if story.indicator in OF_THE_COUNTY else story.where
    rows = values[(values.indicator == name) & (values.place == place)]
    rows = rows[rows.month.between(story.first, story.last)]
    if found.facts[name].measure == "ratio":
        return float(rows["median"].median())
    return float(100 * rows.numerator.sum() / rows.denominator.sum())


def changes(found: Counted) -> Iterator[list[str]]:
    practice = exampleshire().practice
    for name, (field, heap) in CHANGES.items():
        course: Trend = getattr(practice, field)
        months, counts = charted(found, name)
        shares = course.at(np.array([f"{month}-15" for month in months], dtype="datetime64[D]"))
        sooner, middle, later = expected(months, shares, counts / heap)
        at, latest = first_told(months, [100 * n / d if d else None for n, d in _counts(found, name)])
        why = "" if sooner <= at <= later else LATER.get(name, "**other than expected**")
        yield [
            f"`{name}`",
            f"{100 * shares[0]:.0f} to {100 * shares[-1]:.0f}",
            f"{middle} ({sooner} to {later})",
            at,
            latest,
            why,
        ]


def _series(found: Counted, name: str) -> tuple[MonthCount, ...]:
    rows = found.values[(found.values.indicator == name) & (found.values.scope_type == "authority")]
    series = read_counts(rows, MONTH).of_authority(name)
    mature = series.mature(found.facts[name].maturity_days, found.as_at.date())
    return tuple(month for month in mature if month.denominator >= 20)[-36:]


def _counts(found: Counted, name: str) -> list[tuple[float, float]]:
    return [(month.numerator, month.denominator) for month in _series(found, name)]


def charted(found: Counted, name: str) -> tuple[list[str], np.ndarray]:
    series = _series(found, name)
    return [str(month.month) for month in series], np.array([month.denominator for month in series])


def expected(months: list[str], shares: np.ndarray, cases: np.ndarray) -> tuple[str, str, str]:
    """The fifth, the middle and the ninety-fifth in a hundred of the months in which such a course is first told."""
    rng = np.random.default_rng(20110629)
    told = sorted(
        first_told(months, (100 * rng.normal(shares, np.sqrt(shares * (1 - shares) / cases))).tolist())[0]
        for _ in range(DRAWS)
    )
    return told[DRAWS // 20], told[DRAWS // 2], told[-DRAWS // 20]


def first_told(months: list[str], values: list[float | None]) -> tuple[str, str]:
    """The first month from which on its chart, as it was then, calls every month better; and what the latest is."""
    kinds = [
        (months[size - 1], xmr(months[:size], values[:size], "up", lowest=0, highest=100).variation)
        for size in range(12, len(months) + 1)
    ]
    since = NEVER
    for month, kind in reversed(kinds):
        if kind != "improvement":
            break
        since = month
    return since, WORDS[kinds[-1][1]]


WORDS = {"improvement": "better", "concern": "worse", "common_cause": "no change", None: "not known"}


def judged(found: Counted, month: Month) -> Iterator[tuple[str, str | None, str | None]]:
    """Every indicator with its kind and what its chart of `month` calls the latest month."""
    register, profile = load_register(AUTHORITY, load_profile(AUTHORITY).inspection), load_profile(AUTHORITY)
    counts = read_counts(found.values[found.values.scope_type == "authority"], month)
    for name, facts in found.facts.items():
        series = counts.of_authority(name)
        if series is not None:
            trend = trend_of(series, facts, None, (), register.judgement, profile.print_from, found.as_at.date())
            yield name, facts.kind, trend.latest.kind if trend.latest else None


def following(found: Counted) -> Iterator[list[str]]:
    latest = {name: kind for name, _, kind in judged(found, MONTH)}
    for name, why in FOLLOW.items():
        yield [f"`{name}`", why, WORDS[latest.get(name)]]


def untouched(found: Counted) -> list[str]:
    """Alarms in every month that can be judged, by the chart as it was then."""
    rows, calls = [], {True: [0, 0], False: [0, 0]}
    seen: dict[str, list[str | None]] = {}
    kinds: dict[str, str] = {}
    for back in range(18):
        for name, kind, found_kind in judged(found, MONTH.shift(-back)):
            if name not in CHANGES and name not in FOLLOW:
                seen.setdefault(name, []).append(found_kind)
                kinds[name] = kind
    for name, given in sorted(seen.items()):
        known = [one for one in given if one is not None]
        alarms = sum(one != "common_cause" for one in known)
        tally = calls[kinds[name] == STOCKS]
        tally[0] += alarms
        tally[1] += len(known)
        if known:
            rows.append([f"`{name}`", kinds[name].replace("_", " "), f"{alarms} of {len(known)}", WORDS[given[0]]])
    flows, stocks = calls[False], calls[True]
    return [
        "How many of the latest eighteen months were told from chance, each by the chart as it was then.",
        "",
        *table(["indicator", "kind", "alarms", "latest"], rows),
        "",
        f"Of what is counted by month: {_share(flows)}. Of an undisturbed chart of 24 months the rules call out the",
        f"latest month in {implied():.1f} of 100 (1,000 drawn). Months in a row share a chart: alarms come in heaps.",
        "",
        f"Of levels: {_share(stocks)}. Many of the same children stand in a level month after month. How alike its",
        "months are for that reason is measured on these children; limits are as much wider, and above a likeness of",
        "0.2 runs do not count (docs/decisions/0019). Of undisturbed levels of 30 months with a likeness of",
        f"{_alike_in_words()}, the chart calls out the latest month in {_alarms_in_words()} of 100 (1,000 drawn each).",
        "",
        "Start-up months, children seen and case supervision were mended because of alarms on this very county (one",
        "seed), so the share of alarms that is left here is no independent test of the rules.",
    ]


def implied() -> float:
    """How often, in percent, the rules call out the latest month of an undisturbed chart of 24 months."""
    rng = np.random.default_rng(20110727)
    months = [str(Month.parse("2024-01").shift(n)) for n in range(24)]
    charts = (xmr(months, rng.normal(80, 4, 24).tolist(), "up") for _ in range(1_000))
    return sum(chart.variation != "common_cause" for chart in charts) / 10


ALIKE = (0.3, 0.6, 0.9)


def _alike_in_words() -> str:
    return ", ".join(f"{likeness:g}" for likeness in ALIKE)


def _alarms_in_words() -> str:
    return ", ".join(f"{implied_of_levels(likeness):.1f}" for likeness in ALIKE)


def implied_of_levels(likeness: float) -> float:
    """How often, in percent, the chart calls out the latest month of an undisturbed level of 30 months so alike."""
    rng = np.random.default_rng(20110727)
    months = [str(Month.parse("2024-01").shift(n)) for n in range(30)]
    values = rng.normal(0, 1, (1_000, 30))
    for month in range(1, 30):
        values[:, month] = likeness * values[:, month - 1] + np.sqrt(1 - likeness**2) * values[:, month]
    charts = (xmr(months, each.tolist(), "up", likeness=likeness) for each in values)
    return sum(chart.variation != "common_cause" for chart in charts) / 10


def _share(tally: list[int]) -> str:
    alarms, known = tally
    return f"{alarms} of {known} ({100 * alarms / max(known, 1):.1f} percent)"


if __name__ == "__main__":
    main()
