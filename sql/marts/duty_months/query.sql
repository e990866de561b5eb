-- Recurring duties per month: whether the duty was open on the last day and anything overdue then, and the slots that
-- fell due in the month.
with open_duties as (
    select duties.duty_number, months.month_number, months.ends_on
    from clocks.started_duties as duties
    join clocks.months as months
        on months.indicator = duties.clock
        and duties.start_on <= months.ends_on
        and (duties.until_on is null or duties.until_on > months.ends_on)
),

behind as (
    select open_duties.duty_number, open_duties.month_number
    from open_duties
    join clocks.slots as slots
        on slots.duty_number = open_duties.duty_number
        and slots.in_time_until_on < open_duties.ends_on
        and (slots.stopped_on is null or slots.stopped_on > open_duties.ends_on)
        and slots.outcome in ('late', 'overdue')
),

parts as (
    select duty_number, month_number, 1 as is_open, 0 as is_overdue, 0 as slots, 0 as slots_in_time
    from open_duties
    union all
    select duty_number, month_number, 0 as is_open, 1 as is_overdue, 0 as slots, 0 as slots_in_time
    from behind
    union all
    select
        slots.duty_number,
        slots.month_number,
        0 as is_open,
        0 as is_overdue,
        1 as slots,
        case when slots.outcome = 'in_time' then 1 else 0 end as slots_in_time
    from clocks.slots as slots
    where slots.outcome in ('in_time', 'late', 'overdue')
)

select
    duty_number,
    month_number,
    max(is_open) as is_open,
    max(is_overdue) as is_overdue,
    cast(sum(slots) as integer) as slots,
    cast(sum(slots_in_time) as integer) as slots_in_time
from parts
group by 1, 2
