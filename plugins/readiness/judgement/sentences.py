"""One indicator's evidence as a plain sentence with its counts, whole for the council and guarded for shared copies."""

from dataclasses import dataclass

from readiness.judgement.counts import MonthCount, Pool
from readiness.judgement.register import AreaGap, EveryMonth, Numbers
from readiness.judgement.weighing import EvidenceJudgement
from readiness.judgement.words import (
    as_sentence,
    day_in_words,
    number_in_words,
    percent_in_words,
    period_in_words,
)

ON_TARGET_BUT = frozenset({"backlog", "few_cases", "wide_interval", "quarantined"})


@dataclass(frozen=True)
class Reader:
    """Whom a sentence is for. Counts from 1 to `suppress_up_to` and whatever gives them away are withheld; 0 withholds
    nothing. Under `print_from` cases there is no percentage for anyone."""

    numbers: Numbers
    print_from: int
    judge_from: int
    suppress_up_to: int

    def may_see(self, pool: Pool) -> bool:
        return not pool.is_small(self.suppress_up_to)

    def may_see_count(self, count: float) -> bool:
        return not 1 <= count <= self.suppress_up_to


def sentence(evidence: EvidenceJudgement, reader: Reader) -> str:
    """What one indicator says, as a sentence."""
    return as_sentence(clause(evidence, reader))


def clause(e: EvidenceJudgement, reader: Reader) -> str:
    """The same without capital and full stop, to be joined with others."""
    if e.state in ("no_data", "immature", "not_applicable") and e.cause != "few_months":
        return _unknown(e)
    if isinstance(e.rule, EveryMonth):
        return _every_month(e, e.rule, reader)
    if isinstance(e.rule, AreaGap):
        return _area_gap(e, e.rule, reader)
    assert e.facts is not None and e.pool is not None, "what is counted has facts and a pool"
    if e.cause == "no_cases":
        return f"{when(e)}, there was no case by which to say {question(e)}{_open_work(e, reader)}"
    if e.facts.measure == "ratio":
        return _median(e, e.pool, reader)
    if e.facts.measure == "total":
        return _amount(e, e.pool)
    return _share(e, e.pool, reader)


def _share(e: EvidenceJudgement, pool: Pool, reader: Reader) -> str:
    if not reader.may_see(pool):
        result = "was missed" if e.cause == "off_target" else "was reached"
        figure = f"{question(e)} rests on numbers too small to show in a shared copy"
        return f"{when(e)}, {figure}; the target of {_target(e)} {result}{_but(e, reader) or _open_work(e, reader)}"
    if e.cause in ON_TARGET_BUT:
        return f"{when(e)}, {_figure(e, pool, reader)}; that is on the target of {_target(e)}{_but(e, reader)}"
    return f"{when(e)}, {_figure(e, pool, reader)}; the target is {_target(e)}{_open_work(e, reader)}"


def _median(e: EvidenceJudgement, pool: Pool, reader: Reader) -> str:
    workers = pool.last.subjects
    if not reader.may_see_count(workers):
        return f"{when(e)}, {question(e)} rests on numbers too small to show in a shared copy"
    if workers < reader.print_from:
        return f"{when(e)}, {workers} workers were too few to say {question(e)}"
    head = f"{when(e)}, the median number of {counted(e)} was {pool.last.median:,.1f} ({workers:,} workers)"
    if e.cause == "few_cases":
        return f"{head}; nothing is judged from fewer than {reader.judge_from} workers"
    return f"{head}; the ceiling is {e.target.value:g}{_but(e, reader)}"


def _amount(e: EvidenceJudgement, pool: Pool) -> str:
    mean = sum(month.value or 0 for month in pool.months) / len(pool.months)
    return f"{when(e)}, on average {mean:,.0f} {counted(e)} each month; the target is at most {e.target.value:g}"


def _every_month(e: EvidenceJudgement, rule: EveryMonth, reader: Reader) -> str:
    assert e.pool is not None, "a rule over months has months"
    known, to = number_in_words(len(e.pool.months)), e.pool.last.month.in_words()
    at_least, fewer = ("at least", "fewer than") if is_up(e) else ("at most", "more than")
    reached, missed = (f"{than} {e.target.value:g}% of {counted(e)}" for than in (at_least, fewer))
    if e.cause == "month_off_target":
        count = number_in_words(len(e.off_target))
        return f"in {count} of the {known} months to {to}, {missed}{_worst_month(e, reader)}"
    if e.cause == "few_months":
        takes = f"but these are {known} of the {number_in_words(rule.months)} that it takes"
        return f"in every complete month known up to {to}, {reached}, {takes}"
    if e.cause == "few_cases_in_a_month":
        few = f"fewer than {reader.judge_from} cases, too few to judge"
        return f"in at least one of the {known} months to {to} there were {few} {question(e)}"
    return f"in each of the {known} months to {to}, {reached}{_but(e, reader) or _worst_month(e, reader)}"


def _worst_month(e: EvidenceJudgement, reader: Reader) -> str:
    """The weakest month with its counts, unless they must be withheld or are too few for a percentage."""
    assert e.pool is not None, "a rule over months has months"
    pools = [Pool((month,)) for month in e.pool.months if month.denominator >= reader.print_from]
    if not pools:
        return ""
    worst = (min if is_up(e) else max)(pools, key=lambda pool: pool.share)
    if not reader.may_see(worst):
        return ""
    share = percent_in_words(worst.share, e.target.value)
    return f"; the weakest was {worst.last.month.in_words()} with {share} ({counts_in_words(worst)})"


def _area_gap(e: EvidenceJudgement, rule: AreaGap, reader: Reader) -> str:
    if e.cause == "few_areas":
        return f"too few areas have {reader.judge_from} cases or more to compare {question(e)}"
    best, weakest = e.areas[0].pool, e.areas[-1].pool
    accepted = f"{rule.at_most_points:g} points apart"
    if reader.suppress_up_to:  # two areas' counts beside the authority's would tell what of the others is withheld
        apart = f"{'more' if e.cause == 'areas_apart' else 'no more'} than {accepted}"
        return f"{when(e, best)}, the best and the weakest area in {question(e)} lay {apart}"
    gap = f"{float(abs(best.share - weakest.share)):.1f} points apart; accepted are at most {rule.at_most_points:g}"
    return (
        f"{when(e, best)}, {percent_in_words(best.share)} of {counted(e)} in the best area ({counts_in_words(best)}) "
        f"and {percent_in_words(weakest.share)} in the weakest ({counts_in_words(weakest)}), {gap}"
    )


def _unknown(e: EvidenceJudgement) -> str:
    month = e.month.in_words()
    if e.cause == "limit_not_in_force":
        return f"{question(e)} is not asked of {month}, because its limit was not in force"
    if e.cause == "no_mature_month":
        return f"{question(e)} cannot be said yet, because no month up to {month} is complete enough to judge"
    if e.cause == "feed_absent" and e.facts is not None:
        feeds = ", ".join(feed.replace("_", " ") for feed in e.facts.absent_feeds)
        return f"nobody can say {question(e)}, because no records have arrived ({feeds}); it takes {e.words.needs}"
    if e.cause == "no_rows":
        return f"nobody can say {question(e)}, because none is on record up to {month}; it takes {e.words.needs}"
    return f"nobody can say yet {question(e)}; it takes {e.words.needs}"


def _but(e: EvidenceJudgement, reader: Reader) -> str:
    """Why a share on target is not good."""
    numbers = reader.numbers
    if e.cause == "backlog":
        more_than = f"more than {number_in_words(numbers.backlog_percent)} percent of a usual month's work"
        return f", but {_overdue(e, reader)}, {more_than}"
    if e.cause == "few_cases":
        return f", but nothing is judged from fewer than {reader.judge_from} cases"
    if e.cause == "wide_interval":
        if e.pool is None or not reader.may_see(e.pool):
            return ", but the cases are too few to be sure"
        worst = f"as low as {e.lower:.1f}%" if is_up(e) else f"as high as {e.upper:.1f}%"
        return f", but the cases are too few to be sure: the true share may be {worst}"
    if e.cause == "quarantined":
        share = f"more than {number_in_words(numbers.quarantined_percent)} percent"
        return f", but {share} of the records behind it could not be read"
    return ""


def _open_work(e: EvidenceJudgement, reader: Reader) -> str:
    """Overdue work beside a share of what is done; empty for what cannot be overdue."""
    last = _last(e)
    if e.facts is None or e.facts.kind not in ("single", "recurring"):
        return ""
    if last.overdue:
        return f", and {_overdue(e, reader)}"
    if last.running and e.facts.kind == "single":
        still_open = f" ({last.running:,} still open)" if reader.may_see_count(last.running) else ""
        return f", and nothing was overdue on {day_in_words(last.month.last_on)}{still_open}"
    return ""


def _overdue(e: EvidenceJudgement, reader: Reader) -> str:
    last = _last(e)
    what, day = e.words.overdue or "cases overdue", day_in_words(last.month.last_on)
    if not reader.may_see_count(last.overdue):
        return f"there were {what} on {day}, too few to show in a shared copy"
    return f"the number of {what} on {day} was {last.overdue:,}"


def _figure(e: EvidenceJudgement, pool: Pool, reader: Reader) -> str:
    if pool.denominator < reader.print_from:
        return f"{counts_in_words(pool)} {counted(e)}, too few for a percentage"
    return f"{percent_in_words(pool.share, e.target.value)} of {counted(e)} ({counts_in_words(pool)})"


def counts_in_words(pool: Pool) -> str:
    return f"{pool.numerator:,} of {pool.denominator:,}"


def when(e: EvidenceJudgement, pool: Pool | None = None) -> str:
    pool = pool or e.pool
    assert pool is not None, "only what is counted has a time"
    if e.facts is not None and e.facts.kind == "level":
        return f"on {day_in_words(pool.last.month.last_on)}"
    return period_in_words(pool)


def question(e: EvidenceJudgement) -> str:
    return f"how many {counted(e)}"


def counted(e: EvidenceJudgement) -> str:
    """What is counted, as it completes "how many …"."""
    limit = e.facts.limit if e.facts is not None else None
    return e.words.counted.replace("{limit}", limit or "the limit")


def _target(e: EvidenceJudgement) -> str:
    return f"{e.target.value:g}%" if is_up(e) else f"at most {e.target.value:g}%"


def is_up(e: EvidenceJudgement) -> bool:
    """Whether more of it is better."""
    return e.facts is None or e.facts.direction == "up"


def _last(e: EvidenceJudgement) -> MonthCount:
    assert e.pool is not None, "only what is counted has a last month"
    return e.pool.last
