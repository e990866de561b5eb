-- Recurring duties case by case: their slots, and what is left out beside them.
select
    duties.duty_number,
    duties.clock,
    duties.subject_id,
    duties.child_id,
    duties.worker_id,
    duties.team_id,
    slots.anchor_on as started_on,
    cast(null as timestamp) as started_at,
    slots.stopped_on,
    cast(null as timestamp) as stopped_at,
    cast(null as date) as withdrawn_on,
    slots.case_kind,
    slots.limit_value,
    slots.unit,
    slots.due_on,
    slots.in_time_until_on,
    cast(
        case
            when slots.unit = 'working_days' then reached.stop_number - anchored.start_number
            else coalesce(active.active_number, reached.day_number) - slots.active_number
        end as integer
    ) as elapsed,
    slots.outcome,
    slots.reason,
    months.month as cohort_month,
    duties.duty_from_on,
    duties.duty_until_on
from clocks.slots as slots
join clocks.started_duties as duties on duties.duty_number = slots.duty_number
left join calendar.months as months on months.month_number = slots.month_number
join calendar.days as anchored on anchored.on_date = slots.anchor_on
join calendar.days as reached on reached.on_date = coalesce(slots.stopped_on, duties.as_at_on)
left join clocks.active_days as active
    on active.duty_number = slots.duty_number
    and active.on_date = coalesce(slots.stopped_on, duties.as_at_on)
union all
select
    cast(null as bigint) as duty_number,
    clock,
    subject_id,
    child_id,
    worker_id,
    team_id,
    started_on,
    cast(null as timestamp) as started_at,
    stopped_on,
    cast(null as timestamp) as stopped_at,
    cast(null as date) as withdrawn_on,
    cast(null as text) as case_kind,
    cast(null as integer) as limit_value,
    cast(null as text) as unit,
    cast(null as date) as due_on,
    cast(null as date) as in_time_until_on,
    cast(null as integer) as elapsed,
    'left_out' as outcome,
    reason,
    cohort_month,
    duty_from_on,
    duty_until_on
from clocks.uncounted_duties
