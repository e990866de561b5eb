-- How long finished cases took, counted. Recurring duties carry no elapsed time: a median over slots means little, and
-- nearly every slot would be a row of its own.
select
    clock,
    team_id,
    cohort_month,
    outcome,
    reason,
    cast(limit_value as integer) as limit_value,
    unit,
    cast(elapsed as integer) as elapsed,
    count(*) as count
from clocks.single_spans
group by 1, 2, 3, 4, 5, 6, 7, 8
union all
select
    duties.clock,
    duties.team_id,
    months.month as cohort_month,
    slots.outcome,
    slots.reason,
    cast(slots.limit_value as integer) as limit_value,
    slots.unit,
    cast(null as integer) as elapsed,
    count(*) as count
from clocks.slots as slots
join clocks.started_duties as duties on duties.duty_number = slots.duty_number
left join calendar.months as months on months.month_number = slots.month_number
group by 1, 2, 3, 4, 5, 6, 7
union all
select
    clock,
    team_id,
    cohort_month,
    'left_out' as outcome,
    reason,
    cast(null as integer) as limit_value,
    cast(null as text) as unit,
    cast(null as integer) as elapsed,
    count(*) as count
from clocks.uncounted_duties
group by 1, 2, 3, 4, 5
