"""What judgement must know of the indicators, taken from their definitions and the limits in force."""

import math
from collections.abc import Collection

import pandas as pd

from readiness.clocks.definitions import Check, Clock, Defined, Definitions
from readiness.judgement.counts import IndicatorFacts
from readiness.judgement.words import limit_in_words
from readiness.periods import Month

DAYS = {"months": 31, "days": 1, "working_days": 7 / 5, "hours": 1 / 24, "minutes": 1 / 1440, "seconds": 1 / 86_400}
A_MONTH = 31


def facts_of(
    definitions: Definitions, limits: pd.DataFrame, month: Month, absent_feeds: Collection[str]
) -> dict[str, IndicatorFacts]:
    """Facts by indicator id for the report of `month`.

    limits: the rows of known.limits, after the council's own ones. absent_feeds: feeds without any records, as in
    known.absent_feeds; those that an indicator only looks up do not keep it from being counted.
    """
    return {id: _facts(defined, limits, month, absent_feeds) for id, defined in definitions.indicators.items()}


def _facts(defined: Defined, limits: pd.DataFrame, month: Month, absent_feeds: Collection[str]) -> IndicatorFacts:
    words = defined.words
    in_force = _limits_in_force(limits[limits["clock"] == defined.id], month)
    return IndicatorFacts(
        id=defined.id,
        title=words.title,
        kind=words.kind if isinstance(words, Clock) else "check" if isinstance(words, Check) else "level",
        measure=words.measure,
        direction=words.direction,
        maturity_days=words.maturity_days,
        limit=_limit_in_words(in_force),
        has_limit=not isinstance(words, Clock) or not in_force.empty,
        settling_days=_settling_days(defined, limits),
        absent_feeds=tuple(feed for feed in words.feeds if feed in absent_feeds),
    )


def _settling_days(defined: Defined, limits: pd.DataFrame) -> int:
    """Days after our first record for which months flatter. What was begun before it is left out, so at first only what
    is quick can have ended: two limits, the longest one's. A duty that runs counts as done when our records begin, so
    at first nothing is late: one limit, and the month that it ends in."""
    words = defined.words
    is_duty = isinstance(words, Clock) and words.kind == "recurring"
    is_single = isinstance(words, Clock) and words.kind == "single"
    if not (is_duty or is_single or words.builds_on):
        return 0
    rungs = limits[limits["clock"].isin([defined.id, *words.builds_on]) & limits["limit_value"].notna()]
    longest = max((value * DAYS[unit] for value, unit in zip(rungs.limit_value, rungs.unit, strict=True)), default=0)
    is_of_duties = is_duty or not isinstance(words, Check | Clock)
    return math.ceil(longest + A_MONTH if is_of_duties else 2 * longest)


def _limits_in_force(ladder: pd.DataFrame, month: Month) -> pd.DataFrame:
    """The rungs with a value that are in force on some day of the month."""
    begun = ladder["from_on"].isna() | (pd.to_datetime(ladder["from_on"]) <= pd.Timestamp(month.last_on))
    lasting = ladder["until_on"].isna() | (pd.to_datetime(ladder["until_on"]) > pd.Timestamp(month.first_on))
    return ladder[begun & lasting & ladder["limit_value"].notna()]


def _limit_in_words(in_force: pd.DataFrame) -> str | None:
    """The latest limit that holds for every kind of case; None if limits differ by kind of case alone."""
    general = in_force[in_force["case_kind"].isna()]
    if general.empty:
        return None
    latest = general.iloc[-1]
    return limit_in_words(int(latest["limit_value"]), str(latest["unit"]), latest["by_second"])
