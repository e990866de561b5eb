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
    clock,
    team_id,
    cohort_month,
    outcome,
    reason,
    cast(limit_value as integer) as limit_value,
    unit,
    cast(null as integer) as elapsed,
    count(*) as count
from clocks.recurring_spans
group by 1, 2, 3, 4, 5, 6, 7
