-- The shared last step of every clock that runs once per case: limit, due date, time taken and outcome. The limit is
-- the one in force at the start. What lies after the as-at has not happened.
-- Kinds of case with a ladder of their own; for the others the one without a kind holds.
with kinds as (
    select distinct clock, case_kind
    from known.limits
    where case_kind is not null
),

cases as (
    select
        cases.clock,
        cases.kind,
        cases.subject_id,
        cases.child_id,
        cases.worker_id,
        cases.team_id,
        cases.started_on,
        cases.started_at,
        case when cases.stopped_on <= moment.as_at_on then cases.stopped_on end as stopped_on,
        case when cases.stopped_on <= moment.as_at_on then cases.stopped_at end as stopped_at,
        case when cases.withdrawn_on <= moment.as_at_on then cases.withdrawn_on end as withdrawn_on,
        case when cases.stopped_on <= moment.as_at_on then cases.stopped_on else moment.as_at_on end as reached_on,
        cases.case_kind,
        coalesce(kinds.case_kind, '') as ladder,
        cases.left_out_reason,
        first_complete.first_on,
        moment.as_at_on,
        moment.as_at
    from clocks.cases as cases
    left join kinds on kinds.clock = cases.clock and kinds.case_kind = cases.case_kind
    join known.first_complete as first_complete on first_complete.clock = cases.clock
    cross join known.moment as moment
    where cases.started_on is null or cases.started_on <= moment.as_at_on
),

-- A limit that is kept to the minute needs a time of day at both ends (of open work: at the start); without one, the
-- days that the ladder names for that apply.
timed as (
    select
        cases.*,
        limits.limit_value,
        limits.unit,
        limits.by_second,
        case limits.unit when 'minutes' then 60 when 'seconds' then 1 else 3600 end as unit_seconds
    from cases
    join known.limits as limits
        on limits.clock = cases.clock
        and coalesce(limits.case_kind, '') = cases.ladder
        and (limits.from_on is null or cases.started_on >= limits.from_on)
        and (limits.until_on is null or cases.started_on < limits.until_on)
        and limits.limit_value is not null
        and limits.days_unit is not null
    where cases.started_at is not null and (cases.stopped_on is null or cases.stopped_at is not null)
),

-- Moments as seconds since 1900 in UTC, like those of the calendar.
in_seconds as (
    select
        timed.*,
        cast(started_utc.day_number as bigint) * 86400
        + cast(extract(hour from timed.started_at) as bigint) * 3600
        + cast(extract(minute from timed.started_at) as bigint) * 60
        + cast(floor(extract(second from timed.started_at)) as bigint) as start_second,
        cast(reached_utc.day_number as bigint) * 86400
        + cast(extract(hour from coalesce(timed.stopped_at, timed.as_at)) as bigint) * 3600
        + cast(extract(minute from coalesce(timed.stopped_at, timed.as_at)) as bigint) * 60
        + cast(floor(extract(second from coalesce(timed.stopped_at, timed.as_at))) as bigint) as reached_second
    from timed
    left join calendar.days as started_utc on started_utc.on_date = cast(timed.started_at as date)
    left join calendar.days as reached_utc
        on reached_utc.on_date = cast(coalesce(timed.stopped_at, timed.as_at) as date)
),

-- A limit with a time of day counts working mornings: before that time, the day itself is still to come. Working hours
-- are office seconds, counted from the first day of the calendar.
numbered as (
    select
        in_seconds.*,
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

mornings as (
    select working_day_number, starts_second
    from calendar.days
    where is_working_day
),

due as (
    select
        numbered.*,
        case
            when numbered.unit = 'working_days' then morning.starts_second + numbered.by_second
            when numbered.unit = 'working_hours' then
                due_office.opens_second + office_seconds_before + numbered.limit_value * 3600 - due_office.seconds_before
            else start_second + numbered.limit_value * numbered.unit_seconds
        end as due_second,
        case
            when numbered.unit = 'working_days' then morning.starts_second + numbered.by_second
            when numbered.unit = 'working_hours' then
                last_office.opens_second + office_seconds_before + numbered.limit_value * 3600
                - last_office.seconds_before
            else start_second + numbered.limit_value * numbered.unit_seconds
        end as in_time_until_second,
        case
            when numbered.unit = 'working_days' then greatest(mornings_by - mornings_before, 0) + 1
            when numbered.unit = 'working_hours' then
                div(cast(office_seconds_by - office_seconds_before + 3599 as bigint), 3600)
            else div(cast(reached_second - start_second + unit_seconds - 1 as bigint), unit_seconds)
        end as elapsed
    from numbered
    left join mornings as morning
        on morning.working_day_number = numbered.mornings_before + numbered.limit_value
        and numbered.unit = 'working_days'
    left join calendar.office_days as due_office
        on due_office.block = div(cast(numbered.office_seconds_before + numbered.limit_value * 3600 as bigint), 36000)
        and due_office.seconds_before < numbered.office_seconds_before + numbered.limit_value * 3600
        and due_office.seconds_by >= numbered.office_seconds_before + numbered.limit_value * 3600
        and numbered.unit = 'working_hours'
    left join calendar.office_days as last_office
        on last_office.block = div(cast(numbered.office_seconds_before + numbered.limit_value * 3600 as bigint), 36000)
        and last_office.seconds_before <= numbered.office_seconds_before + numbered.limit_value * 3600
        and last_office.seconds_by > numbered.office_seconds_before + numbered.limit_value * 3600
        and numbered.unit = 'working_hours'
),

measured as (
    select
        cases.clock, cases.kind, cases.subject_id, cases.child_id, cases.worker_id, cases.team_id,
        cases.started_on, cases.started_at, cases.stopped_on, cases.stopped_at, cases.withdrawn_on, cases.case_kind,
        cases.left_out_reason, cases.first_on, cases.as_at_on,
        limits.limit_value,
        limits.unit,
        limits.due_on,
        cast(null as timestamp) as due_at,
        limits.in_time_until_on,
        cast(null as timestamp) as in_time_until_at,
        case
            when limits.unit = 'working_days' then reached.stop_number - limits.start_number
            else reached.day_number - limits.day_number
        end as elapsed,
        cases.reached_on <= limits.in_time_until_on as is_within
    from cases
    left join clocks.limit_days as limits
        on limits.clock = cases.clock
        and limits.case_kind = cases.ladder
        and limits.started_on = cases.started_on
    left join calendar.days as reached on reached.on_date = cases.reached_on
    where
        limits.is_without_times is null
        or not limits.is_without_times
        or cases.started_at is null
        or (cases.stopped_on is not null and cases.stopped_at is null)
    union all
    select
        due.clock, due.kind, due.subject_id, due.child_id, due.worker_id, due.team_id,
        due.started_on, due.started_at, due.stopped_on, due.stopped_at, due.withdrawn_on, due.case_kind,
        due.left_out_reason, due.first_on, due.as_at_on,
        due.limit_value,
        due.unit,
        due_utc.on_date + case when due.due_second >= due_utc.ends_second then 1 else 0 end as due_on,
        cast(due_utc.on_date as timestamp)
        + cast(due.due_second - cast(due_utc.day_number as bigint) * 86400 as integer) * interval '1 second' as due_at,
        last_utc.on_date + case when due.in_time_until_second >= last_utc.ends_second then 1 else 0 end
            as in_time_until_on,
        cast(last_utc.on_date as timestamp)
        + cast(due.in_time_until_second - cast(last_utc.day_number as bigint) * 86400 as integer) * interval '1 second'
            as in_time_until_at,
        cast(due.elapsed as integer) as elapsed,
        due.reached_second <= due.in_time_until_second as is_within
    from due
    left join calendar.days as due_utc on due_utc.day_number = div(cast(due.due_second as bigint), 86400)
    left join calendar.days as last_utc on last_utc.day_number = div(cast(due.in_time_until_second as bigint), 86400)
),

judged as (
    select
        measured.*,
        case
            when left_out_reason is not null then left_out_reason
            when started_on is null then 'no_start'
            when started_on < first_on then 'before_first_record'
            when limit_value is null then 'no_limit'
        end as reason,
        coalesce(stopped_on < started_on, false)
        or coalesce(stopped_at < started_at, false)
        or (stopped_on is null and coalesce(withdrawn_on < started_on, false)) as is_invalid
    from measured
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
    decided.kind,
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
        when decided.kind = 'recording_lag' then coalesce(decided.started_on, decided.stopped_on, decided.as_at_on)
        when decided.stopped_on is not null then decided.stopped_on
        when decided.withdrawn_on is not null then decided.withdrawn_on
        when decided.outcome = 'left_out' then coalesce(decided.started_on, decided.as_at_on)
    end
