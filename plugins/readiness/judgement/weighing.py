"""From an indicator's counts to evidence: good, bad, or not known and why (catalogue 4, rule 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from readiness.errors import ReadinessError
from readiness.judgement.counts import Counts, IndicatorFacts, MonthCount, Pool, Thresholds
from readiness.judgement.evidence import Entry
from readiness.judgement.register import AreaGap, EveryMonth, Evidence, Indicator, Register, Target
from readiness.judgement.shares import (
    Bar,
    Cause,
    State,
    is_much_quarantined,
    is_on_target,
    judge_share,
    judge_what_stands_behind,
    wilson_interval,
)
from readiness.judgement.trend import UNIT_OF, Direction, Trend
from readiness.periods import Month


@dataclass(frozen=True)
class Bench:
    """All that a judgement rests on: the letter, the counts and their control charts, what they mean, the audits, the
    month and the as-at."""

    register: Register
    counts: Counts
    trends: Mapping[str, Trend]
    definitions: Mapping[str, IndicatorFacts]
    entries: tuple[Entry, ...]
    month: Month
    as_at_on: date
    thresholds: Thresholds

    @property
    def day(self) -> date:
        """The month's last day; an as-at within the month takes its place."""
        return min(self.month.last_on, self.as_at_on)


@dataclass(frozen=True)
class AreaShare:
    """One area's pooled share."""

    area_id: str
    pool: Pool


@dataclass(frozen=True)
class EvidenceJudgement:
    """What one indicator says of a claim, with the counts behind it.

    pool: the months counted together (for a level the one month; for every_month all of its months). lower and upper:
    the Wilson interval in percent. bar: what it is held against. off_target: months that missed the target, for
    every_month. areas: those with enough cases to judge, for area_gap, the best first. trend: the authority's control
    chart; none for area_gap, for it does not speak of the gap.
    """

    indicator: str
    state: State
    cause: Cause
    month: Month
    words: Indicator
    target: Target
    facts: IndicatorFacts | None = None
    rule: EveryMonth | AreaGap | None = None
    pool: Pool | None = None
    lower: float | None = None
    upper: float | None = None
    bar: Bar | None = None
    off_target: tuple[MonthCount, ...] = ()
    areas: tuple[AreaShare, ...] = ()
    trend: Trend | None = None

    @property
    def direction(self) -> Direction:
        return self.trend.direction if self.trend is not None else "unknown"


def weigh(
    bench: Bench, evidence: Evidence, margin: float, rule: EveryMonth | AreaGap | None = None
) -> EvidenceJudgement:
    """Judge one indicator for one claim; `margin` in points, `rule` if the claim has a rule of its own."""
    words = bench.register.indicators[evidence.indicator]
    facts = bench.definitions.get(evidence.indicator)
    assert words.target is not None, "the register refuses evidence without a target"
    blank = EvidenceJudgement(
        indicator=evidence.indicator,
        state="no_data",
        cause="not_computed",
        month=bench.month,
        words=words,
        target=words.target,
        facts=facts,
        rule=rule,
    )
    if not evidence.is_in_force(bench.month):
        return replace(blank, state="not_applicable", cause="limit_not_in_force")
    if facts is None:
        return blank
    if not facts.has_limit:
        return replace(blank, state="not_applicable", cause="limit_not_in_force")
    if facts.absent_feeds:
        return replace(blank, cause="feed_absent")
    bar = _bar(bench, blank, facts, margin)
    return _weigh_counts(bench, replace(blank, bar=bar), bar)


def _weigh_counts(bench: Bench, blank: EvidenceJudgement, bar: Bar) -> EvidenceJudgement:
    series = bench.counts.of_authority(blank.indicator)
    if series is None:
        return replace(blank, cause="no_rows")
    if not isinstance(blank.rule, AreaGap):
        blank = replace(blank, trend=bench.trends[blank.indicator])
    mature = series.mature(bar.facts.maturity_days, bench.as_at_on)
    if not mature:
        return replace(blank, state="immature", cause="no_mature_month")
    if isinstance(blank.rule, EveryMonth):
        return _weigh_every_month(blank, bar, mature, blank.rule.months)
    if isinstance(blank.rule, AreaGap):
        return _weigh_area_gap(bench, blank, bar, blank.rule)
    if bar.facts.measure == "ratio":
        return _weigh_median(blank, bar, Pool(mature[-1:]))
    if bar.facts.measure == "total":
        return _weigh_amount(blank, bar, latest(mature, bar))
    return _weigh_share(blank, bar, mature)


def _weigh_share(blank: EvidenceJudgement, bar: Bar, mature: tuple[MonthCount, ...]) -> EvidenceJudgement:
    pool = latest(mature, bar)
    state, cause = judge_share(pool, bar)
    found = replace(blank, state=state, cause=cause, pool=pool)
    if pool.denominator == 0:
        return found
    lower, upper = wilson_interval(pool, bar.numbers)
    return replace(found, lower=lower, upper=upper)


def _weigh_median(blank: EvidenceJudgement, bar: Bar, pool: Pool) -> EvidenceJudgement:
    """A ratio's median against the ceiling, from enough workers."""
    median = pool.last.median
    if median is None or pool.last.subjects == 0:
        return replace(blank, state="too_few", cause="no_cases", pool=pool)
    if pool.last.subjects < bar.judge_from:
        return replace(blank, state="too_few", cause="few_cases", pool=pool)
    if not is_on_target(median, bar):
        return replace(blank, state="bad", cause="off_target", pool=pool)
    if is_much_quarantined(pool, bar):
        return replace(blank, state="too_few", cause="quarantined", pool=pool)
    return replace(blank, state="good", cause="on_target", pool=pool)


def _weigh_amount(blank: EvidenceJudgement, bar: Bar, pool: Pool) -> EvidenceJudgement:
    """A total's monthly mean against the amount aimed at."""
    mean = sum(month.value or 0 for month in pool.months) / len(pool.months)
    if is_on_target(mean, bar):
        return replace(blank, state="good", cause="on_target", pool=pool)
    return replace(blank, state="bad", cause="off_target", pool=pool)


def _weigh_every_month(
    blank: EvidenceJudgement, bar: Bar, mature: tuple[MonthCount, ...], needed: int
) -> EvidenceJudgement:
    """On target in every one of the latest months, each with enough cases; a backlog now still spoils it."""
    pool = Pool(mature[-needed:])
    missed = tuple(m for m in pool.months if m.denominator > 0 and not is_on_target(Pool((m,)).share, bar))
    behind = judge_what_stands_behind(latest(pool.months, bar), bar)
    found = replace(blank, pool=pool, off_target=missed)
    if missed:
        return replace(found, state="bad", cause="month_off_target")
    if behind == ("bad", "backlog"):
        return replace(found, state="bad", cause="backlog")
    if len(pool.months) < needed:
        return replace(found, state="immature", cause="few_months")
    if any(month.denominator < bar.judge_from for month in pool.months):
        return replace(found, state="too_few", cause="few_cases_in_a_month")
    if behind:
        return replace(found, state=behind[0], cause=behind[1])
    return replace(found, state="good", cause="on_target")


def _weigh_area_gap(bench: Bench, blank: EvidenceJudgement, bar: Bar, rule: AreaGap) -> EvidenceJudgement:
    """The best and the weakest area with enough cases, no further apart than the rule allows. Areas with too few cases
    cannot make the gap, but keep it from being called closed."""
    areas = [AreaShare(key, pool) for key, pool in _area_pools(bench, blank.indicator, bar)]
    judged = [area for area in areas if area.pool.denominator >= bar.judge_from]
    best_first = tuple(sorted(judged, key=lambda a: a.pool.share, reverse=bar.facts.direction == "up"))
    found = replace(blank, areas=best_first)
    if len(best_first) < 2:
        return replace(found, state="too_few", cause="few_areas")
    gap = abs(best_first[0].pool.share - best_first[-1].pool.share)
    if gap > rule.at_most_points:
        return replace(found, state="bad", cause="areas_apart")
    if len(judged) < len(areas):
        return replace(found, state="too_few", cause="few_areas")
    return replace(found, state="good", cause="on_target")


def _area_pools(bench: Bench, indicator: str, bar: Bar) -> list[tuple[str, Pool]]:
    mature = {
        area: series.mature(bar.facts.maturity_days, bench.as_at_on)
        for area, series in bench.counts.of_areas(indicator).items()
    }
    return [(area, latest(months, bar)) for area, months in mature.items() if months]


def latest(mature: tuple[MonthCount, ...], bar: Bar) -> Pool:
    """The latest mature months, as many as are pooled; of a level the latest alone."""
    return Pool(mature[-1:] if bar.facts.kind == "level" else mature[-bar.numbers.pooled_months :])


def _bar(bench: Bench, blank: EvidenceJudgement, facts: IndicatorFacts, margin: float) -> Bar:
    expected = UNIT_OF[facts.measure]
    if blank.target.unit != expected:
        raise ReadinessError(
            f"The inspection register gives {facts.id} a target in '{blank.target.unit}', but it is a {facts.measure} "
            f"and needs '{expected}'."
        )
    return Bar(blank.target, facts, margin, bench.register.judgement, bench.thresholds.judge_from)
