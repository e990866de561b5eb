"""What would change a verdict: for each claim, in one sentence, the counts or the audit at which it would tip.

The numbers are found by putting other counts of the same size through the same rules, not by formulas of their own, so
that the sentence cannot disagree with the verdict.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from readiness.judgement.claims import Ruling
from readiness.judgement.counts import Pool
from readiness.judgement.register import AreaGap, EveryMonth
from readiness.judgement.sentences import Reader, counted, is_up
from readiness.judgement.shares import Bar, causes_behind, judge_share, most_overdue, most_quarantined
from readiness.judgement.weighing import EvidenceJudgement, latest
from readiness.judgement.words import as_sentence, day_in_words, list_in_words, number_in_words

BEHIND = ("backlog", "quarantined")
"""Causes that stand behind a share which is on target."""

MOST_NAMED = 2
"""Indicators that one sentence names; of more, it says how many."""


def what_would_change(ruling: Ruling, reader: Reader) -> str:
    """The sentence; empty for a claim that nobody asks this month."""
    clause = _of_claim(ruling, reader)
    return as_sentence(clause) if clause else ""


def least_good(pool: Pool, bar: Bar) -> int | None:
    """The count at which the share of a pool of this size turns good (the most, where down is good), all that stands
    behind it left aside; None if no count would do, because the cases are too few."""
    size = pool.denominator

    def is_good(count: int) -> bool:
        month = replace(pool.last, numerator=count, denominator=size, overdue=0, quarantined=0)
        return judge_share(Pool((month,)), bar)[0] == "good"

    if bar.facts.direction == "down":
        missing = _first(lambda n: is_good(size - n), size)
        return None if missing is None else size - missing
    return _first(is_good, size)


def _first(is_good: Callable[[int], bool], size: int) -> int | None:
    """The least of 0 to `size` that is good, where all after it are good too."""
    if not is_good(size):
        return None
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_good(middle) else (middle + 1, high)
    return low


def _of_claim(ruling: Ruling, reader: Reader) -> str:
    if ruling.verdict == "not_applicable":
        return ""
    if ruling.parts:
        part = ruling.weakest_part
        return f"as for {part.claim.id}, {_of_claim(part, reader)}"
    entry, needs = ruling.standing.deciding, ruling.claim.needs
    if ruling.decided_by == "register":
        if entry is None:
            return f"it takes {needs}"
        expires = day_in_words(entry.valid_until_on)
        return f"a later audit or survey that finds otherwise, or {expires}, when this one expires"
    if ruling.verdict == "met":
        expiry = f", or when the {entry.kind} expires on {day_in_words(entry.valid_until_on)}" if entry else ""
        return f"it would no longer be met if {_losses(ruling, reader)}{expiry}"
    if ruling.verdict == "indicative_met":
        losses = _losses(ruling, reader)
        return f"it would be met with {needs} that finds the same; records would say no more so if {losses}"
    gains = _gains([e for e in ruling.counting if e.state != "good"], reader)
    if ruling.decided_by == "records":
        return f"it would be met if {gains}"
    if entry is not None and entry.result == "not_met":
        again = f"it would be met with a later {entry.kind} that finds it so"
        return f"{again}, and if {gains}" if gains else again
    confirmed = "" if entry is not None else f"; and it would be met with {needs} that finds the same"
    return f"records would speak for it if {gains}{confirmed}"


def _gains(lacking: Sequence[EvidenceJudgement], reader: Reader) -> str:
    """What each indicator that is not good would need, the worst first."""
    told = list(dict.fromkeys(tuple(_gain(e, reader)) for e in lacking))
    further = len(told) - MOST_NAMED
    clauses = [clause for each in told[:MOST_NAMED] for clause in each]
    if further > 0:
        others = "1 other indicator was" if further == 1 else f"{further} other indicators were"
        clauses.append(f"{others} on target")
    return list_in_words(clauses)


def _gain(e: EvidenceJudgement, reader: Reader) -> list[str]:
    """All that would make this evidence good, as it follows "if"."""
    if e.state == "no_data":
        return [f"there were {e.words.needs}"]
    if e.cause == "no_mature_month":
        return [f"a month was complete enough to say how many {counted(e)}"]
    if isinstance(e.rule, AreaGap):
        return _gain_area_gap(e.rule)
    assert e.pool is not None and e.bar is not None, "what is counted has a pool and a bar"
    if isinstance(e.rule, EveryMonth):
        return _gain_every_month(e, e.pool, e.bar, e.rule, reader)
    behind = _behind(e, e.pool, e.bar, reader)
    if e.cause in BEHIND:
        return behind
    is_share = e.bar.facts.measure == "proportion"
    if not is_share and e.cause == "off_target":
        what = "the median number" if e.bar.facts.measure == "ratio" else "the monthly mean"
        return [f"{what} of {counted(e)} was {'at least' if is_up(e) else 'at most'} {e.target.value:g}", *behind]
    needed = least_good(e.pool, e.bar) if is_share and e.pool.denominator >= reader.judge_from else None
    return [_more_cases(e)] if needed is None else [_at_the_count(e, e.pool, needed, reader), *behind]


def _more_cases(e: EvidenceJudgement) -> str:
    if e.cause != "off_target":
        return f"there were more cases by which to say how many {counted(e)}"
    return f"there were more cases and {'at least' if is_up(e) else 'at most'} {e.target.value:g}% of {counted(e)}"


def _at_the_count(e: EvidenceJudgement, pool: Pool, needed: int, reader: Reader) -> str:
    if not _may_say(needed, pool, reader):
        return f"{'more' if is_up(e) else 'fewer'} {counted(e)}"
    bound = "at least" if is_up(e) else "at most"
    return f"{bound} {needed:,} of {pool.denominator:,} {counted(e)}{_now(pool.numerator, reader)}"


def _behind(e: EvidenceJudgement, pool: Pool, bar: Bar, reader: Reader) -> list[str]:
    """What keeps a share from being good even on target. In shared copies only where it is the cause, or is no small
    count: that it is named must not give a withheld one away."""
    told, causes = [], [] if bar.facts.measure == "total" else causes_behind(pool, bar)
    if "backlog" in causes and (e.cause in BEHIND or reader.may_see_count(pool.last.overdue)):
        told.append(_at_most_overdue(e, pool, bar, reader))
    if "quarantined" in causes and (e.cause in BEHIND or not reader.suppress_up_to):
        told.append(_at_most_unread(pool, bar, reader))
    return told


def _gain_every_month(e: EvidenceJudgement, pool: Pool, bar: Bar, rule: EveryMonth, reader: Reader) -> list[str]:
    told = []
    if e.off_target:
        since = e.off_target[-1].month
        left = rule.months - (pool.last.month.index - since.index)
        more = "one more month was" if left == 1 else f"{number_in_words(left)} more months in a row were"
        told.append(f"{more} on target in how many {counted(e)} (the last to miss it was {since.in_words()})")
    elif len(pool.months) < rule.months:
        told.append(f"{number_in_words(rule.months)} complete months in a row were on target in how many {counted(e)}")
    if any(month.denominator < reader.judge_from for month in pool.months):
        told.append(f"each of {number_in_words(rule.months)} months had {reader.judge_from} cases or more")
    return told + _behind(e, latest(pool.months, bar), bar, reader)


def _gain_area_gap(rule: AreaGap) -> list[str]:
    return [
        "every area had cases enough to judge, and the best and the weakest of them were at most "
        f"{rule.at_most_points:g} points apart"
    ]


def _losses(ruling: Ruling, reader: Reader) -> str:
    """What would spoil the evidence that lies nearest to its bar."""
    return min(_loss(e, reader) for e in ruling.counting)[1]


def _loss(e: EvidenceJudgement, reader: Reader) -> tuple[float, str]:
    """How far the evidence lies above its bar (share of its cases), and what would spoil it."""
    if isinstance(e.rule, EveryMonth):
        return 0.0, f"one month was off target in how many {counted(e)}"
    if isinstance(e.rule, AreaGap):
        return 0.0, f"the best and the weakest area were more than {e.rule.at_most_points:g} points apart"
    assert e.pool is not None and e.bar is not None and e.facts is not None, "what is good has a pool and a bar"
    if e.facts.measure != "proportion":
        what = "the median number" if e.facts.measure == "ratio" else "the monthly mean"
        return 1.0, f"{what} of {counted(e)} was {'under' if is_up(e) else 'over'} {e.target.value:g}"
    needed = least_good(e.pool, e.bar)
    assert needed is not None, "what is good can be good"
    slack = abs(e.pool.numerator - needed) / e.pool.denominator
    if not _may_say(needed, e.pool, reader):
        return slack, f"{'fewer' if is_up(e) else 'more'} {counted(e)}"
    bound = "fewer than" if is_up(e) else "more than"
    return slack, f"{bound} {needed:,} of {e.pool.denominator:,} {counted(e)}{_now(e.pool.numerator, reader)}"


def _at_most_overdue(e: EvidenceJudgement, pool: Pool, bar: Bar, reader: Reader) -> str:
    most = most_overdue(pool, bar)
    what = f"the number of {e.words.overdue or 'cases overdue'}"
    if not reader.may_see_count(most):
        return f"{what} was smaller"
    return f"{what} was at most {most:,}{_now(pool.last.overdue, reader)}"


def _at_most_unread(pool: Pool, bar: Bar, reader: Reader) -> str:
    if reader.suppress_up_to:  # months of it may be withheld that are not withheld of the indicator
        return "fewer of the records behind it could not be read"
    most = most_quarantined(pool, bar)
    return f"no more than {most:,} of the records behind it could not be read (now {pool.quarantined:,})"


def _may_say(needed: int, pool: Pool, reader: Reader) -> bool:
    """A needed count is nobody's, but beside the others a small one would read like a small group."""
    return reader.may_see(pool) and all(reader.may_see_count(count) for count in (needed, pool.denominator - needed))


def _now(count: int, reader: Reader) -> str:
    return f" (now {count:,})" if reader.may_see_count(count) else ""
