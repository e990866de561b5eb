-- What can be added up over teams: per indicator, month and team.
with finished as (
    select
        spans.clock as indicator,
        spans.cohort_month as month,
        spans.team_id,
        sum(case when spans.outcome = 'in_time' then spans.count else 0 end) as numerator,
        sum(spans.count) as denominator
    from marts.histograms as spans
    join clocks.definitions as definitions on definitions.indicator = spans.clock
    where
        spans.outcome in ('in_time', 'late')
        or (spans.outcome = 'overdue' and definitions.kind = 'recurring')
    group by 1, 2, 3
),

open_work as (
    select
        indicator,
        month,
        team_id,
        sum(case when state = 'running' then 1 else 0 end) as running,
        sum(case when state = 'overdue' then 1 else 0 end) as overdue
    from marts.open_cases
    group by 1, 2, 3
),

-- Beside a recurring duty: done late by now, still undone on the month's last day, and never recorded so many days
-- after the due date (counted once these days have passed).
slots as (
    select
        duties.clock as indicator,
        months.month,
        duties.team_id,
        sum(case when slots.outcome = 'late' then 1 else 0 end) as done_late,
        sum(case
            when
                slots.outcome <> 'in_time'
                and (slots.stopped_on is null or slots.stopped_on > least(months.last_on, moment.as_at_on))
                then 1
            else 0
        end) as undone,
        sum(case
            when
                slots.due_on + settings.never_recorded_days <= moment.as_at_on
                and (slots.stopped_on is null or slots.stopped_on > slots.due_on + settings.never_recorded_days)
                then 1
            else 0
        end) as never_recorded
    from clocks.slots as slots
    join clocks.started_duties as duties on duties.duty_number = slots.duty_number
    join calendar.months as months on months.month_number = slots.month_number
    cross join known.settings as settings
    cross join known.moment as moment
    where slots.outcome in ('in_time', 'late', 'overdue')
    group by 1, 2, 3
),

checked as (
    select
        indicator,
        month,
        team_id,
        sum(passed_count) as numerator,
        sum(record_count) as denominator
    from clocks.checks
    where left_out_reason is null
    group by 1, 2, 3
),

held as (
    select
        levels.indicator,
        levels.month,
        levels.team_id,
        sum(case when levels.is_met then 1 else 0 end) as numerator,
        count(*) as denominator
    from clocks.levels as levels
    join clocks.definitions as definitions
        on definitions.indicator = levels.indicator and definitions.measure = 'proportion'
    where levels.left_out_reason is null
    group by 1, 2, 3
),

parts as (
    select indicator, month, team_id, numerator, denominator, 0 as running, 0 as overdue,
        0 as done_late, 0 as undone, 0 as never_recorded
    from finished
    union all
    select indicator, month, team_id, 0, 0, running, overdue, 0, 0, 0
    from open_work
    union all
    select indicator, month, team_id, 0, 0, 0, 0, done_late, undone, never_recorded
    from slots
    union all
    select indicator, month, team_id, numerator, denominator, 0, 0, 0, 0, 0
    from checked
    union all
    select indicator, month, team_id, numerator, denominator, 0, 0, 0, 0, 0
    from held
)

select
    indicator,
    month,
    team_id,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(running) as running,
    sum(overdue) as overdue,
    sum(done_late) as done_late,
    sum(undone) as undone,
    sum(never_recorded) as never_recorded
from parts
group by 1, 2, 3
