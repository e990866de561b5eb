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
        moment.as_at_on,
        moment.as_at
    from clocks.cases as cases
    join clocks.definitions as definitions on definitions.indicator = cases.clock
    join known.first_complete as first_complete on first_complete.clock = cases.clock
    cross join known.moment as moment
    where cases.started_on is null or cases.started_on <= moment.as_at_on
),

-- Kinds of case with a ladder of their own; for the others the one without a kind holds.
kinds as (
    select distinct clock, case_kind
    from known.limits
    where case_kind is not null
),

-- A limit that is kept to the minute needs a time of day at both ends (of open work: at the start); without one, the
-- days that the ladder names for that apply.
limited as (
    select
        measured.*,
        case when is_timed or days_unit is null then timed_value else days_value end as limit_value,
        case when is_timed or days_unit is null then timed_unit else days_unit end as unit,
        case when not is_timed then coalesce(days_unit, timed_unit) end as day_unit,
        case when is_timed then timed_unit end as time_unit,
        case timed_unit when 'minutes' then 60 when 'seconds' then 1 else 3600 end as unit_seconds
    from (
        select
            cases.*,
            limits.limit_value as timed_value,
            limits.unit as timed_unit,
            limits.by_second,
            limits.days_value,
            limits.days_unit,
            limits.days_unit is not null
            and cases.started_at is not null
            and (cases.stopped_on is null or cases.stopped_at is not null) as is_timed
        from cases
        left join kinds on kinds.clock = cases.clock and kinds.case_kind = cases.case_kind
        left join known.limits as limits
            on limits.clock = cases.clock
            and coalesce(limits.case_kind, '') = coalesce(kinds.case_kind, '')
            and (limits.from_on is null or cases.started_on >= limits.from_on)
            and (limits.until_on is null or cases.started_on < limits.until_on)
            and limits.limit_value is not null
    ) as measured
),

-- Moments as seconds since 1900 in UTC, like those of the calendar.
in_seconds as (
    select
        limited.*,
        coalesce(limited.stopped_on, limited.as_at_on) as reached_on,
        cast(started_utc.day_number as bigint) * 86400
        + cast(extract(hour from limited.started_at) as bigint) * 3600
        + cast(extract(minute from limited.started_at) as bigint) * 60
        + cast(floor(extract(second from limited.started_at)) as bigint) as start_second,
        cast(reached_utc.day_number as bigint) * 86400
        + cast(extract(hour from coalesce(limited.stopped_at, limited.as_at)) as bigint) * 3600
        + cast(extract(minute from coalesce(limited.stopped_at, limited.as_at)) as bigint) * 60
        + cast(floor(extract(second from coalesce(limited.stopped_at, limited.as_at))) as bigint) as reached_second
    from limited
    left join calendar.days as started_utc
        on started_utc.on_date = cast(limited.started_at as date) and limited.is_timed
    left join calendar.days as reached_utc
        on reached_utc.on_date = cast(coalesce(limited.stopped_at, limited.as_at) as date) and limited.is_timed
),

-- A limit with a time of day counts working mornings: before that time, the day itself is still to come. Working hours
-- are office seconds, counted from the first day of the calendar.
numbered as (
    select
        in_seconds.*,
        started.day_number,
        started.day_of_month,
        started.month_number,
        started.start_number,
        reached.stop_number - started.start_number as working_days,
        reached.day_number - started.day_number as days,
        started.working_day_number - case
            when started.is_working_day and start_second < started.starts_second + by_second then 1
            else 0
        end as mornings_before,
        reached.working_day_number - case
            when reached.is_working_day and reached_second <= reached.starts_second + by_second then 1
            else 0
        end as mornings_by,
        started.open_seconds_before + coalesce(
            least(greatest(start_second - started.opens_second, 0), started.open_seconds), 0
        ) as office_seconds_before,
        reached.open_seconds_before + coalesce(
            least(greatest(reached_second - reached.opens_second, 0), reached.open_seconds), 0
        ) as office_seconds_by
    from in_seconds
    left join calendar.days as started on started.on_date = in_seconds.started_on
    left join calendar.days as reached on reached.on_date = in_seconds.reached_on
),

counted_days as (
    select stop_number, on_date
    from calendar.days
    where has_counted
),

mornings as (
    select working_day_number, starts_second
    from calendar.days
    where is_working_day
),

due as (
    select
        numbered.*,
        case numbered.day_unit
            when 'working_days' then greatest(numbered.started_on, due_working_day.on_date)
            when 'days' then due_day.on_date
            when 'months' then due_month.first_on + least(numbered.day_of_month, due_month.days_in_month) - 1
        end as due_day_on,
        case numbered.day_unit
            when 'working_days' then next_working_day.on_date - 1
            when 'days' then due_day.on_date
            when 'months' then due_month.first_on + least(numbered.day_of_month, due_month.days_in_month) - 1
        end as in_time_until_day_on,
        case
            when numbered.time_unit = 'working_days' then morning.starts_second + numbered.by_second
            when numbered.time_unit = 'working_hours' then
                due_office.opens_second + office_seconds_before + numbered.limit_value * 3600 - due_office.seconds_before
            else start_second + numbered.limit_value * numbered.unit_seconds
        end as due_second,
        case
            when numbered.time_unit = 'working_days' then morning.starts_second + numbered.by_second
            when numbered.time_unit = 'working_hours' then
                last_office.opens_second + office_seconds_before + numbered.limit_value * 3600
                - last_office.seconds_before
            else start_second + numbered.limit_value * numbered.unit_seconds
        end as in_time_until_second,
        case
            when numbered.time_unit = 'working_days' then greatest(mornings_by - mornings_before, 0) + 1
            when numbered.time_unit = 'working_hours' then
                div(cast(office_seconds_by - office_seconds_before + 3599 as bigint), 3600)
            when numbered.time_unit is not null then
                div(cast(reached_second - start_second + unit_seconds - 1 as bigint), unit_seconds)
            when numbered.day_unit = 'working_days' then numbered.working_days
            else numbered.days
        end as elapsed
    from numbered
    left join counted_days as due_working_day
        on due_working_day.stop_number = numbered.start_number + numbered.limit_value
    left join counted_days as next_working_day
        on next_working_day.stop_number = numbered.start_number + numbered.limit_value + 1
    left join calendar.days as due_day on due_day.day_number = numbered.day_number + numbered.limit_value
    left join calendar.months as due_month on due_month.month_number = numbered.month_number + numbered.limit_value
    left join mornings as morning
        on morning.working_day_number = numbered.mornings_before + numbered.limit_value
        and numbered.time_unit = 'working_days'
    left join calendar.office_days as due_office
        on due_office.block = div(cast(numbered.office_seconds_before + numbered.limit_value * 3600 as bigint), 36000)
        and due_office.seconds_before < numbered.office_seconds_before + numbered.limit_value * 3600
        and due_office.seconds_by >= numbered.office_seconds_before + numbered.limit_value * 3600
        and numbered.time_unit = 'working_hours'
    left join calendar.office_days as last_office
        on last_office.block = div(cast(numbered.office_seconds_before + numbered.limit_value * 3600 as bigint), 36000)
        and last_office.seconds_before <= numbered.office_seconds_before + numbered.limit_value * 3600
        and last_office.seconds_by > numbered.office_seconds_before + numbered.limit_value * 3600
        and numbered.time_unit = 'working_hours'
),

dated as (
    select
        due.*,
        case when due.time_unit is null then due.due_day_on else due_utc.on_date + case
            when due.due_second >= due_utc.ends_second then 1 else 0
        end end as due_on,
        case when due.time_unit is null then due.in_time_until_day_on else last_utc.on_date + case
            when due.in_time_until_second >= last_utc.ends_second then 1 else 0
        end end as in_time_until_on,
        cast(due_utc.on_date as timestamp)
        + cast(due.due_second - cast(due_utc.day_number as bigint) * 86400 as integer) * interval '1 second' as due_at,
        cast(last_utc.on_date as timestamp)
        + cast(due.in_time_until_second - cast(last_utc.day_number as bigint) * 86400 as integer) * interval '1 second'
        as in_time_until_at
    from due
    left join calendar.days as due_utc on due_utc.day_number = div(cast(due.due_second as bigint), 86400)
    left join calendar.days as last_utc on last_utc.day_number = div(cast(due.in_time_until_second as bigint), 86400)
),

judged as (
    select
        dated.*,
        case
            when left_out_reason is not null then left_out_reason
            when started_on is null then 'no_start'
            when started_on < first_on then 'before_first_record'
            when limit_value is null then 'no_limit'
        end as reason,
        coalesce(stopped_on < started_on, false)
        or coalesce(stopped_at < started_at, false)
        or (stopped_on is null and coalesce(withdrawn_on < started_on, false)) as is_invalid,
        case
            when time_unit is not null then reached_second <= in_time_until_second
            else reached_on <= in_time_until_on
        end as is_within
    from dated
),

decided as (
    select
        judged.*,
        case
            when reason is not null then 'left_out'
            when is_invalid then 'invalid'
            when stopped_on is not null and is_within then 'in_time'
            when stopped_on is not null then 'late'
            when withdrawn_on is not null then 'withdrawn'
            when is_within then 'running'
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
    decided.due_at,
    decided.in_time_until_on,
    decided.in_time_until_at,
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
