"""What each indicator means, in the words of the report: from its YAML, its limits and the register."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from readiness.clocks import Definitions
from readiness.clocks.definitions import Clock, Defined
from readiness.judgement import IndicatorFacts, Register, limit_in_words
from readiness.judgement.register import Indicator as Spoken
from readiness.periods import Month
from readiness.report.model import Definition
from readiness.settings import PROJECT

LOCAL = "local"


def described(
    definitions: Definitions,
    limits: pd.DataFrame,
    facts: Mapping[str, IndicatorFacts],
    registers: Sequence[Register],
    month: Month,
) -> dict[str, Definition]:
    """The definitions of a month's report, by indicator id.

    limits: the rows of known.limits. facts: as in judgement, for the limit and the kind of each indicator. registers:
    the first that speaks of an indicator gives its words and its target.
    """
    spoken = ChainMap(*(register.indicators for register in registers))
    return {
        id: _described(defined, limits[limits["clock"] == id], facts[id], spoken.get(id), month)
        for id, defined in definitions.indicators.items()
    }


def _described(
    defined: Defined, ladder: pd.DataFrame, facts: IndicatorFacts, spoken: Spoken | None, month: Month
) -> Definition:
    words = defined.words
    target = spoken.target if spoken else None
    return Definition(
        title=words.title,
        definition=words.definition.model_dump(),
        caveat=words.caveat,
        family=words.family,
        measure=words.measure,
        unit=words.unit,
        counted=facts.kind,
        in_words=spoken.counted.replace("{limit}", facts.limit or "the limit") if spoken else None,
        overdue_in_words=spoken.overdue if spoken else None,
        elapsed_unit=_elapsed_unit(words, ladder),
        good_direction=words.direction,
        maturity_days=words.maturity_days,
        limit=facts.limit,
        limits=tuple(_rungs(ladder, month)),
        target=target.value if target else None,
        target_source=target.source if target else None,
        definition_hash=defined.hash,
        sql=str(defined.query_path.relative_to(PROJECT)),
        feeds=(*words.feeds, *words.looks_up),
    )


def _elapsed_unit(words, ladder: pd.DataFrame) -> str | None:
    """The unit of median and 90th percentile. Recurring duties, checks and shares of a population have none, nor have
    clocks whose limits are in different units or a time of day."""
    if isinstance(words, Clock) and words.kind != "recurring":
        units = set(ladder["unit"])
        return units.pop().replace("_", " ") if len(units) == 1 and ladder["by_second"].isna().all() else None
    return words.unit if words.measure == "ratio" else None


def _rungs(ladder: pd.DataFrame, month: Month) -> Iterator[str]:
    """The limits that had come into force by the month, oldest first; those for every kind of case come last."""
    begun = ladder["from_on"].isna() | (pd.to_datetime(ladder["from_on"]) <= pd.Timestamp(month.last_on))
    valued = ladder[begun & ladder["limit_value"].notna()].assign(is_general=lambda rungs: rungs["case_kind"].isna())
    for rung in valued.sort_values("is_general", kind="stable").to_dict("records"):
        limit = limit_in_words(int(rung["limit_value"]), rung["unit"], rung["by_second"])
        kind = "" if pd.isna(rung["case_kind"]) else f"{str(rung['case_kind']).replace('_', ' ')}: "
        since = "" if pd.isna(rung["from_on"]) else f", from {pd.Timestamp(rung['from_on']):%-d %B %Y}"
        source = LOCAL if rung["is_local"] or rung["source"] == LOCAL else rung["source"]
        yield f"{kind}{limit}{since} ({source})"
