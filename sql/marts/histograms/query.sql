-- How long finished cases took, counted. Recurring duties carry no elapsed time: a median over slots means little, and
-- nearly every slot would be a row of its own.
select
    spans.clock,
    spans.team_id,
    spans.cohort_month,
    spans.outcome,
    spans.limit_value,
    spans.unit,
    case when definitions.kind <> 'recurring' then spans.elapsed end as elapsed,
    count(*) as count
from clocks.spans as spans
join clocks.definitions as definitions on definitions.indicator = spans.clock
group by 1, 2, 3, 4, 5, 6, 7
