-- What is left out of the recurring clocks beside their slots: duties that cannot be counted, and rows in quarantine that
-- leave no slot out (the slot was in time all the same, or the day cannot be read), so that none is lost.
with unreadable_events as (
    select distinct events.clock, events.subject_id, events.done_on, duties.duty_number
    from clocks.events as events
    left join clocks.started_duties as duties
        on duties.clock = events.clock and duties.subject_id = events.subject_id
    where events.is_quarantined
),

-- The slots that are left out for such a row, from the day after which the time of each begins.
unreadable_slots as (
    select
        slots.duty_number,
        coalesce(before.in_time_until_on, slots.anchor_on) as window_after_on,
        slots.in_time_until_on
    from clocks.slots as slots
    left join clocks.slots as before
        on before.duty_number = slots.duty_number
        and before.anchor_on = slots.anchor_on
        and before.place = slots.place - 1
    where slots.outcome = 'left_out'
),

harmless_events as (
    select unreadable_events.clock, unreadable_events.subject_id, unreadable_events.done_on
    from unreadable_events
    where
        not exists (
            select 1
            from unreadable_slots
            where
                unreadable_slots.duty_number = unreadable_events.duty_number
                and unreadable_events.done_on > unreadable_slots.window_after_on
                and unreadable_events.done_on <= unreadable_slots.in_time_until_on
        )
)

select
    duties.clock,
    duties.subject_id,
    duties.child_id,
    duties.worker_id,
    duties.team_id,
    duties.duty_from_on as started_on,
    cast(null as date) as stopped_on,
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
    harmless_events.clock,
    harmless_events.subject_id,
    duties.child_id,
    duties.worker_id,
    duties.team_id,
    cast(null as date) as started_on,
    harmless_events.done_on as stopped_on,
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
