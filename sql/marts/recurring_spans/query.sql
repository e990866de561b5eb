-- The slots of recurring duties: one for each time that something fell due, and the open one. A further slot exists
-- only once it is past its due date with nothing done in its window; so a neglected case stays in the count.
with slots as (
    select
        anchors.duty_number,
        anchors.anchor_on,
        anchors.next_on,
        anchors.until_on as duty_ended_on,
        anchors.horizon_on,
        anchors.case_kind,
        anchors.limit_value,
        anchors.unit,
        anchors.reached_window,
        anchors.active_number,
        windows.place,
        windows.due_on,
        windows.until_on as in_time_until_on,
        moment.as_at_on
    from clocks.chain as chain
    join clocks.anchors as anchors
        on anchors.duty_number = chain.duty_number and anchors.anchor_on = chain.anchor_on
    join clocks.windows as windows
        on windows.duty_number = anchors.duty_number and windows.anchor_on = anchors.anchor_on
    cross join known.moment as moment
),

-- With something done, the window in which it was done is no slot of its own unless it is the first.
decided as (
    select
        slots.*,
        case
            when due_on is null or due_on > horizon_on then
                case when place = 1 and duty_ended_on is null then 'running' end
            when next_on is not null and reached_window = 1 then 'in_time'
            when next_on is not null then case when place < reached_window then 'late' end
            when duty_ended_on is not null or as_at_on > in_time_until_on then 'overdue'
            when place = 1 then 'running'
        end as outcome
    from slots
),

unreadable_events as (
    select distinct events.clock, events.subject_id, events.done_on, duties.duty_number
    from clocks.events as events
    left join clocks.started_duties as duties
        on duties.clock = events.clock and duties.subject_id = events.subject_id
    where events.is_quarantined
),

-- The windows of duties with an event in quarantine, from the day after which each begins.
watched as (
    select
        decided.duty_number,
        decided.anchor_on,
        decided.place,
        decided.outcome,
        coalesce(
            lag(decided.in_time_until_on) over (
                partition by decided.duty_number, decided.anchor_on order by decided.place
            ),
            decided.anchor_on
        ) as window_after_on,
        decided.in_time_until_on
    from decided
    where decided.duty_number in (select duty_number from unreadable_events where duty_number is not null)
),

-- A row in quarantine that leaves no slot out (the slot was in time all the same, or the day cannot be read) is counted
-- by itself, so that none is lost.
harmless_events as (
    select unreadable_events.clock, unreadable_events.subject_id, unreadable_events.done_on
    from unreadable_events
    where
        not exists (
            select 1
            from watched
            where
                watched.duty_number = unreadable_events.duty_number
                and watched.outcome in ('late', 'overdue')
                and unreadable_events.done_on > watched.window_after_on
                and unreadable_events.done_on <= watched.in_time_until_on
        )
),

unreadable_slots as (
    select distinct watched.duty_number, watched.anchor_on, watched.place
    from watched
    join unreadable_events
        on unreadable_events.duty_number = watched.duty_number
        and unreadable_events.done_on > watched.window_after_on
        and unreadable_events.done_on <= watched.in_time_until_on
    where watched.outcome in ('late', 'overdue')
),

counted as (
    select
        decided.*,
        case when decided.outcome in ('in_time', 'late') then decided.next_on end as stopped_on,
        unreadable_slots.duty_number is not null as is_unreadable
    from decided
    left join unreadable_slots
        on unreadable_slots.duty_number = decided.duty_number
        and unreadable_slots.anchor_on = decided.anchor_on
        and unreadable_slots.place = decided.place
    where decided.outcome is not null
)

select
    duties.duty_number,
    duties.clock,
    duties.subject_id,
    duties.child_id,
    duties.worker_id,
    duties.team_id,
    counted.anchor_on as started_on,
    cast(null as timestamp) as started_at,
    counted.stopped_on,
    cast(null as timestamp) as stopped_at,
    cast(null as date) as withdrawn_on,
    counted.case_kind,
    counted.limit_value,
    counted.unit,
    counted.due_on,
    counted.in_time_until_on,
    cast(
        case
            when counted.unit = 'working_days' then reached.stop_number - anchored.start_number
            else coalesce(active.active_number, reached.day_number) - counted.active_number
        end as integer
    ) as elapsed,
    case when counted.is_unreadable then 'left_out' else counted.outcome end as outcome,
    case when counted.is_unreadable then 'quarantined' end as reason,
    due.month as cohort_month,
    duties.duty_from_on,
    duties.duty_until_on
from counted
join clocks.started_duties as duties on duties.duty_number = counted.duty_number
join calendar.days as anchored on anchored.on_date = counted.anchor_on
join calendar.days as reached on reached.on_date = coalesce(counted.stopped_on, counted.as_at_on)
left join calendar.days as due on due.on_date = counted.due_on
left join clocks.active_days as active
    on active.duty_number = counted.duty_number
    and active.on_date = coalesce(counted.stopped_on, counted.as_at_on)
union all
select
    cast(null as bigint) as duty_number,
    duties.clock,
    duties.subject_id,
    duties.child_id,
    duties.worker_id,
    duties.team_id,
    duties.duty_from_on as started_on,
    cast(null as timestamp) as started_at,
    cast(null as date) as stopped_on,
    cast(null as timestamp) as stopped_at,
    cast(null as date) as withdrawn_on,
    cast(null as text) as case_kind,
    cast(null as integer) as limit_value,
    cast(null as text) as unit,
    cast(null as date) as due_on,
    cast(null as date) as in_time_until_on,
    cast(null as integer) as elapsed,
    'left_out' as outcome,
    duties.left_out_reason as reason,
    counted_in.month as cohort_month,
    duties.duty_from_on,
    duties.duty_until_on
from clocks.duties as duties
join known.first_complete as first_complete on first_complete.clock = duties.clock
cross join known.moment as moment
left join calendar.days as counted_in
    on counted_in.on_date = greatest(coalesce(duties.duty_from_on, moment.as_at_on), first_complete.first_on)
where duties.left_out_reason is not null
union all
select
    cast(null as bigint) as duty_number,
    harmless_events.clock,
    harmless_events.subject_id,
    duties.child_id,
    duties.worker_id,
    duties.team_id,
    cast(null as date) as started_on,
    cast(null as timestamp) as started_at,
    harmless_events.done_on as stopped_on,
    cast(null as timestamp) as stopped_at,
    cast(null as date) as withdrawn_on,
    cast(null as text) as case_kind,
    cast(null as integer) as limit_value,
    cast(null as text) as unit,
    cast(null as date) as due_on,
    cast(null as date) as in_time_until_on,
    cast(null as integer) as elapsed,
    'left_out' as outcome,
    'quarantined' as reason,
    counted_in.month as cohort_month,
    duties.duty_from_on,
    duties.duty_until_on
from harmless_events
cross join known.moment as moment
left join clocks.duties as duties
    on duties.clock = harmless_events.clock and duties.subject_id = harmless_events.subject_id
join calendar.days as counted_in on counted_in.on_date = coalesce(harmless_events.done_on, moment.as_at_on)
where harmless_events.done_on is null or harmless_events.done_on <= moment.as_at_on
