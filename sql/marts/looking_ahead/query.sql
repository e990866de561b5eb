-- What is due next, of what was begun by the as-at: done in time, too late already, or still possible. A lag between an
-- event and its record cannot be caught up with, so recording lags are not in it; nor are single clocks whose stop is
-- often recorded long after it, for most of what looks overdue there was done.
with spans as (
    select spans.clock, spans.team_id, spans.due_on, spans.outcome
    from clocks.single_spans as spans
    join clocks.definitions as definitions on definitions.indicator = spans.clock
    where spans.kind = 'single' and definitions.maturity_days = 0
    union all
    select duties.clock, duties.team_id, slots.due_on, slots.outcome
    from clocks.slots as slots
    join clocks.started_duties as duties on duties.duty_number = slots.duty_number
),

due as (
    select
        spans.clock as indicator,
        due.month,
        spans.team_id,
        sum(case when spans.outcome = 'in_time' then 1 else 0 end) as done_in_time,
        sum(case when spans.outcome in ('late', 'overdue') then 1 else 0 end) as too_late,
        sum(case when spans.outcome = 'running' then 1 else 0 end) as possible
    from spans
    join calendar.days as due on due.on_date = spans.due_on
    cross join known.moment as moment
    join calendar.days as now on now.on_date = moment.as_at_on
    where
        spans.outcome in ('in_time', 'late', 'overdue', 'running')
        and due.month_number >= now.month_number
        and due.month_number <= now.month_number + 1
    group by 1, 2, 3
),

scoped as (
    select due.*, 'authority' as scope_type, 'authority' as scope_id
    from due
    union all
    select due.*, scopes.scope_type, scopes.scope_id
    from due
    join marts.team_scopes as scopes on scopes.team_id = due.team_id
)

select
    indicator,
    month,
    scope_type,
    scope_id,
    cast(sum(done_in_time) as integer) as done_in_time,
    cast(sum(too_late) as integer) as too_late,
    cast(sum(possible) as integer) as possible
from scoped
group by 1, 2, 3, 4
