-- The shared last step of every clock that runs once per case: limit, due date, time taken and outcome. The limit is
-- the one in force at the start. What lies after the as-at has not happened.
with cases as (
    select
        cases.clock,
        cases.subject_id,
        cases.child_id,
        cases.worker_id,
        cases.team_id,
        cases.started_on,
        cases.started_at,
        case when cases.stopped_on <= moment.as_at_on then cases.stopped_on end as stopped_on,
        case when cases.stopped_on <= moment.as_at_on then cases.stopped_at end as stopped_at,
        case when cases.withdrawn_on <= moment.as_at_on then cases.withdrawn_on end as withdrawn_on,
        cases.case_kind,
        cases.left_out_reason,
        definitions.cohort,
        first_complete.first_on,
        moment.as_at_on
    from clocks.cases as cases
    join clocks.definitions as definitions on definitions.indicator = cases.clock
    join known.first_complete as first_complete on first_complete.clock = cases.clock
    cross join known.moment as moment
    where cases.started_on is null or cases.started_on <= moment.as_at_on
),

working_days as (
    select working_day_number, on_date
    from calendar.days
    where is_working_day
),

limited as (
    select
        cases.*,
        limits.limit_value,
        limits.unit,
        case limits.unit
            when 'working_days' then greatest(cases.started_on, due_working_day.on_date)
            when 'days' then due_day.on_date
            when 'months' then due_month.first_on + least(started.day_of_month, due_month.days_in_month) - 1
        end as due_on,
        case limits.unit
            when 'working_days' then next_working_day.on_date - 1
            when 'days' then due_day.on_date
            when 'months' then due_month.first_on + least(started.day_of_month, due_month.days_in_month) - 1
        end as in_time_until_on,
        case
            when limits.unit = 'working_days' then reached.working_day_number - started.working_day_number
            else reached.day_number - started.day_number
        end as elapsed
    from cases
    left join known.limits as limits
        on limits.clock = cases.clock
        and coalesce(limits.case_kind, '') = coalesce(cases.case_kind, '')
        and (limits.from_on is null or cases.started_on >= limits.from_on)
        and (limits.until_on is null or cases.started_on < limits.until_on)
        and limits.limit_value is not null
    left join calendar.days as started on started.on_date = cases.started_on
    left join calendar.days as reached on reached.on_date = coalesce(cases.stopped_on, cases.as_at_on)
    left join working_days as due_working_day
        on due_working_day.working_day_number = started.working_day_number + limits.limit_value
    left join working_days as next_working_day
        on next_working_day.working_day_number = started.working_day_number + limits.limit_value + 1
    left join calendar.days as due_day on due_day.day_number = started.day_number + limits.limit_value
    left join calendar.months as due_month on due_month.month_number = started.month_number + limits.limit_value
),

judged as (
    select
        limited.*,
        case
            when left_out_reason is not null then left_out_reason
            when started_on is null then 'no_start'
            when started_on < first_on then 'before_first_record'
            when limit_value is null then 'no_limit'
        end as reason,
        coalesce(stopped_on < started_on, false)
        or coalesce(stopped_at < started_at, false)
        or (stopped_on is null and coalesce(withdrawn_on < started_on, false)) as is_invalid
    from limited
),

decided as (
    select
        judged.*,
        case
            when reason is not null then 'left_out'
            when is_invalid then 'invalid'
            when stopped_on is not null and stopped_on <= in_time_until_on then 'in_time'
            when stopped_on is not null then 'late'
            when withdrawn_on is not null then 'withdrawn'
            when as_at_on <= in_time_until_on then 'running'
            else 'overdue'
        end as outcome
    from judged
)

-- A span counts in the month of its stop (a lag: of its start). One left out while it is still open counts in the
-- month in which it began; so one that began before the first complete month is seen when it ends.
select
    decided.clock,
    decided.subject_id,
    decided.child_id,
    decided.worker_id,
    decided.team_id,
    decided.started_on,
    decided.started_at,
    decided.stopped_on,
    decided.stopped_at,
    decided.withdrawn_on,
    decided.case_kind,
    decided.limit_value,
    decided.unit,
    decided.due_on,
    decided.in_time_until_on,
    case when decided.outcome in ('in_time', 'late', 'running', 'overdue') then decided.elapsed end as elapsed,
    decided.outcome,
    decided.reason,
    counted.month as cohort_month
from decided
left join calendar.days as counted
    on counted.on_date = case
        when decided.cohort = 'start' then coalesce(decided.started_on, decided.stopped_on, decided.as_at_on)
        when decided.stopped_on is not null then decided.stopped_on
        when decided.withdrawn_on is not null then decided.withdrawn_on
        when decided.outcome = 'left_out' then coalesce(decided.started_on, decided.as_at_on)
    end
