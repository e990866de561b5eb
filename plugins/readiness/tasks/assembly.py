"""One month from records to a frozen version: what was known, counted, judged, written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

import readiness
from readiness import clocks, indicators
from readiness.clocks import CURRENT, Definitions, Schemas, load_definitions
from readiness.clocks.corrections import load_corrections
from readiness.clocks.limits import ladders
from readiness.contracts import load_contracts
from readiness.indicators.medians import median_intervals
from readiness.judgement import (
    Counts,
    Judgement,
    Register,
    compared,
    facts_of,
    judge,
    load_annotations,
    load_evidence,
    load_registers,
    read_counts,
    vary,
)
from readiness.ledger import Ledger
from readiness.periods import Month, day_of
from readiness.profile import WORKING_DAY_RULES, Profile, load_profile
from readiness.quality.across import check_across
from readiness.report import Further, MonthFacts, StoredVersion, build_report, store
from readiness.report.actions import actions_at, comments_of, load_actions
from readiness.report.describing import described
from readiness.report.model import Made
from readiness.report.published import published_beside
from readiness.report.quality import quality_at
from readiness.settings import Settings
from readiness.tasks import case_lists
from readiness.warehouse import Warehouse, open_warehouse

ASKED = Schemas.scratch("asked")
OTHER_RULES = {rule: {"clocks": f"{rule}_clocks", "marts": f"{rule}_marts"} for rule in WORKING_DAY_RULES}
"""Where what is asked of another day, or counted by another rule, stands while a report is made."""
SCRATCH = (
    ASKED.marts,
    ASKED.clocks,
    ASKED.known,
    *(schema for schemas in OTHER_RULES.values() for schema in schemas.values()),
)


@dataclass(frozen=True)
class Built:
    """What a rebuild made, in rows."""

    spans: int
    values: int


@dataclass(frozen=True)
class Assembled:
    version: StoredVersion
    verdict: str
    is_reconstructed: bool


def build_current(settings: Settings) -> Built:
    """Rebuild spans and indicators for the knowledge of the newest batch."""
    as_at = Ledger(settings).newest_batch()
    with open_warehouse(settings.warehouse) as warehouse:
        with warehouse.transaction():
            build(warehouse, settings, as_at, CURRENT)
        return Built(
            spans=int(warehouse.value("select count(*) from clocks.spans")),
            values=int(warehouse.value("select count(*) from marts.indicator_values")),
        )


def build(warehouse: Warehouse, settings: Settings, as_at: datetime, schemas: Schemas) -> None:
    """Call it in a transaction: whoever reads meanwhile sees the tables of before."""
    profile, definitions = load_profile(settings.authority), load_definitions()
    corrections = load_corrections(settings.authority)
    clocks.know(warehouse, load_contracts(), profile, as_at, schemas, corrections)
    clocks.build(warehouse, definitions, profile, schemas)
    indicators.build(warehouse, definitions, schemas)


def assemble(settings: Settings, month: Month, as_at: datetime) -> Assembled:
    """Count and judge `month` with the knowledge of `as_at` and freeze the report; the same again, the same version."""
    profile, definitions, ledger = load_profile(settings.authority), load_definitions(), Ledger(settings)
    registers = load_registers(settings.authority, profile.inspections)
    with open_warehouse(settings.warehouse) as warehouse, _built(warehouse, settings, ledger, as_at) as at:
        facts = _facts(settings, warehouse, at, profile, registers, definitions, month, as_at)
        version = store(build_report(facts, settings.reports), settings.reports)
        case_lists.export(warehouse, at, definitions, month, version.folder)
    return Assembled(version, facts.judgement.overall.verdict, facts.is_reconstructed)


@contextmanager
def _built(warehouse: Warehouse, settings: Settings, ledger: Ledger, as_at: datetime) -> Iterator[Schemas]:
    """The tables as known at `as_at`: the current ones for the newest knowledge, else scratch ones that do not stay.
    One transaction holds until all is read, so that no load in between mixes two states of knowledge. Rules across
    feeds are judged with the newest knowledge: a daily run that was killed may have left them unjudged."""
    at = CURRENT if as_at == ledger.newest_batch() else ASKED
    try:
        with warehouse.transaction():
            build(warehouse, settings, as_at, at)
            if at is CURRENT:
                check_across(warehouse, load_contracts(), as_at, day_of(as_at))
            yield at
    finally:
        for schema in SCRATCH:
            warehouse.run(f"drop schema if exists {schema} cascade")


def _by_other_rules(
    warehouse: Warehouse, at: Schemas, profile: Profile, definitions: Definitions, as_at: datetime
) -> Iterator[tuple[str, pd.DataFrame]]:
    """For each other rule for working days that the profile names: the rule in words, and marts.indicator_values as
    counted by it from what is known in `at`, with the same young months. The calendar is the council's own again
    afterwards."""
    rules = [rule for rule in profile.other_working_day_rules if rule != profile.working_days.rule]
    for rule in rules:
        working_days = profile.working_days.model_copy(update={"rule": rule})
        scratch, other = replace(at, **OTHER_RULES[rule]), profile.model_copy(update={"working_days": working_days})
        clocks.renew_calendar(warehouse, other, as_at)
        clocks.build(warehouse, definitions, other, scratch)
        indicators.build(warehouse, definitions, scratch, youth_of=at)
        yield working_days.in_words(), warehouse.query(f"select * from {scratch.table('marts.indicator_values')}")
    if rules:
        clocks.renew_calendar(warehouse, profile, as_at)


def _facts(
    settings: Settings,
    warehouse: Warehouse,
    at: Schemas,
    profile: Profile,
    registers: tuple[Register, ...],
    definitions: Definitions,
    month: Month,
    as_at: datetime,
) -> MonthFacts:
    def rows(table: str, columns: str = "*") -> pd.DataFrame:
        return warehouse.query(f"select {columns} from {at.table(table)}")

    ledger, register = Ledger(settings), registers[0]
    values = rows("marts.indicator_values")
    limits = ladders(definitions, profile)
    facts = facts_of(definitions, limits, month, set(rows("known.absent_feeds").feed))
    notices = ledger.notices()
    entries = [e for e in load_evidence(settings.authority, *registers) if notices or not e.is_example]
    annotations = [
        a for a in load_annotations(settings.authority, definitions.indicators) if notices or not a.is_example
    ]
    findings = [finding.id for each in registers for finding in each.findings]
    given = load_actions(settings.authority, findings, with_examples=bool(notices))

    def judged(by: Register, counts: Counts) -> Judgement:
        return judge(by, counts, facts, entries, month, day_of(as_at), profile, annotations)

    counts = read_counts(values, month)
    judgement = judged(register, counts)
    otherwise = [*vary(judgement, lambda other: judged(other, counts), register, facts)]
    for words, counted in _by_other_rules(warehouse, at, profile, definitions, as_at):
        otherwise.append(compared(words, judgement, judged(register, read_counts(counted, month))))
    if day_of(as_at) < month.last_on:
        notices.append(f"{month.in_words()} is not over: everything is as it stood on {day_of(as_at):%-d %B %Y}.")
    return MonthFacts(
        profile=profile,
        register=register,
        judgement=judgement,
        values=values,
        definitions=described(definitions, limits, facts, registers, month),
        places=rows("known.teams", "team_id, team_name, area_id, area_name"),
        quality=quality_at(ledger, warehouse, as_at, at),
        as_at=as_at,
        is_reconstructed=bool(rows("known.moment").is_reconstructed.iloc[0]),
        made=Made(readiness=readiness.__version__, definitions=definitions.hash, warehouse=warehouse.dialect),
        notices=tuple(notices),
        annotations=tuple(annotations),
        ahead=rows("marts.looking_ahead"),
        young=rows("marts.young_months"),
        delays=rows("marts.recording_drift"),
        started=rows("marts.started_in_time"),
        rare=rows("marts.rare_events"),
        corrections=tuple(
            (row.feed, pd.Timestamp(row.decided_on).date()) for row in rows("known.corrections").itertuples()
        ),
        sensitivity=tuple(otherwise),
        further=tuple(
            Further(id, other, judged(other, counts))
            for id, other in zip(profile.inspections[1:], registers[1:], strict=True)
        ),
        comments=comments_of(given, month),
        actions=actions_at(given, month, day_of(as_at)),
        medians=median_intervals(rows("marts.histograms", "clock, cohort_month, outcome, elapsed, count")),
        published=published_beside(settings.authority, profile.compare_with, month.last_on),
    )
