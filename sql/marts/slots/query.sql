-- The slots of recurring duties, by number: one for each time that something fell due, and the open one. A further slot
-- exists only once it is past its due date with nothing done in its window; so a neglected case stays in the count.
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
    select distinct duties.duty_number, events.done_on
    from clocks.events as events
    join clocks.started_duties as duties
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
    where decided.duty_number in (select duty_number from unreadable_events)
),

unreadable_slots as (
    select distinct watched.duty_number, watched.anchor_on, watched.place
    from watched
    join unreadable_events
        on unreadable_events.duty_number = watched.duty_number
        and unreadable_events.done_on > watched.window_after_on
        and unreadable_events.done_on <= watched.in_time_until_on
    where watched.outcome in ('late', 'overdue')
)

select
    decided.duty_number,
    decided.anchor_on,
    decided.place,
    decided.case_kind,
    decided.limit_value,
    decided.unit,
    decided.active_number,
    decided.due_on,
    decided.in_time_until_on,
    case when decided.outcome in ('in_time', 'late') then decided.next_on end as stopped_on,
    case when unreadable_slots.duty_number is not null then 'left_out' else decided.outcome end as outcome,
    case when unreadable_slots.duty_number is not null then 'quarantined' end as reason,
    due.month_number
from decided
left join unreadable_slots
    on unreadable_slots.duty_number = decided.duty_number
    and unreadable_slots.anchor_on = decided.anchor_on
    and unreadable_slots.place = decided.place
left join calendar.days as due on due.on_date = decided.due_on
where decided.outcome is not null
