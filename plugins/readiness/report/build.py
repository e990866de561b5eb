"""Freeze a month: from what the other rooms found to the report that is rendered."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from readiness.indicators.statistics.percentiles import Bounds
from readiness.judgement import Annotation as JudgedAnnotation
from readiness.judgement import JudgedClaim, JudgedEvidence, Judgement, Register, Trend
from readiness.judgement import Variation as JudgedOtherwise
from readiness.judgement.counts import Pool
from readiness.periods import Month, day_of
from readiness.profile import Profile
from readiness.report.counting import how_we_counted
from readiness.report.first_reported import FirstReports
from readiness.report.funnels import with_funnels
from readiness.report.model import (
    Action,
    Ahead,
    Annotation,
    Authority,
    Before,
    Claim,
    Comment,
    Control,
    ControlPhase,
    ControlPoint,
    DataQuality,
    Definition,
    Delays,
    EvidenceItem,
    Finding,
    FurtherInspection,
    Indicator,
    Inspection,
    Made,
    MonthValue,
    Number,
    Overall,
    Published,
    Quarter,
    Report,
    Rule,
    Scope,
    SmallNumbers,
    Started,
    Turned,
    Variation,
    Young,
)
from readiness.report.rare import rare_events
from readiness.report.summary import summarise
from readiness.report.versions import INTERNAL_REPORT, VERSIONS, stored_numbers
from readiness.report.words import KINDS

WHOLE = (
    "working_days",
    "running",
    "overdue",
    "subjects",
    "subjects_in_time",
    "done_late",
    "undone",
    "never_recorded",
    "median",
    "p90",
)
PERCENT = ("value", "lower", "upper")
COMPLETENESS = ("completeness", "completeness_lower", "completeness_upper")
LINES = ("mean", "lower", "upper")
AUTHORITY = "authority"


@dataclass(frozen=True)
class Further:
    """Another inspection: its id, its register, and the month judged against it."""

    id: str
    register: Register
    judgement: Judgement


@dataclass(frozen=True)
class MonthFacts:
    """What the other rooms hand over for one month's report.

    values: rows of marts.indicator_values, up to and including the month or beyond. definitions: what each computed
    indicator means, by id. places: one row per team: team_id, team_name, area_id, area_name. as_at: naive UTC.
    notices: sentences that stand on everything made from this data, for example that it is synthetic. ahead: rows of
    marts.looking_ahead. corrections: feed and day of decision of each that is in force.
    sensitivity: the month judged otherwise. further: the month judged against other inspections. young, delays,
    started: rows of marts.young_months, marts.recording_drift and marts.started_in_time. medians: the interval of the
    authority's median by indicator and month. rare: rows of marts.rare_events.
    """

    profile: Profile
    register: Register
    judgement: Judgement
    values: pd.DataFrame
    definitions: Mapping[str, Definition]
    places: pd.DataFrame
    quality: DataQuality
    as_at: datetime
    is_reconstructed: bool
    made: Made
    notices: tuple[str, ...] = ()
    annotations: tuple[JudgedAnnotation, ...] = ()
    ahead: pd.DataFrame | None = None
    corrections: tuple[tuple[str, date], ...] = ()
    sensitivity: tuple[JudgedOtherwise, ...] = ()
    further: tuple[Further, ...] = ()
    published: Mapping[str, Published] | None = None
    comments: tuple[Comment, ...] = ()
    actions: tuple[Action, ...] = ()
    young: pd.DataFrame | None = None
    delays: pd.DataFrame | None = None
    started: pd.DataFrame | None = None
    medians: Mapping[tuple[str, str], Bounds] | None = None
    rare: pd.DataFrame | None = None


def build_report(facts: MonthFacts, reports: Path) -> Report:
    """The internal report of the month, not numbered yet; `versions.store` makes it a version.

    reports: the folder of stored reports, from which `first_reported` is read.
    """
    judgement, profile = facts.judgement, facts.profile
    findings = tuple(_findings(judgement))
    first = FirstReports(reports, facts.as_at, facts.corrections)
    levels = {name for name, definition in facts.definitions.items() if definition.counted == "level"}
    pooled = facts.register.judgement.pooled_months
    indicators = tuple(with_funnels(tuple(_indicators(facts, first)), pooled, levels))
    spoken_of = {name for finding in findings for claim in finding.claims for name in (*claim.evidence, *claim.context)}
    return Report(
        authority=Authority(name=profile.name),
        inspection=profile.inspection,
        inspection_detail=_inspection(profile.inspection, facts.register),
        month=str(judgement.month),
        as_at=facts.as_at.replace(tzinfo=UTC),
        as_at_on=day_of(facts.as_at),
        reconstructed=facts.is_reconstructed,
        working_day_rule=profile.working_days.in_words(),
        notices=facts.notices,
        overall=_overall(judgement),
        summary=summarise(findings, facts.definitions, indicators),
        findings=findings,
        definitions=dict(facts.definitions),
        indicators=indicators,
        also_watched=tuple(name for name in sorted(facts.definitions) if name not in spoken_of),
        data_quality=facts.quality,
        how_we_counted=how_we_counted(profile, judgement, facts.definitions, facts.as_at, facts.is_reconstructed),
        sensitivity=tuple(_variation(each) for each in facts.sensitivity),
        annotations=tuple(_annotations(facts)),
        comments=facts.comments,
        actions=facts.actions,
        before=_before(reports, judgement.month.shift(-1), profile.inspection),
        small_numbers=SmallNumbers(
            print_from=profile.print_from, judge_from=profile.judge_from, suppress_up_to=profile.suppress_up_to
        ),
        versions=facts.made,
        further=tuple(_further(each) for each in facts.further),
        rare=tuple(rare_events(facts.rare, facts.register, judgement.month)),
    )


def _inspection(id: str, register: Register) -> Inspection:
    return Inspection(id=id, **register.inspection.model_dump())


def _further(other: Further) -> FurtherInspection:
    return FurtherInspection(
        inspection=_inspection(other.id, other.register),
        overall=_overall(other.judgement),
        findings=tuple(_findings(other.judgement)),
        settings=other.judgement.settings_in_words,
    )


def _variation(found: JudgedOtherwise) -> Variation:
    turned = (Turned(claim=one.claim_id, verdict=one.verdict, otherwise=one.otherwise) for one in found.turned)
    return Variation(words=found.words, overall=found.overall, turned=tuple(turned))


def _overall(judgement: Judgement) -> Overall:
    rules = tuple(
        Rule(id=r.id, statement=r.statement, quote=r.quote, is_satisfied=r.is_satisfied, reason=r.reason)
        for r in judgement.overall.rules
    )
    return Overall(verdict=judgement.overall.verdict, reason=judgement.overall.reason, rules=rules)


def _findings(judgement: Judgement) -> Iterator[Finding]:
    """Priority action and repeats first, then areas for development, then what met requirements."""
    order = list(KINDS)
    for finding in sorted(judgement.findings, key=lambda finding: order.index(finding.kind)):
        yield Finding(
            id=finding.id,
            kind=finding.kind,
            heading=finding.heading,
            quote=" ".join(finding.quote.split()),
            claims=tuple(_claim(claim) for claim in finding.claims),
        )


def _claim(claim: JudgedClaim) -> Claim:
    missing = [e.judgement.words.needs for e in claim.evidence if e.judgement.state == "no_data"]
    return Claim(
        id=claim.id,
        text=claim.statement,
        verdict=claim.verdict,
        reason=claim.reason,
        reason_shared=claim.reason_shared,
        direction=claim.direction,
        change=claim.change,
        change_shared=claim.change_shared,
        tipping=claim.tipping,
        tipping_shared=claim.tipping_shared,
        decided_by=claim.decided_by,
        evidence=tuple(dict.fromkeys(e.indicator for e in claim.evidence)),
        details=tuple(_item(e) for e in claim.evidence),
        context=claim.context,
        needs=tuple(dict.fromkeys([*missing, *([claim.needs] if claim.needs else [])])),
    )


def _item(evidence: JudgedEvidence) -> EvidenceItem:
    judged = evidence.judgement
    return EvidenceItem(
        id=judged.indicator,
        standing=judged.state,
        cause=judged.cause,
        direction=judged.direction,
        reason=evidence.sentence,
        reason_shared=evidence.sentence_shared,
        now=_quarter(judged.pool, judged.lower, judged.upper),
    )


def _quarter(pool: Pool | None, lower: float | None = None, upper: float | None = None) -> Quarter | None:
    if pool is None:
        return None
    share = round(float(pool.share), 1) if pool.denominator else None
    return Quarter(
        months=tuple(str(month.month) for month in pool.months),
        numerator=pool.numerator,
        denominator=pool.denominator,
        value=share,
        lower=None if lower is None else round(lower, 1),
        upper=None if upper is None else round(upper, 1),
    )


def _before(reports: Path, month: Month, inspection: str) -> Before | None:
    """Read without the model, which may have changed since."""
    numbers = stored_numbers(reports, str(month))
    if not numbers:
        return None
    report = json.loads((reports / str(month) / VERSIONS / str(numbers[-1]) / INTERNAL_REPORT).read_bytes())
    if report["inspection"] != inspection:  # claims of another letter are other claims, even under the same id
        return None
    verdicts = {claim["id"]: claim["verdict"] for finding in report["findings"] for claim in finding["claims"]}
    return Before(month=str(month), version=numbers[-1], overall=report["overall"]["verdict"], verdicts=verdicts)


def _indicators(facts: MonthFacts, first: FirstReports) -> Iterator[Indicator]:
    """Every indicator for the authority, with or without rows, then for areas and teams that have any."""
    scopes, ahead = _scopes(facts), _ahead(facts)
    values = facts.values[facts.values["month"] <= str(facts.judgement.month)].sort_values("month")
    series: dict[tuple[str, str, str], list[dict]] = {(name, AUTHORITY, AUTHORITY): [] for name in facts.definitions}
    for record in values.to_dict("records"):
        series.setdefault((record["indicator"], *_place(record)), []).append(record)
    kinds = {AUTHORITY: 0, "area": 1, "team": 2}
    for name, kind, scope_id in sorted(series, key=lambda key: (key[0], kinds[key[1]], key[2])):
        if name not in facts.definitions:
            continue
        scope = scopes.get((kind, scope_id)) or Scope(type=kind, id=scope_id, name=scope_id)
        rows = series[name, kind, scope_id]
        yield _indicator(name, scope, rows, ahead.get((name, kind, scope_id)), facts, first)


def _place(record: Mapping[str, Any]) -> tuple[str, str]:
    """Type and id of the scope that a row counts."""
    kind = record["scope_type"]
    return kind, AUTHORITY if kind == AUTHORITY else str(record["scope_id"])


def _indicator(
    name: str,
    scope: Scope,
    rows: Sequence[Mapping[str, Any]],
    ahead: Ahead | None,
    facts: MonthFacts,
    first: FirstReports,
) -> Indicator:
    definition = facts.definitions[name]
    months = [_month_value(record) for record in rows]
    if scope.type == AUTHORITY:
        months = list(_without_gaps(months, facts.judgement.month, definition, day_of(facts.as_at)))
        months = list(_with_youth(months, _of(facts.young, name)))
    is_authority = scope.type == AUTHORITY
    if is_authority:
        months = [_with_interval(row, (facts.medians or {}).get((name, row.month))) for row in months]
    return Indicator(
        id=name,
        family=definition.family,
        measure=definition.measure,
        unit=definition.unit,
        scope=scope,
        months=tuple(_with_first(row, name, scope, definition, first) for row in months),
        target=definition.target,
        limit=definition.limit,
        published=(facts.published or {}).get(name) if is_authority else None,
        ahead=ahead,
        control=_control(facts.judgement.trends.get(name), definition.measure == "total") if is_authority else None,
        started=tuple(_started(facts, name)) if is_authority else (),
        delays=_delays(_of(facts.delays, name)) if is_authority else None,
    )


def _of(rows: pd.DataFrame | None, name: str) -> list[dict[str, Any]]:
    return [] if rows is None else rows[rows.indicator == name].to_dict("records")


def _with_youth(months: Iterable[MonthValue], told: Iterable[Mapping[str, Any]]) -> Iterator[MonthValue]:
    """What is known of months that are young."""
    known = {row["month"]: row for row in told}
    for month in months:
        row = known.get(month.month) if month.maturity == "young" else None
        if row is None:
            yield month
            continue
        shares = {name: _rounded(row[name], 1) for name in (*COMPLETENESS, *PERCENT)}
        youth = Young(state=row["state"], recorded=_whole(row["recorded"]), **shares)
        yield month.model_copy(update={"young": youth})


def _started(facts: MonthFacts, name: str) -> Iterator[Started]:
    """Of months up to the report's."""
    for row in sorted(_of(facts.started, name), key=lambda row: row["month"]):
        if row["month"] <= str(facts.judgement.month):
            counts = {part: int(row[part]) for part in ("started", "ended", "open", "overdue")}
            shares = {part: _rounded(row[part], 1) for part in PERCENT}
            yield Started(month=row["month"], state=row["state"], **counts, **shares)


def _delays(told: Sequence[Mapping[str, Any]]) -> Delays | None:
    for row in told:
        if row["state"] == "changed":
            week = {part: pd.Timestamp(row[part]).date() for part in ("week_from_on", "week_to_on")}
            return Delays(side=row["side"], **week)
    return None


def _control(trend: Trend | None, is_total: bool) -> Control | None:
    if trend is None:
        return None
    chart, latest = trend.chart, trend.latest
    return Control(
        state=chart.state,
        minimum_points=chart.minimum_points,
        variation=latest.kind if latest else None,
        assurance=chart.assurance if latest else None,
        phases=tuple(
            ControlPhase(
                first_month=phase.first_month,
                last_month=phase.last_month,
                reason=phase.reason,
                points=phase.points,
                **{line: round(getattr(phase.lines, line), 1) for line in LINES if phase.lines},
            )
            for phase in chart.phases
        ),
        points=tuple(
            ControlPoint(month=point.month, kind=point.kind, rule=point.signal.rule if point.signal else None)
            for point in chart.points
            if point.kind is not None
        ),
        is_alike=True if trend.likeness is not None and chart.state == "charted" else None,
        settled_since=str(trend.settled_since) if trend.settled_since else None,
        target=round(chart.target, 1) if is_total and chart.target is not None else None,
    )


def _annotations(facts: MonthFacts) -> Iterator[Annotation]:
    """Those of months up to the report's."""
    for given in facts.annotations:
        if given.month <= str(facts.judgement.month):
            named = () if given.indicators == "all" else given.indicators
            yield Annotation(month=given.month, text=given.text, indicators=named, reason=given.reason)


def _ahead(facts: MonthFacts) -> dict[tuple[str, str, str], Ahead]:
    """What was begun and falls due in the month after the report's, by indicator and scope (type, id)."""
    if facts.ahead is None:
        return {}
    month = str(facts.judgement.month.shift(1))
    parts = ("done_in_time", "too_late", "possible")
    return {
        (record["indicator"], *_place(record)): Ahead(month=month, **{part: int(record[part]) for part in parts})
        for record in facts.ahead[facts.ahead.month == month].to_dict("records")
    }


def _month_value(record: Mapping[str, Any]) -> MonthValue:
    left_out = record.get("left_out")
    return MonthValue(
        month=str(record["month"]),
        numerator=_whole(record.get("numerator")),
        denominator=_whole(record.get("denominator")),
        left_out=json.loads(left_out) if isinstance(left_out, str) and left_out else {},
        maturity=record["maturity"],
        **{name: _whole(record.get(name)) for name in WHOLE},
        **{name: _rounded(record.get(name), 1) for name in PERCENT},
    )


def _without_gaps(
    months: Sequence[MonthValue], last: Month, definition: Definition, as_at_on: date
) -> Iterator[MonthValue]:
    """Every month from the first with a row to the report's; a month without a row counted nothing."""
    if not months:
        return
    known = {row.month: row for row in months}
    for month in Month.parse(months[0].month).until(last):
        is_mature = (as_at_on - month.last_on).days >= definition.maturity_days
        empty = MonthValue(month=str(month), numerator=0, denominator=0, maturity="mature" if is_mature else "young")
        yield known.get(str(month), empty)


def _with_first(row: MonthValue, name: str, scope: Scope, definition: Definition, first: FirstReports) -> MonthValue:
    found = first.of(row, name, scope, definition)
    return row if found is None else row.model_copy(update={"first_reported": found})


def _with_interval(row: MonthValue, bounds: Bounds | None) -> MonthValue:
    if bounds is None or row.median is None:
        return row
    return row.model_copy(update={"median_lower": _whole(bounds.lower), "median_upper": _whole(bounds.upper)})


def _whole(number: Any) -> Number:
    """A count as an int; what is no whole number (full-time equivalents) with two decimals."""
    if number is None or pd.isna(number):
        return None
    return int(number) if float(number).is_integer() else round(float(number), 2)


def _rounded(number: Any, decimals: int) -> Number:
    return None if number is None or pd.isna(number) else round(float(number), decimals)


def _scopes(facts: MonthFacts) -> dict[tuple[str, str], Scope]:
    """The authority, its areas and its teams by (type, id)."""
    scopes = {(AUTHORITY, AUTHORITY): Scope(type=AUTHORITY, id=AUTHORITY, name=facts.profile.name)}
    for place in facts.places.to_dict("records"):
        team, area = str(place["team_id"]), place.get("area_id")
        parent = None if area is None or pd.isna(area) else str(area)
        if parent is not None:
            scopes["area", parent] = Scope(type="area", id=parent, name=str(place.get("area_name") or parent))
        scopes["team", team] = Scope(type="team", id=team, name=str(place.get("team_name") or team), parent=parent)
    return scopes
