"""The way back from any number to its definition, its SQL and the cases behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from readiness.clocks import CURRENT, Definitions, Schemas
from readiness.clocks.definitions import Clock, Level
from readiness.errors import ReadinessError
from readiness.settings import PROJECT
from readiness.warehouse import Warehouse

CASES = {
    "clock": """
        select spans.*, coalesce(spans.reason, spans.outcome) as why,
            coalesce(spans.reason, '') = 'quarantined' and spans.child_id is null and spans.worker_id is null
                as is_anybodys,
            case
                when spans.outcome = 'in_time' then 'numerator'
                when spans.outcome = 'late' or (spans.outcome = 'overdue' and definitions.kind = 'recurring')
                    then 'denominator'
                when spans.outcome in ('left_out', 'withdrawn', 'invalid') then 'left_out'
            end as counted_as
        from clocks.spans as spans
        join clocks.definitions as definitions on definitions.indicator = spans.clock
        where spans.clock = '{indicator}' and spans.cohort_month = '{month}'
        """,
    "check": """
        select checks.*,
            coalesce(checks.left_out_reason, '') = 'quarantined' and checks.child_id is null as is_anybodys,
            case
                when checks.left_out_reason is not null then 'left_out'
                when checks.passed_count > 0 then 'numerator'
                else 'denominator'
            end as counted_as
        from clocks.checks as checks
        where checks.indicator = '{indicator}' and checks.month = '{month}'
        """,
    "level": """
        select levels.*,
            coalesce(levels.left_out_reason, '') = 'quarantined'
                and levels.child_id is null and levels.worker_id is null as is_anybodys,
            case
                when levels.left_out_reason is not null then 'left_out'
                when levels.is_met or levels.amount is not null then 'numerator'
                else 'denominator'
            end as counted_as
        from clocks.levels as levels
        where levels.indicator = '{indicator}' and levels.month = '{month}'
        """,
}
OPEN = """
    select cases.*, cases.state as counted_as, false as is_anybodys
    from marts.open_cases as cases
    where cases.indicator = '{indicator}' and cases.month = '{month}'
    """
OPEN_DUTIES = """
    select states.*, case when states.is_overdue = 1 then 'overdue' else 'running' end as counted_as,
        false as is_anybodys
    from marts.duty_states as states
    where states.indicator = '{indicator}' and states.month = '{month}' and states.is_open = 1
    """
IN_SCOPE = """
    select counted.*,
        case when restricted.child_id is null and not counted.is_anybodys then 0 else 1 end as is_restricted
    from ({cases}) as counted
    left join known.restricted_children as restricted on restricted.child_id = counted.{child}
    where counted.counted_as is not null and {scope}
    """


@dataclass(frozen=True)
class Trace:
    """Where a number comes from.

    words: the definition, label -> sentence. sql: paths of the queries below the project. value: the row of
    marts.indicator_values. cases: rows behind numerator, denominator and left_out; `counted_as` says which (a case of
    the numerator is in the denominator too). open_work: rows behind running and overdue. Their `subject_id` is the key
    (keyed hash) in records.<feed> of one of `feeds`. Rows about a child whose record is restricted, or in quarantine
    without saying whose they are, are in the value and in neither list: restricted_rows says how many.
    """

    indicator: str
    title: str
    words: Mapping[str, str]
    sql: tuple[Path, ...]
    feeds: tuple[str, ...]
    value: Mapping[str, object]
    cases: pd.DataFrame
    open_work: pd.DataFrame
    restricted_rows: int


def trace(
    warehouse: Warehouse,
    definitions: Definitions,
    indicator: str,
    month: str,
    scope_type: str = "authority",
    scope_id: str = "authority",
    schemas: Schemas = CURRENT,
) -> Trace:
    """Find the cases behind one value. Raises ReadinessError if there is no such value."""
    definitions.only([indicator])
    defined = definitions.indicators[indicator]
    found = warehouse.query(
        f"select * from {schemas.table('marts.indicator_values')} where indicator = {_quoted(indicator)} "
        f"and month = {_quoted(month)} and scope_type = {_quoted(scope_type)} and scope_id = {_quoted(scope_id)}"
    )
    if found.empty:
        raise ReadinessError(f"There is no value of {indicator} for {month} in that scope.")

    def rows(query: str, child: str = "child_id") -> pd.DataFrame:
        inner = query.format(indicator=indicator, month=found.month.iloc[0])
        scope = _scope(scope_type, scope_id)
        return warehouse.query(schemas.sql(IN_SCOPE.format(cases=inner, scope=scope, child=child)))

    words = defined.words
    kind = "clock" if isinstance(words, Clock) else "level" if isinstance(words, Level) else "check"
    is_recurring = isinstance(words, Clock) and words.kind == "recurring"
    # A person of a duty is a child or a worker, and only a child can be restricted.
    cases, open_work = rows(CASES[kind]), rows(OPEN_DUTIES, "person_id") if is_recurring else rows(OPEN)
    return Trace(
        indicator=indicator,
        title=words.title,
        words=words.definition.model_dump(),
        sql=tuple((defined.folder / f"{name}.sql").relative_to(PROJECT) for name in defined.queries),
        feeds=(*words.feeds, *words.looks_up),
        value=found.iloc[0].to_dict(),
        cases=_listable(cases),
        open_work=_listable(open_work),
        restricted_rows=int(cases.is_restricted.sum() + open_work.is_restricted.sum()),
    )


def _listable(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows.is_restricted == 0].drop(columns=["is_restricted", "is_anybodys"]).reset_index(drop=True)


def _scope(scope_type: str, scope_id: str) -> str:
    if scope_type == "authority":
        return "1 = 1"
    return (
        "counted.team_id in (select team_id from marts.team_scopes "
        f"where scope_type = {_quoted(scope_type)} and scope_id = {_quoted(scope_id)})"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
