-- Every day that a due date could be counted from: the first day of a duty, and each day on which it was done. Beside
-- it the limit in force there, the next day on which it was done, and in which window after the anchor that falls
-- (1: in time); with nothing done since, the window that the horizon falls in.
with candidates as (
    select duty_number, anchor_on, max(is_event) as is_event
    from (
        select duty_number, start_on as anchor_on, 0 as is_event
        from clocks.started_duties
        union all
        select duties.duty_number, events.done_on as anchor_on, 1 as is_event
        from clocks.started_duties as duties
        join clocks.events as events
            on events.clock = duties.clock
            and events.subject_id = duties.subject_id
            and events.done_on >= duties.start_on
            and events.done_on <= duties.horizon_on
        where not events.is_quarantined
    ) as starts_and_events
    group by duty_number, anchor_on
),

followed as (
    select
        candidates.duty_number,
        candidates.anchor_on,
        candidates.is_event = 1 as is_event,
        lead(candidates.anchor_on) over (
            partition by candidates.duty_number order by candidates.anchor_on
        ) as next_on,
        lead(candidates.anchor_on, 2) over (
            partition by candidates.duty_number order by candidates.anchor_on
        ) as second_on
    from candidates
),

kinds as (
    select duties.duty_number, case_kinds.case_kind, case_kinds.from_on, case_kinds.until_on
    from clocks.case_kinds as case_kinds
    join clocks.started_duties as duties
        on duties.clock = case_kinds.clock and duties.subject_id = case_kinds.subject_id
),

limited as (
    select
        followed.*,
        duties.start_on,
        duties.is_before_first,
        duties.until_on,
        duties.horizon_on,
        kinds.case_kind,
        limits.limit_value,
        limits.unit
    from followed
    join clocks.started_duties as duties on duties.duty_number = followed.duty_number
    left join kinds
        on kinds.duty_number = followed.duty_number
        and followed.anchor_on >= kinds.from_on
        and followed.anchor_on < kinds.until_on
    join known.limits as limits
        on limits.clock = duties.clock
        and coalesce(limits.case_kind, '') = coalesce(kinds.case_kind, '')
        and (limits.from_on is null or followed.anchor_on >= limits.from_on)
        and (limits.until_on is null or followed.anchor_on < limits.until_on)
        and limits.limit_value is not null
),

counted as (
    select
        limited.*,
        anchored.day_number,
        anchored.day_of_month,
        anchored.month_number,
        anchored.start_number,
        active.duty_number is not null as is_paused,
        coalesce(active.active_number, anchored.day_number) as active_number,
        reached.stop_number - anchored.start_number as working_days,
        coalesce(active_then.active_number, reached.day_number)
        - coalesce(active.active_number, anchored.day_number) as days
    from limited
    join calendar.days as anchored on anchored.on_date = limited.anchor_on
    join calendar.days as reached on reached.on_date = coalesce(limited.next_on, limited.horizon_on)
    left join clocks.active_days as active
        on active.duty_number = limited.duty_number
        and active.on_date = limited.anchor_on
    left join clocks.active_days as active_then
        on active_then.duty_number = limited.duty_number
        and active_then.on_date = coalesce(limited.next_on, limited.horizon_on)
),

-- Whole units passed, the one begun included. Months are counted as if the paused days had not been.
passed as (
    select
        counted.*,
        case counted.unit
            when 'working_days' then counted.working_days
            when 'days' then counted.days
            when 'months' then
                unpaused.month_number - counted.month_number
                + case
                    when unpaused.day_of_month > least(counted.day_of_month, unpaused.days_in_month) then 1
                    else 0
                end
        end as units
    from counted
    join calendar.days as unpaused on unpaused.day_number = counted.day_number + counted.days
)

select
    duty_number,
    anchor_on,
    next_on,
    second_on,
    is_event,
    start_on,
    is_before_first,
    until_on,
    horizon_on,
    case_kind,
    limit_value,
    unit,
    day_number,
    day_of_month,
    month_number,
    start_number,
    is_paused,
    active_number,
    greatest(1, cast(div(cast(units + limit_value - 1 as integer), cast(limit_value as integer)) as integer))
        as reached_window
from passed
