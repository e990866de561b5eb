"""Which way an indicator went, as a plain sentence: the rule of the control chart that its latest month meets, with the
month's counts and the mean beside it; whole for the council and guarded for shared copies."""

from readiness.indicators.statistics.spc import RUN, Lines, Signal
from readiness.judgement.counts import IndicatorFacts, Pool
from readiness.judgement.sentences import Reader, counted, counts_in_words, question, when
from readiness.judgement.trend import Trend
from readiness.judgement.weighing import EvidenceJudgement
from readiness.judgement.words import as_sentence, number_in_words, percent_in_words
from readiness.periods import Month


def change(e: EvidenceJudgement, reader: Reader) -> str:
    """The sentence; empty if there is no control chart."""
    trend = e.trend
    if trend is None or e.facts is None:
        return ""
    if trend.phase.lines is None:
        return as_sentence(_too_few(e, e.facts, trend, reader))
    if trend.latest is None:
        recent, enough = number_in_words(trend.recent), _enough(e.facts, reader)
        why = f"none of the latest {recent} complete months has {enough}"
        return as_sentence(f"a change in {_matter(e)} cannot be told from chance: {why}")
    if not _may_see(e.facts, trend.basis, reader):
        return as_sentence(f"the change in {_matter(e)} rests on numbers too small to show in a shared copy")
    return as_sentence(f"{when(e, trend.counts)}, {_figure(e, e.facts, trend)}, {_course(e.facts, trend)}")


def _course(facts: IndicatorFacts, trend: Trend) -> str:
    """The month beside the mean of its phase."""
    lines, point = trend.phase.lines, trend.latest
    assert lines is not None and point is not None and point.value is not None, "a point that is judged has lines"
    mean = f"the monthly mean of {_amount(facts, lines.mean)} since {trend.basis.months[0].month.in_words()}"
    if point.signal is None:
        return f"which chance can explain around {mean}"
    return _special_cause(facts, point.value, lines, point.signal, mean)


def _too_few(e: EvidenceJudgement, facts: IndicatorFacts, trend: Trend, reader: Reader) -> str:
    phase, takes = trend.phase, number_in_words(reader.numbers.minimum_points)
    since = f" since {Month.parse(phase.first_month).in_words()} ({phase.reason})" if phase.reason else ""
    return (
        f"a change in {_matter(e)} cannot be told from chance yet: it takes {takes} complete months with "
        f"{_enough(facts, reader)}, and there {'is' if phase.points == 1 else 'are'} "
        f"{number_in_words(phase.points) if phase.points else 'none'}{since}"
    )


def _special_cause(facts: IndicatorFacts, value: float, lines: Lines, signal: Signal, mean: str) -> str:
    """The rule that the month meets; each would seldom be met by chance."""
    is_high, run = signal.side == "high", number_in_words(RUN)
    above = "above" if is_high else "below"
    if signal.rule == "outside_limits":
        limit = _amount(facts, lines.upper if is_high else lines.lower)
        just = "just " if limit == _amount(facts, value) else ""
        return f"{just}{above} the {limit} to which chance reaches around {mean}"
    if signal.rule == "trend":
        moved = "up" if is_high else "down"
        steps = f"{run} or more months that went {moved} from one to the next"
        return f"at the end of {steps}; by chance they would move around {mean}"
    if signal.rule == "two_of_three":
        return f"far {above} {mean}, as was at least one of the two months before it: more than chance explains"
    return f"the latest of {run} or more months in a row {above} {mean}: more than chance explains"


def _figure(e: EvidenceJudgement, facts: IndicatorFacts, trend: Trend) -> str:
    """The month's value with its counts."""
    assert trend.latest is not None and trend.latest.value is not None, "a point that is judged has a value"
    value = _amount(facts, trend.latest.value)
    if facts.measure == "ratio":
        return f"the median number of {counted(e)} was {value} ({trend.counts.last.subjects:,} workers)"
    if facts.measure == "total":
        return f"there were {trend.counts.last.value:,.0f} {counted(e)} ({value})"
    return f"{percent_in_words(trend.counts.share)} of {counted(e)} ({counts_in_words(trend.counts)})"


def _amount(facts: IndicatorFacts, value: float) -> str:
    if facts.measure == "proportion":
        return f"{value:.1f}%"
    return f"{value:,.1f}" if facts.measure == "ratio" else f"{value:,.1f} a working day"


def _matter(e: EvidenceJudgement) -> str:
    is_ratio = e.facts is not None and e.facts.measure == "ratio"
    return f"the median number of {counted(e)}" if is_ratio else question(e)


def _enough(facts: IndicatorFacts, reader: Reader) -> str:
    if facts.measure == "total":
        return "a figure"
    return f"{reader.print_from} {'workers' if facts.measure == 'ratio' else 'cases'} or more"


def _may_see(facts: IndicatorFacts, months: Pool, reader: Reader) -> bool:
    """Whether all the months behind a mean may be shown; it could give a withheld one away."""
    if facts.measure == "total":
        return True
    if facts.measure == "ratio":
        return all(reader.may_see_count(month.subjects) for month in months.months)
    return reader.may_see(months)
